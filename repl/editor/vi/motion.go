package vi

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"graft/repl/editor"
	"graft/repl/editor/syntax"
)

// motion is a way to go. to returns the place it leads to from at, over n steps;
// ok is false if there is none.
type motion struct {
	to        func(text string, at, n int) (target int, ok bool)
	inclusive bool // an operator takes the character at the target too
	lines     bool // an operator takes whole lines
	counted   bool // n is the number of a line; 0 if none was typed
}

// motions by their keys. j and k are in the table for operators; by themselves they
// keep the column, and go through the history at the edges.
var motions = map[string]motion{
	"h": {to: left}, "left": {to: left}, "backspace": {to: left},
	"l": {to: right}, "right": {to: right}, "space": {to: right}, " ": {to: right},
	"j": {to: down, lines: true}, "down": {to: down, lines: true},
	"k": {to: up, lines: true}, "up": {to: up, lines: true},
	"0": {to: lineStart}, "home": {to: lineStart},
	"^":   {to: lineText},
	"$":   {to: lineEnd, inclusive: true},
	"end": {to: lineEnd, inclusive: true},
	"gg":  {to: firstLine, lines: true, counted: true},
	"G":   {to: lastLine, lines: true, counted: true},
	"w":   {to: words(class, next)}, "W": {to: words(blankOrNot, next)},
	"b": {to: words(class, back)}, "B": {to: words(blankOrNot, back)},
	"e": {to: words(class, end), inclusive: true}, "E": {to: words(blankOrNot, end), inclusive: true},
	"{": {to: paragraphUp}, "}": {to: paragraphDown},
	"%": {to: partner, inclusive: true},
}

// toWordEnd is what cw and cW go over: the word, without the blank behind it.
var toWordEnd = map[string]motion{"w": {to: wordEnd(class), inclusive: true}, "W": {to: wordEnd(blankOrNot), inclusive: true}}

// find is a search for a character on the line.
type find struct {
	key  string // f, F, t or T
	char string
}

// motionOf returns the motion of a name and, for f, F, t and T, what they look for.
func motionOf(name string) (m motion, arg find, state progress) {
	if m, ok := motions[name]; ok {
		return m, arg, moved
	}
	switch first := name[:1]; {
	case name == "g", strings.Contains("fFtT", first) && len(name) == 1:
		return m, arg, partial
	case strings.Contains("fFtT", first) && utf8.RuneCountInString(name) == 2:
		arg = find{first, name[1:]}
		return arg.motion(), arg, moved
	case name == ";" || name == ",":
		return m, arg, moved // of the last find
	}
	return m, arg, unknown
}

// motion moves the cursor, or gives the waiting operator what it moves over.
func (v *Vi) motion(e *editor.Editor, name string, m motion, arg find) (Act, progress) {
	switch {
	case arg.key != "":
		v.find = arg
	case name == ";":
		m = v.find.motion()
	case name == ",":
		m = v.find.turned().motion()
	}
	if v.op == "" && m.lines && !m.counted {
		return v.vertical(e, name), moved
	}
	n := v.n()
	if m.counted && v.count == 0 {
		n = 0
	}
	if v.op == "c" && (name == "w" || name == "W") && !blankAt(e.Text(), e.Cursor()) {
		m = toWordEnd[name]
	}
	target, ok := m.to(e.Text(), e.Cursor(), n)
	switch {
	case !ok:
		return Done, moved
	case v.op == "":
		e.MoveTo(target)
		return Done, moved
	case m.lines:
		v.overLines(e, min(target, e.Cursor()), max(target, e.Cursor()))
	default:
		v.over(e, name, m, target)
	}
	return Done, v.outcome(moved, true)
}

// over gives the operator the text between the cursor and target.
func (v *Vi) over(e *editor.Editor, name string, m motion, target int) {
	text, start, end := e.Text(), min(e.Cursor(), target), max(e.Cursor(), target)
	if m.inclusive && end < len(text) && text[end] != '\n' {
		end = editor.Next(text, end)
	}
	if strings.EqualFold(name, "w") && strings.Contains(text[start:end], "\n") {
		// the last word of a line ends there, for an operator
		if trimmed := start + len(strings.TrimRight(text[start:end], " \t\n")); trimmed > start {
			end = trimmed
		} else {
			end = editor.LineEnd(text, start)
		}
	}
	operators[v.op].do(v, e, start, end, false)
}

// vertical moves by lines and keeps the column. From the first and the last line
// it goes to the history, unless text is selected.
func (v *Vi) vertical(e *editor.Editor, name string) Act {
	step, act := (*editor.Editor).Down, Newer
	if name == "k" || name == "up" {
		step, act = (*editor.Editor).Up, Older
	}
	for i := range v.n() {
		if !step(e) {
			if i == 0 && !v.Selecting() {
				return act
			}
			break
		}
	}
	return Done
}

func left(text string, at, n int) (int, bool) {
	start, from := editor.LineStart(text, at), at
	for ; n > 0 && at > start; n-- {
		at = editor.Prev(text, at)
	}
	return at, at < from
}

func right(text string, at, n int) (int, bool) {
	end, from := editor.LineEnd(text, at), at
	for ; n > 0 && at < end; n-- {
		at = editor.Next(text, at)
	}
	return at, at > from
}

func down(text string, at, n int) (int, bool) {
	for range n {
		end := editor.LineEnd(text, at)
		if end == len(text) {
			return at, false
		}
		at = end + 1
	}
	return at, true
}

func up(text string, at, n int) (int, bool) {
	for range n {
		start := editor.LineStart(text, at)
		if start == 0 {
			return at, false
		}
		at = start - 1
	}
	return at, true
}

func lineStart(text string, at, _ int) (int, bool) { return editor.LineStart(text, at), true }

func lineText(text string, at, _ int) (int, bool) {
	start := editor.LineStart(text, at)
	line := text[start:editor.LineEnd(text, start)]
	return start + len(line) - len(strings.TrimLeft(line, " \t")), true
}

func lineEnd(text string, at, n int) (int, bool) {
	if n > 1 {
		var ok bool
		if at, ok = down(text, at, n-1); !ok {
			return at, false
		}
	}
	end := editor.LineEnd(text, at)
	if end > editor.LineStart(text, end) {
		end = editor.Prev(text, end)
	}
	return end, true
}

func firstLine(text string, _, n int) (int, bool) {
	at := 0
	for ; n > 1 && editor.LineEnd(text, at) < len(text); n-- {
		at = editor.LineEnd(text, at) + 1
	}
	return lineText(text, at, 0)
}

func lastLine(text string, _, n int) (int, bool) {
	if n > 0 {
		return firstLine(text, 0, n)
	}
	return lineText(text, editor.LineStart(text, len(text)), 0)
}

func paragraphDown(text string, at, n int) (int, bool) {
	for range n {
		i := strings.Index(strings.TrimLeft(text[at:], "\n"), "\n\n")
		if i < 0 {
			return len(text), true
		}
		at += len(text[at:]) - len(strings.TrimLeft(text[at:], "\n")) + i + 1
	}
	return at, true
}

func paragraphUp(text string, at, n int) (int, bool) {
	for range n {
		head := strings.TrimRight(text[:at], "\n")
		i := strings.LastIndex(head, "\n\n")
		if i < 0 {
			return 0, true
		}
		at = i + 1
	}
	return at, true
}

func partner(text string, at, _ int) (int, bool) {
	for end := editor.LineEnd(text, at); at < end; at++ {
		if strings.IndexByte("()[]{}", text[at]) >= 0 {
			if own, other, ok := syntax.Partner(text, syntax.Code, at); ok && own == at {
				return other, true
			}
		}
	}
	return at, false
}

// turned is the find in the other direction.
func (f find) turned() find {
	f.key = strings.Map(func(r rune) rune {
		if unicode.IsUpper(r) {
			return unicode.ToLower(r)
		}
		return unicode.ToUpper(r)
	}, f.key)
	return f
}

func (f find) motion() motion {
	forward, till := f.key == "f" || f.key == "t", f.key == "t" || f.key == "T"
	return motion{inclusive: forward, to: func(text string, at, n int) (int, bool) {
		if f.key == "" {
			return at, false
		}
		start, end := editor.LineStart(text, at), editor.LineEnd(text, at)
		to := at
		for range n {
			i := -1
			if forward {
				from := min(editor.Next(text, to), end)
				if i = strings.Index(text[from:end], f.char); i >= 0 {
					i += from
				}
			} else if i = strings.LastIndex(text[start:to], f.char); i >= 0 {
				i += start
			}
			if to = i; i < 0 {
				return at, false
			}
		}
		switch {
		case till && forward:
			to = editor.Prev(text, to)
		case till:
			to = editor.Next(text, to)
		}
		return to, true
	}}
}
