package render

import (
	"strings"

	"graft/internal/session/command"
	"graft/repl/editor/syntax"
	"graft/repl/style"
)

// Spans are the colours of a cell, of the commands that it begins with and of its Go.
func (p Painter) Spans(cell string) []Span {
	spans, rest := Commands(cell, p.Theme)
	return append(spans, Source(rest, syntax.Code, p.Theme)...)
}

// Commands colours the names of the commands that a cell begins with, and returns
// the cell with blanks in place of them and of their arguments: what is left is Go.
func Commands(cell string, t style.Theme) (spans []Span, rest string) {
	rest = command.Blank(cell)
	at, goesOn := 0, false
	for line := range strings.Lines(cell) {
		name := at + len(line) - len(strings.TrimLeft(line, " \t\n"))
		start := at
		at += len(line)
		switch {
		case name == at:
			continue // an empty line
		case rest[name] != ' ':
			return spans, rest
		case !goesOn:
			spans = append(spans, Span{Start: name, End: nameEnd(cell, name), Style: t.Keyword})
		}
		shell := goesOn || cell[name] == '!'
		goesOn = shell && strings.HasSuffix(cell[start:at], "\\\n")
	}
	return spans, rest
}

// nameEnd is the end of the command that begins at start.
func nameEnd(cell string, start int) int {
	if cell[start] == '!' {
		return start + 1
	}
	if i := strings.IndexAny(cell[start:], " \t\n"); i >= 0 {
		return start + i
	}
	return len(cell)
}
