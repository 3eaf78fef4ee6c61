package vi

import (
	"strings"
	"unicode"

	"graft/repl/editor"
)

// command does what one key says and reports what is left to do and whether "."
// does it again.
type command func(v *Vi, e *editor.Editor) (Act, progress)

// commands are the keys that are neither motions nor operators; visual those that
// mean something else while text is selected.
var commands, visual map[string]command

func init() { // the functions refer to the tables
	commands = map[string]command{
		"i": insertAt(func(*editor.Editor) {}),
		"a": insertAt(func(e *editor.Editor) {
			if at, ok := right(e.Text(), e.Cursor(), 1); ok {
				e.MoveTo(at)
			}
		}),
		"I": insertAt(func(e *editor.Editor) { at, _ := lineText(e.Text(), e.Cursor(), 1); e.MoveTo(at) }),
		"A": insertAt((*editor.Editor).End),
		"o": insertAt(func(e *editor.Editor) { e.End(); e.Newline() }),
		"O": insertAt(openAbove),
		"s": substitute,
		"x": alias("d", "l"), "delete": alias("d", "l"), "X": alias("d", "h"),
		"S": alias("c", "c"), "D": alias("d", "$"), "C": alias("c", "$"), "Y": alias("y", "y"),
		"p":      edits(func(v *Vi, e *editor.Editor) { put(e, v.n(), false) }),
		"P":      edits(func(v *Vi, e *editor.Editor) { put(e, v.n(), true) }),
		"J":      edits(func(v *Vi, e *editor.Editor) { join(e, max(v.n()-1, 1)) }),
		"~":      edits(func(v *Vi, e *editor.Editor) { flip(e, v.n()) }),
		".":      func(v *Vi, e *editor.Editor) (Act, progress) { v.repeat(e); return Done, moved },
		"u":      func(v *Vi, e *editor.Editor) (Act, progress) { times(v.n(), e.Undo); return Done, moved },
		"ctrl+r": func(v *Vi, e *editor.Editor) (Act, progress) { times(v.n(), e.Redo); return Done, moved },
		"v":      begin(Visual), "V": begin(Lines),
		"/": func(*Vi, *editor.Editor) (Act, progress) { return Search, moved },
		"=": func(*Vi, *editor.Editor) (Act, progress) { return Format, moved },
	}
	visual = map[string]command{
		"v": switchTo(Visual), "V": switchTo(Lines), "o": exchange,
		"x": selected("d"), "delete": selected("d"), "X": selectedLines("d"), "D": selectedLines("d"), "Y": selectedLines("y"),
		"s": selected("c"), "S": selectedLines("c"), "C": selectedLines("c"),
		"p": exchangeText, "P": exchangeText, "~": cased(flipped), "u": cased(strings.ToLower), "U": cased(strings.ToUpper),
		"J": joined,
	}
}

// insertAt begins Insert at a place.
func insertAt(move func(*editor.Editor)) command {
	return func(v *Vi, e *editor.Editor) (Act, progress) {
		e.Group()
		v.enter(e)
		move(e)
		return Done, changed
	}
}

func openAbove(e *editor.Editor) {
	at := editor.LineStart(e.Text(), e.Cursor())
	text, _ := lineText(e.Text(), at, 1)
	indent := e.Text()[at:text]
	e.Replace(at, at, indent+"\n")
	e.MoveTo(at + len(indent))
}

// alias is an operator with its motion.
func alias(op, motion string) command {
	return func(v *Vi, e *editor.Editor) (Act, progress) {
		v.op, v.times, v.count = op, v.count, 0
		return v.look(e, motion)
	}
}

func substitute(v *Vi, e *editor.Editor) (Act, progress) {
	end, _ := right(e.Text(), e.Cursor(), v.n())
	change(v, e, e.Cursor(), end, false)
	return Done, changed
}

// edits makes a command of what changes the text.
func edits(f func(*Vi, *editor.Editor)) command {
	return func(v *Vi, e *editor.Editor) (Act, progress) {
		f(v, e)
		return Done, changed
	}
}

func times(n int, f func() bool) {
	for n > 0 && f() {
		n--
	}
}

// putBytes is how much one command puts, unless that is put once.
const putBytes = 1 << 20

// put inserts what was deleted or yanked last n times, whole lines below the
// cursor's line or above it, other text behind the cursor or before it.
func put(e *editor.Editor, n int, before bool) {
	s, text := e.Killed(), e.Text()
	if s == "" {
		return
	}
	n = min(n, max(1, putBytes/len(s)))
	if lines, ok := strings.CutSuffix(strings.Repeat(s, n), "\n"); ok && strings.HasSuffix(s, "\n") {
		at := editor.LineStart(text, e.Cursor())
		if before {
			e.Replace(at, at, lines+"\n")
		} else {
			at = editor.LineEnd(text, at)
			e.Replace(at, at, "\n"+lines)
			at++
		}
		at, _ = lineText(e.Text(), at, 1)
		e.MoveTo(at)
		return
	}
	if !before && e.Cursor() < editor.LineEnd(text, e.Cursor()) {
		e.MoveTo(editor.Next(text, e.Cursor()))
	}
	e.Insert(strings.Repeat(s, n))
	e.MoveTo(editor.Prev(e.Text(), e.Cursor()))
}

func join(e *editor.Editor, n int) {
	e.Group()
	for range n {
		e.Join()
	}
	e.Ungroup()
}

// flip turns small letters into capitals and back, and goes behind them.
func flip(e *editor.Editor, n int) {
	end, _ := right(e.Text(), e.Cursor(), n)
	e.Replace(e.Cursor(), end, flipped(e.Text()[e.Cursor():end]))
}

func flipped(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsUpper(r) {
			return unicode.ToLower(r)
		}
		return unicode.ToUpper(r)
	}, s)
}

// replace puts the character key in place of those at the cursor.
func (v *Vi) replace(e *editor.Editor, key string) (Act, progress) {
	switch {
	case key == "":
		return Done, partial
	case key == "space":
		key = " "
	case key == "enter":
		key = "\n"
	case editor.Next(key, 0) < len(key): // the name of a key
		return Done, moved
	}
	at := e.Cursor()
	end, n := at, 0
	for ; n < v.n() && end < editor.LineEnd(e.Text(), at); n++ {
		end = editor.Next(e.Text(), end)
	}
	if n < v.n() {
		return Done, moved
	}
	e.Replace(at, end, strings.Repeat(key, n))
	if key != "\n" {
		e.MoveTo(editor.Prev(e.Text(), e.Cursor()))
	}
	return Done, changed
}

// repeat does the last change again.
func (v *Vi) repeat(e *editor.Editor) {
	keys := v.again
	v.clear()
	v.replay = true
	e.Group()
	for _, k := range keys {
		v.command(e, k)
	}
	if v.mode == Insert {
		e.Insert(v.inserted)
		v.leave(e)
	}
	e.Ungroup()
	v.replay = false
}

// begin starts a selection.
func begin(mode Mode) command {
	return func(v *Vi, e *editor.Editor) (Act, progress) {
		v.mode, v.anchor = mode, e.Cursor()
		return Done, moved
	}
}

// switchTo ends the selection, or changes its kind.
func switchTo(mode Mode) command {
	return func(v *Vi, _ *editor.Editor) (Act, progress) {
		if v.mode == mode {
			mode = Normal
		}
		v.mode = mode
		return Done, moved
	}
}

func exchange(v *Vi, e *editor.Editor) (Act, progress) {
	at := e.Cursor()
	e.MoveTo(v.anchor)
	v.anchor = at
	return Done, moved
}

func selected(op string) command {
	return func(v *Vi, e *editor.Editor) (Act, progress) { return v.operator(e, op, operators[op]) }
}

func selectedLines(op string) command {
	return func(v *Vi, e *editor.Editor) (Act, progress) {
		v.mode = Lines
		return v.operator(e, op, operators[op])
	}
}

// exchangeText puts what was deleted or yanked in place of the selection, which can be put
// elsewhere then.
func exchangeText(v *Vi, e *editor.Editor) (Act, progress) {
	start, end := v.Region(e)
	was, put := e.Text()[start:end], e.Killed()
	if v.mode == Lines {
		was, put = was+"\n", strings.TrimSuffix(put, "\n")
	}
	e.Keep(was)
	e.Replace(start, end, put)
	v.mode = Normal
	return Done, moved
}

func cased(f func(string) string) command {
	return func(v *Vi, e *editor.Editor) (Act, progress) {
		start, end := v.Region(e)
		e.Replace(start, end, f(e.Text()[start:end]))
		e.MoveTo(start)
		v.mode = Normal
		return Done, moved
	}
}

func joined(v *Vi, e *editor.Editor) (Act, progress) {
	start, end := v.Region(e)
	e.MoveTo(start)
	join(e, max(1, strings.Count(e.Text()[start:end], "\n")))
	v.mode = Normal
	return Done, moved
}
