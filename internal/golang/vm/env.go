package vm

import (
	"context"
	"fmt"
	"go/token"
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
	// Background is told of the panic of a goroutine that the evaluation
	// started and that outlived it. May be nil.
	Background func(*Panic)
}

// DefaultDepth is the number of nested calls at which a goroutine panics.
const DefaultDepth = 400_000

// Frame is one entry of a trace: a function and the position it had reached.
type Frame struct {
	Func string
	Pos  token.Pos
}

// Panic is the error of an evaluation that panicked, with the innermost frame
// first.
type Panic struct {
	Value     any
	Trace     []Frame
	Goroutine bool // in a goroutine that the evaluation started
	Goexit    bool // runtime.Goexit ended the evaluation's own goroutine; Value is nil
	text      string
}

// Error returns the text after "panic: " that the Go runtime prints.
func (p *Panic) Error() string {
	if p.Goexit {
		return "runtime.Goexit ended the evaluation"
	}
	return p.text
}

// Unwrap returns the panic value if it is an error.
func (p *Panic) Unwrap() error {
	err, _ := p.Value.(error)
	return err
}

// PanicText formats a panic value as the Go runtime does.
func PanicText(v any) string {
	switch v := v.(type) {
	case error:
		return v.Error()
	case fmt.Stringer:
		return v.String()
	}
	return printed(v)
}

// Exit is the error of an evaluation that called a function that ends the
// process, such as os.Exit or log.Fatal (Where).
type Exit struct {
	Code  int
	Where string
	Trace []Frame
}

// Error names the function and the status.
func (e *Exit) Error() string {
	return fmt.Sprintf("%s ended the program with status %d", e.Where, e.Code)
}

// Interrupted is the error of an evaluation whose context ended.
type Interrupted struct {
	Cause error
	Trace []Frame
}

// Error returns the cause.
func (e *Interrupted) Error() string { return fmt.Sprintf("interrupted: %v", e.Cause) }

// Unwrap returns the cause, such as context.Canceled.
func (e *Interrupted) Unwrap() error { return e.Cause }
