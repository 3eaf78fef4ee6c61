// Package command holds what a cell may say besides Go: lines that begin with
// ":" or "%" and a name, such as ":vars". Each command is one row of [Rows]; the
// help is made from the rows. A command acts on a [Host], as opposed to the
// session, which decides when a cell is a command at all.
//
//	call, rest, ok := command.Parse(":time m.Fit(1)")
//	// call.Name == "time", call.Args == "m.Fit(1)", rest == ""
package command

import (
	"context"
	"fmt"
	"strings"

	"graft/internal/near"
	"graft/lib/display"
)

// Var is a variable of the session, for display.
type Var struct{ Name, Type, Value string }

// Host is what commands ask of a session.
type Host interface {
	Vars() []Var
	// Reset forgets all names of the session.
	Reset() error
	// Run runs Go source as part of the cell that the command stands in.
	Run(ctx context.Context, source string) error
	// History returns the last n cells that contain text, oldest first.
	History(n int, text string) ([]string, error)
	// Show displays something as output of the cell.
	Show(display.Bundle)
	// Clear takes the output of the cell, or the screen, away; with wait, when the
	// next output comes.
	Clear(wait bool)
	// Ask asks the user for a line; a secret one is not shown.
	Ask(prompt string, secret bool) (string, error)
}

// Row is one command.
type Row struct {
	Name string
	Args string // as the help shows them: "[text]"; empty if there are none
	Help string // one line
	// Rest makes the command take the following lines of the cell as well.
	Rest bool
	run  func(ctx context.Context, h Host, args string) error
}

// Call is a command as written.
type Call struct{ Name, Args string }

// Parse splits the first line of a cell off if it is a command; rest are the
// lines after it.
func Parse(cell string) (call Call, rest string, ok bool) {
	text := strings.TrimLeft(cell, " \t\r\n")
	if len(text) < 2 || text[0] != ':' && text[0] != '%' || !letter(text[1]) {
		return Call{}, cell, false
	}
	line, rest, _ := strings.Cut(text[1:], "\n")
	name, args, _ := strings.Cut(strings.TrimSpace(line), " ")
	call = Call{Name: name, Args: strings.TrimSpace(args)}
	if row, known := find(name); known && row.Rest {
		call.Args = strings.TrimSpace(call.Args + "\n" + rest)
		rest = ""
	}
	return call, rest, true
}

func letter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

// Run carries the call out. An unknown name is an error that says which name was
// meant.
func Run(ctx context.Context, h Host, c Call) error {
	row, ok := find(c.Name)
	if !ok {
		return fmt.Errorf("command: unknown %q%s; :help lists them", c.Name, near.Hint(c.Name, Names()))
	}
	return row.run(ctx, h, c.Args)
}

// Names lists the commands, for completion.
func Names() []string {
	var names []string
	for _, r := range Rows() {
		names = append(names, r.Name)
	}
	return names
}

func find(name string) (Row, bool) {
	for _, r := range Rows() {
		if r.Name == name {
			return r, true
		}
	}
	return Row{}, false
}
