//go:build unix

package repl

import "golang.org/x/sys/unix"

// suspendable reports whether there is a shell that could wake the process again. A
// group that holds the leader of its session has none: the kernel does not stop it,
// and bubbletea v2.1.1 would wait for ever to be woken.
func suspendable() bool {
	session, err := unix.Getsid(0)
	return err == nil && session != unix.Getpgrp()
}
