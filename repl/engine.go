package repl

import (
	"context"
	"time"

	"graft/lib/display"
	"graft/repl/render"
)

// engine is what the front end asks of a session. Its methods may be called from
// any goroutine; Execute runs one cell at a time.
type engine interface {
	// Execute runs a cell and calls emit, in order, with the messages below.
	Execute(ctx context.Context, code string, emit func(any)) outcome
	// IsComplete returns "complete", "incomplete" or "invalid", and the white
	// space that the next line starts with.
	IsComplete(code string) (status, indent string)
	// Complete returns proposals for code[start:end]; cursor is in bytes.
	Complete(code string, cursor int) (list []choice, start, end int)
	// Inspect returns help on the name at cursor; level 1 adds its source.
	Inspect(code string, cursor, level int) (help render.Help, ok bool)
	// Signature describes the call whose arguments surround cursor.
	Signature(code string, cursor int) (c call, ok bool)
	Interrupt()
	// Native takes text that native code wrote past the session; it belongs to
	// the cell that runs or ran last.
	Native(stream string, text []byte)
	// History returns the cells of earlier sessions, oldest first, and what is wrong
	// with their file, if that was not told yet.
	History() ([]string, error)
	// Count is the number of the next cell.
	Count() int
	Close() error
}

// choice is one proposal of a completion.
type choice struct{ Text, Kind, Type string }

// call is a function with its parameters; those of the argument at the cursor are
// text[start:end].
type call struct {
	text       string
	start, end int
}

// outcome is how a cell ended.
type outcome struct {
	failed  bool
	elapsed time.Duration
}

// What a cell emits while it runs, and its goroutines afterwards.
type (
	streamed struct{ name, text string } // name is "stdout" or "stderr"
	shown    struct{ bundle display.Bundle }
	paged    struct{ bundle display.Bundle } // a text to read
	updated  struct{ bundle display.Bundle }
	resulted struct {
		count  int
		bundle display.Bundle
	}
	// erred holds position, message, caret and traceback as lines.
	erred struct{ text string }
	// setting asks to change a setting of the front end, or what it is if value is
	// empty; reply takes what it is now.
	setting struct {
		name, value string
		reply       func(now string, err error)
	}
	// cleared asks to take the cell's output away, at the next output if wait is set.
	cleared struct{ wait bool }
	// asked wants a line of input; reply takes it, ok false for the end of input.
	asked struct {
		prompt string
		secret bool
		reply  func(line string, ok bool)
	}
)

// starter starts an engine. It calls drain, if that is set, when a cell has ended:
// what native code wrote arrives in it.
type starter func(drain func()) (engine, error)

// opening is an engine that may still be starting.
type opening struct {
	done   chan struct{}
	engine engine
	err    error
}

// begin starts the engine, once.
func (o *opening) begin(start func() (engine, error)) *opening {
	go func() {
		o.engine, o.err = start()
		close(o.done)
	}()
	return o
}

// get waits for the engine.
func (o *opening) get() (engine, error) {
	<-o.done
	return o.engine, o.err
}
