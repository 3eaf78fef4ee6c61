//go:build unix && !linux

package gonbhost

// readable asks how many bytes are in a pipe: FIONREAD, the same on all BSDs.
const readable = 0x4004667f
