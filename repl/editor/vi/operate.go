package vi

import (
	"strings"

	"graft/repl/editor"
)

// operator does something with a stretch of text, or with the lines it touches.
type operator struct {
	do      func(v *Vi, e *editor.Editor, start, end int, lines bool)
	changes bool
}

var operators map[string]operator

func init() { // the functions refer to the table
	operators = map[string]operator{
		"d": {deleted, true}, "c": {change, true}, "y": {yank, false},
		">": {shift((*editor.Editor).IndentLines), true}, "<": {shift((*editor.Editor).DedentLines), true},
	}
}

// operator applies op to the selection, or waits for what it is to be applied to.
func (v *Vi) operator(e *editor.Editor, name string, op operator) (Act, progress) {
	if !v.Selecting() {
		v.op, v.times, v.count = name, v.count, 0
		return Done, waiting
	}
	start, end := v.Region(e)
	lines := v.mode == Lines
	v.mode = Normal
	op.do(v, e, start, end, lines)
	return Done, moved
}

// doubled applies the operator to whole lines, if its key comes twice.
func (v *Vi) doubled(e *editor.Editor, name string) (Act, progress) {
	if name != v.op {
		return Done, unknown
	}
	end := e.Cursor()
	for range v.n() - 1 {
		if to, ok := down(e.Text(), end, 1); ok {
			end = to
		}
	}
	v.overLines(e, e.Cursor(), end)
	return Done, v.outcome(moved, true)
}

func (v *Vi) overLines(e *editor.Editor, start, end int) {
	text := e.Text()
	operators[v.op].do(v, e, editor.LineStart(text, start), editor.LineEnd(text, end), true)
}

// keep makes the text what p inserts; lines end in a line feed.
func keep(e *editor.Editor, start, end int, lines bool) {
	s := e.Text()[start:end]
	if lines {
		s += "\n"
	}
	e.Keep(s)
}

func deleted(_ *Vi, e *editor.Editor, start, end int, lines bool) {
	keep(e, start, end, lines)
	text := e.Text()
	switch {
	case !lines:
	case end < len(text):
		end++
	case start > 0:
		start--
	}
	e.Replace(start, end, "")
	if lines {
		at, _ := lineText(e.Text(), e.Cursor(), 0)
		e.MoveTo(at)
	}
}

func change(v *Vi, e *editor.Editor, start, end int, lines bool) {
	keep(e, start, end, lines)
	s := e.Text()[start:end]
	if lines || strings.HasSuffix(s, "\n") { // the indentation stays
		start += len(s) - len(strings.TrimLeft(s, " \t"))
		end -= len(s) - len(strings.TrimSuffix(s, "\n"))
	}
	e.Group()
	e.Replace(start, max(start, end), "")
	v.enter(e)
}

func yank(_ *Vi, e *editor.Editor, start, end int, lines bool) {
	s := e.Text()[start:end]
	if lines {
		s += "\n"
	}
	e.Copy(s)
	if !lines {
		e.MoveTo(start)
	}
}

func shift(move func(*editor.Editor)) func(*Vi, *editor.Editor, int, int, bool) {
	return func(_ *Vi, e *editor.Editor, start, end int, _ bool) {
		e.MoveTo(start)
		e.Select(func(e *editor.Editor) { e.MoveTo(end) })
		move(e)
		e.MoveTo(start)
		at, _ := lineText(e.Text(), e.Cursor(), 0)
		e.MoveTo(at)
	}
}
