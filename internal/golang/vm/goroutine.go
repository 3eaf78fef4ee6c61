//go:build amd64 || arm64

package vm

// goroutine returns a number that no other living goroutine has: the address of
// the runtime's description of it.
func goroutine() uintptr
