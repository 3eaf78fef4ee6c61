// Package vm executes SSA.
package vm

import (
	"context"
	"io"
)

// Env is the surroundings of one evaluation: its interrupt and its streams.
// Goroutines that the evaluation starts keep it for as long as they live.
type Env struct {
	// Context ends the evaluation when it is done; nil means background.
	Context context.Context
	// Stdout, Stderr take what the cell prints; nil discards it.
	Stdout, Stderr io.Writer
	// Stdin is what the cell reads as os.Stdin; nil is empty.
	Stdin io.Reader
}

// DefaultDepth is the number of nested calls at which a goroutine panics.
const DefaultDepth = 400_000
