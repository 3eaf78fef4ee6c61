package editor

import (
	"slices"
	"strings"
	"unicode/utf8"

	"graft/repl/editor/syntax"
)

// Type inserts s as typed. An opening bracket or quote brings its partner along
// where nothing else would be in front of it; typing that partner, then or lines
// later, steps over it, so that whole source typed character by character comes
// out as it was meant. A closing bracket alone on its line, and a case, move out by
// one tab, where Go puts them. The text is read as a whole for brackets and quotes only.
func (e *Editor) Type(s string) {
	if _, _, selected := e.Region(); !selected && len(s) == 1 {
		if e.stepOver(s[0]) {
			return
		}
		if closer := e.partner(s[0]); closer != 0 {
			e.splice(e.cursor, e.cursor, s+string(closer))
			e.closers = append(e.closers, e.cursor-1)
			e.move(e.cursor - 1)
			e.undo.settle(e.cursor)
			return
		}
		if e.movesOut(s[0]) {
			e.splice(e.cursor-1, e.cursor, s)
			return
		}
		if s == ":" && e.caseTooDeep() {
			e.splice(e.lineStart(e.cursor), e.cursor, strings.TrimPrefix(e.text[e.lineStart(e.cursor):e.cursor], "\t")+s)
			return
		}
	}
	e.put(s)
	e.last = typing
}

// stepOver moves behind the partner c that Type has brought, if that is next, and
// removes what blank there is before it.
func (e *Editor) stepOver(c byte) bool {
	at, ok := e.closerAhead(c)
	if !ok {
		return false
	}
	from := e.cursor
	if start := e.lineStart(from); strings.TrimLeft(e.text[start:from], "\t ") == "" && strings.Contains(e.text[from:at], "\n") {
		from, at = start, e.lineStart(at)
	}
	e.splice(from, at, "")
	at = from + len(blank(e.text[from:])) + 1
	e.closers = slices.DeleteFunc(e.closers, func(c int) bool { return c == at-1 })
	e.move(at)
	e.last = typing
	return true
}

// closerAhead returns the place of the partner that Type has brought for c.
func (e *Editor) closerAhead(c byte) (at int, ok bool) {
	at = e.cursor
	if !quote(c) {
		at += len(e.After()) - len(strings.TrimLeft(e.After(), " \t\n"))
	}
	if at >= len(e.text) || e.text[at] != c || !slices.Contains(e.closers, at) {
		return 0, false
	}
	kind := e.Kind(e.cursor)
	if !quote(c) {
		return at, kind == syntax.Code
	}
	return at, kind != syntax.Code && e.Kind(at+1) == syntax.Code
}

// partner returns what closes c, 0 if it must not come by itself: in strings and
// comments, in front of something that c could be meant for, and where c closes
// or the text has a partner for it already.
func (e *Editor) partner(c byte) byte {
	closer := syntax.Closer(c)
	if quote(c) {
		closer = c
	}
	if closer == 0 || e.Kind(e.cursor) != syntax.Code || !e.free(quote(c)) {
		return 0
	}
	_, stray := syntax.Unmatched(e.text, syntax.Code)
	for _, at := range stray {
		if at >= e.cursor && e.text[at] == closer {
			return 0
		}
	}
	return closer
}

// free reports whether the cursor stands where nothing follows that a bracket or
// a quote could be put around, and no word goes before a quote.
func (e *Editor) free(quote bool) bool {
	if after := e.After(); after != "" && !strings.Contains(" \t\n)]},;", after[:1]) {
		return false
	}
	r, _ := utf8.DecodeLastRuneInString(e.Before())
	return !quote || !wordRune(r) && r != '"' && r != '\'' && r != '`'
}

func quote(c byte) bool { return c == '"' || c == '\'' || c == '`' }

// take deletes the text from start to end, and with it the partners behind it that
// Type has brought and that would be left alone.
func (e *Editor) take(start, end int) {
	to := end
	for slices.Contains(e.closers, to) && alone(e.text[:start], e.text[to:]) {
		to++
	}
	e.splice(start, to, "")
}

// alone reports whether what after begins with closes nothing in before.
func alone(before, after string) bool {
	if quote(after[0]) {
		return syntax.At(before, len(before)) == syntax.Code
	}
	open, _ := syntax.Unmatched(before, syntax.Code)
	return len(open) == 0 || syntax.Closer(before[open[len(open)-1]]) != after[0]
}

// emptyPair reports whether the cursor is between a bracket or quote and the
// partner that Type has brought.
func (e *Editor) emptyPair() bool {
	if e.cursor == 0 || e.cursor == len(e.text) || !slices.Contains(e.closers, e.cursor) {
		return false
	}
	left, right := e.text[e.cursor-1], e.text[e.cursor]
	return syntax.Closer(left) == right || quote(left) && left == right
}

// movesOut reports whether c closes a bracket as the first character of its line,
// which is indented.
func (e *Editor) movesOut(c byte) bool {
	if c != '}' && c != ')' && c != ']' {
		return false
	}
	indent := e.text[e.lineStart(e.cursor):e.cursor]
	return strings.HasSuffix(indent, "\t") && strings.TrimLeft(indent, "\t ") == "" && e.Kind(e.cursor) == syntax.Code
}

// caseTooDeep reports whether a colon at the cursor makes a case of the line that
// stands one tab further in than its switch or select, where Go puts it.
func (e *Editor) caseTooDeep() bool {
	line := e.text[e.lineStart(e.cursor):e.cursor]
	if !label(line + ":") {
		return false
	}
	open, _ := syntax.Unmatched(e.Before(), syntax.Code)
	if len(open) == 0 {
		return false
	}
	at := e.lineStart(open[len(open)-1])
	head := e.text[at:open[len(open)-1]]
	return blank(line) == blank(head)+"\t" && (strings.Contains(head, "switch") || strings.Contains(head, "select"))
}

// Newline breaks the line and indents the next one as Go is indented: one step
// further behind an open bracket or a case, whose closing bracket goes to a line
// of its own. In raw strings and comments that go on it only breaks the line.
func (e *Editor) Newline() {
	from, to, _ := e.Region()
	if e.Kind(from).Long() {
		e.Insert("\n")
		return
	}
	start := e.lineStart(from)
	line := e.text[start:from]
	indent := blank(line)
	open, _ := syntax.Unmatched(line, e.Kind(start))
	to += len(blank(e.text[to:]))
	if indent == line {
		from = start // blanks alone on a line are of no use
	}
	if n := len(open) - 1; n >= 0 || label(line) {
		inner := "\n" + indent + "\t"
		if n >= 0 && to < len(e.text) && e.text[to] == syntax.Closer(line[open[n]]) {
			e.splice(from, to, inner+"\n"+indent)
			e.move(from + len(inner))
			e.undo.settle(e.cursor)
			return
		}
		indent += "\t"
	}
	e.splice(from, to, "\n"+indent)
}

// label reports whether line is a case of a switch or select.
func label(line string) bool {
	line = strings.Trim(line, " \t")
	return strings.HasSuffix(line, ":") && (strings.HasPrefix(line, "case ") || line == "default:")
}

// Open reports whether the code before the cursor has a bracket to close, and
// nothing but closing brackets and quotes follows: what is being typed goes on
// there. It reads the whole text.
func (e *Editor) Open() bool {
	open, _ := syntax.Unmatched(e.Before(), syntax.Code)
	return len(open) > 0 && strings.Trim(e.After(), ")]}\"'` \t\n") == ""
}
