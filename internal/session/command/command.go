// Package command holds what a cell may say besides Go: lines that begin with ":"
// or "%" and a name, such as ":vars", and lines that begin with "!", which a shell
// runs. Each command is one row of [Rows]; the help and the completion are made from
// the rows. A command acts on a [Host], as opposed to the session, which decides
// when a cell is a command at all.
//
//	call, rest, ok := command.Parse(":time m.Fit(1)")
//	// call.Name == "time", call.Args == "m.Fit(1)", rest == ""
package command

import (
	"context"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"time"

	"graft/internal/golang"
	"graft/internal/near"
	"graft/internal/notebook"
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
	// RunFile runs a cell of a file: name stands in positions, and line, from 1, is
	// that of the file on which source begins. What the cell shows is shown.
	RunFile(ctx context.Context, name string, line int, source string) error
	// Repeat compiles source, a list of statements or an expression, and returns
	// what runs it some times in a row and says how long that took.
	Repeat(ctx context.Context, source string) (func(times int) (time.Duration, error), error)
	// History returns the last n cells that contain text, oldest first.
	History(n int, text string) ([]string, error)
	// Notebook is what was run in this session, with its outputs.
	Notebook() *notebook.Notebook
	// Shell runs a line in a shell, with its output as output of the cell. A status
	// other than 0 is an error.
	Shell(ctx context.Context, line string) error
	// Set changes a setting of the front end, or says what it is if value is empty.
	// A front end without that setting is an error.
	Set(ctx context.Context, name, value string) (now string, err error)
	// Show displays something as output of the cell, Page as a text to read.
	Show(display.Bundle)
	Page(display.Bundle)
	// Clear takes the output of the cell, or the screen, away; with wait, when the
	// next output comes.
	Clear(wait bool)
	// Ask asks the user for a line; a secret one is not shown.
	Ask(prompt string, secret bool) (string, error)
	// Wrote notes that this session has written a file; Own reports whether it has.
	Wrote(path string)
	Own(path string) bool
}

// Row is one command.
type Row struct {
	Name    string
	Aliases []string
	Args    string // as the help shows them: "[TEXT]"; empty if there are none
	Help    string // a few words
	More    string // sentences that :help NAME adds; may be empty
	// Rest makes the command take the following lines of the cell as well: they are
	// Go, as its argument is.
	Rest bool
	// Aside marks a command that changes nothing for later cells.
	Aside bool
	// words proposes arguments that begin with a text; nil for none.
	words func(begin string) []golang.Completion
	run   func(ctx context.Context, h Host, args string) error
}

// shell is the name of the row of "!".
const shell = "!"

// Call is a command as written.
type Call struct{ Name, Args string }

// Parse splits the first line of a cell off if it is a command; rest are the lines
// after it.
func Parse(cell string) (call Call, rest string, ok bool) {
	name, after, ok := cut(cell)
	if !ok {
		return Call{}, cell, false
	}
	if takesRest(name) {
		return Call{name, strings.TrimRight(strings.TrimLeft(after, " \t"), " \t\r\n")}, "", true
	}
	line := firstLine(name, after)
	return Call{name, strings.TrimSpace(strings.ReplaceAll(line, "\\\n", " "))}, strings.TrimPrefix(after[len(line):], "\n"), true
}

// cut takes the name of a command off the front of a cell; after is the rest of it.
func cut(cell string) (name, after string, ok bool) {
	text := strings.TrimLeft(cell, " \t\r\n")
	if strings.HasPrefix(text, shell) {
		return shell, text[1:], true
	}
	if strings.HasPrefix(text, "%%") { // IPython's mark of a command for the whole cell
		text = text[1:]
	}
	if len(text) < 2 || text[0] != ':' && text[0] != '%' || !letter(text[1]) {
		return "", cell, false
	}
	end := strings.IndexAny(text, " \t\r\n")
	if end < 0 {
		end = len(text)
	}
	return text[1:end], text[end:], true
}

// firstLine is the line of a command behind its name; a line of the shell goes on
// behind a backslash.
func firstLine(name, after string) string {
	for at := 0; ; {
		i := strings.IndexByte(after[at:], '\n')
		if i < 0 {
			return after
		}
		at += i
		if name != shell || at == 0 || after[at-1] != '\\' {
			return after[:at]
		}
		at++
	}
}

func letter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

func takesRest(name string) bool {
	row, known := find(name)
	return known && row.Rest
}

// Blank puts blanks in place of the commands of a cell, so that what is left is Go
// in its own place.
func Blank(cell string) string {
	rest := cell
	for {
		name, after, ok := cut(rest)
		if !ok {
			break
		}
		rest = after
		if takesRest(name) {
			break
		}
		rest = after[len(firstLine(name, after)):]
	}
	n := len(cell) - len(rest)
	blank := func(r rune) rune {
		if r == '\n' {
			return r
		}
		return ' '
	}
	var b strings.Builder
	for i := range n { // bytes, so that offsets stay
		b.WriteRune(blank(rune(cell[i])))
	}
	return b.String() + rest
}

// Open reports whether a cell ends in a line of the shell that goes on.
func Open(cell string) bool {
	name, after, ok := cut(cell)
	return ok && name == shell && firstLine(name, after) == after && strings.HasSuffix(after, "\\")
}

// Aside reports whether a cell is commands alone that change nothing for later ones.
func Aside(cell string) bool {
	for {
		call, rest, ok := Parse(cell)
		row, known := find(call.Name)
		switch {
		case !ok:
			return false
		case !known || !row.Aside:
			return false
		case strings.TrimSpace(rest) == "":
			return true
		}
		cell = rest
	}
}

// Run carries the call out. An unknown name is an error that says which name was
// meant.
func Run(ctx context.Context, h Host, c Call) error {
	if name, asks := strings.CutSuffix(c.Name, "?"); asks && c.Args == "" { // as IPython has it
		return help(ctx, h, strings.TrimSuffix(name, "?"))
	}
	row, ok := find(c.Name)
	if !ok {
		return unknown(c.Name)
	}
	return row.run(ctx, h, c.Args)
}

func unknown(name string) error {
	hint := near.Hint(name, Names())
	if _, err := exec.LookPath(name); err == nil && hint == "" {
		hint = fmt.Sprintf(" (!%s runs the program)", name)
	}
	return fmt.Errorf("command: unknown %q%s; :help lists them", name, hint)
}

// Names lists the commands that have a name, with their other names.
func Names() []string {
	var names []string
	for _, r := range Rows() {
		if r.Name != shell {
			names = append(append(names, r.Name), r.Aliases...)
		}
	}
	return names
}

func find(name string) (Row, bool) {
	for _, r := range Rows() {
		if r.Name == name || slices.Contains(r.Aliases, name) {
			return r, true
		}
	}
	return Row{}, false
}
