//go:build !amd64 && !arm64

package vm

import (
	"bytes"
	"runtime"
)

// goroutine reads the number that the runtime prints in stack traces, which
// takes as long as the stack is deep.
func goroutine() uintptr {
	var buf [40]byte
	text := buf[:runtime.Stack(buf[:], false)]
	text = bytes.TrimPrefix(text, []byte("goroutine "))
	var id uintptr
	for _, d := range text {
		if d < '0' || d > '9' {
			break
		}
		id = id*10 + uintptr(d-'0')
	}
	return id
}
