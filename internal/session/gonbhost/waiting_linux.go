package gonbhost

import "golang.org/x/sys/unix"

// readable asks how many bytes are in a pipe.
const readable = unix.TIOCINQ
