// Package event defines what a running cell tells its front end, in the order in
// which the front end should act on it. It says nothing of how cells run, as
// opposed to package session, and nothing of screens or sockets, as opposed to
// the front ends: kernel turns events into Jupyter messages, repl into lines on a
// terminal, internal/batch into plain text.
//
//	handler := func(e event.Event) {
//		if s, ok := e.(event.Stream); ok {
//			fmt.Print(s.Text)
//		}
//	}
package event

import "graft/lib/display"

// Event is one of the types below.
type Event interface{ isEvent() }

// Handler takes the events of one execution, one at a time and in order. It may
// be called from any goroutine, and after the execution ended: goroutines that a
// cell started go on printing to that cell. It must not write to the cell itself.
type Handler func(Event)

// The names of streams.
const (
	Stdout = "stdout"
	Stderr = "stderr"
)

// Stream is text that the cell printed. Text is valid UTF-8 unless the cell
// printed something else, and never ends within a character.
type Stream struct {
	Name string // Stdout or Stderr
	Text string
}

// Show is a picture, table or other thing to look at. A bundle with an ID may be
// followed by updates.
type Show struct{ Bundle display.Bundle }

// Update replaces every display of Bundle.ID. Of updates that come faster than
// [Throttle] only the last is delivered.
type Update struct{ Bundle display.Bundle }

// ClearOutput takes the cell's output away; with Wait, when the next output comes.
type ClearOutput struct{ Wait bool }

// Result is the value of the cell's last expression.
type Result struct {
	Count  int
	Bundle display.Bundle
}

// Page is a longer text that the user asked for, such as the help of a name.
type Page struct{ Bundle display.Bundle }

// Error is how a cell failed. Traceback holds everything a user should see, as
// lines without colour: position, message, source line with carets, frames.
type Error struct {
	Name      string // "CompileError", "Panic", "Interrupt" or "Error"
	Value     string
	Traceback []string
}

// Input asks the user for a line. The handler calls Reply once, from any
// goroutine; ok is false at the end of input.
type Input struct {
	Prompt string
	Secret bool // do not echo
	Reply  func(line string, ok bool)
}

func (Stream) isEvent()      {}
func (Show) isEvent()        {}
func (Update) isEvent()      {}
func (ClearOutput) isEvent() {}
func (Result) isEvent()      {}
func (Page) isEvent()        {}
func (Error) isEvent()       {}
func (Input) isEvent()       {}
