//go:build !unix

package repl

// suspendable is false: there are no jobs to stop.
func suspendable() bool { return false }
