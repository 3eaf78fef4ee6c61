package golang

import (
	"fmt"
	"strings"
)

// Kind sorts errors by what went wrong.
type Kind int

// The kinds of [Error].
const (
	Compile   Kind = iota // the cell is not valid Go; nothing of it ran
	Panic                 // the cell, or a goroutine of one, panicked
	Interrupt             // the context of the evaluation ended
	Failed                // the cell ended itself: a left-out error that is not nil, or os.Exit; see Cause
)

// String returns the kind as a front end names it.
func (k Kind) String() string {
	return [...]string{"CompileError", "Panic", "Interrupt", "Error"}[k]
}

// Frame is one entry of a traceback: a function of a cell.
type Frame struct {
	Func      string
	Cell      string
	Line, Col int
}

// Error is how a cell fails. Line and Col count from 1, Col in bytes; both are 0
// where there is no position.
type Error struct {
	Kind      Kind
	Message   string
	Cell      string
	Line, Col int
	Length    int // of the text at fault, in bytes; at least 1
	// Caret is the source line at fault and below it a line with carets; empty
	// if the source is unknown.
	Caret     string
	Traceback []Frame // innermost first; positions in cells only
	Cause     error   // the error value behind it, if there is one
	More      []*Error
}

// Error returns position and message on one line.
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Message
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.Cell, e.Line, e.Col, e.Message)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Pretty returns the message with the source line, the carets and the
// traceback, and then any further errors of the same cell, as several lines of
// plain text.
func (e *Error) Pretty() string {
	var b strings.Builder
	b.WriteString(e.Error())
	if e.Caret != "" {
		b.WriteString("\n" + e.Caret)
	}
	if len(e.Traceback) > 1 {
		writeFrames(&b, e.Traceback)
	}
	for _, more := range e.More {
		b.WriteString("\n" + more.Pretty())
	}
	return b.String()
}

// fewFrames is how many equal frames stand one by one; more become one line, so
// that endless recursion is readable.
const fewFrames = 3

func writeFrames(b *strings.Builder, list []Frame) {
	for len(list) > 0 {
		f, n := list[0], 1
		for n < len(list) && list[n] == f {
			n++
		}
		if n <= fewFrames {
			n = 1
		}
		fmt.Fprintf(b, "\n\t%s at %s:%d:%d", f.Func, f.Cell, f.Line, f.Col)
		if n > 1 {
			b.WriteString(" (again and again)")
		}
		list = list[n:]
	}
}
