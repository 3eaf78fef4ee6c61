//go:build !linux

package train

// resident is not known here: what the system tells without cgo is the most that the
// process has ever held, not what it holds.
func resident() uint64 { return 0 }
