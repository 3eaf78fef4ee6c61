package editor

import (
	"strings"
	"unicode"
)

// IndentLines moves the lines of the selection, or the cursor's, in by one tab; what
// was selected stays selected.
func (e *Editor) IndentLines() {
	e.eachLine(func(line string) string {
		if line == "" {
			return line
		}
		return "\t" + line
	})
}

// DedentLines takes a tab, or blanks as wide as one, from the start of each line of
// the selection, or of the cursor's.
func (e *Editor) DedentLines() {
	e.eachLine(func(line string) string {
		if rest, ok := strings.CutPrefix(line, "\t"); ok {
			return rest
		}
		for range min(TabWidth, len(line)-len(strings.TrimLeft(line, " "))) {
			line = line[1:]
		}
		return line
	})
}

// Comment makes comments of the lines of the selection, or of the cursor's; if all
// of them are comments it makes them code.
func (e *Editor) Comment() {
	start, end := e.lines()
	margin, all := "", true
	for i, line := range nonblank(e.text[start:end]) {
		own := blank(line)
		if i == 0 || len(own) < len(margin) {
			margin = own
		}
		all = all && strings.HasPrefix(line[len(own):], "//")
	}
	e.eachLine(func(line string) string {
		own := blank(line)
		rest, done := strings.CutPrefix(line[len(own):], "//")
		switch {
		case line == own:
			return line
		case all && done:
			return own + strings.TrimPrefix(rest, " ")
		}
		at := min(len(margin), len(own))
		return line[:at] + "// " + line[at:]
	})
}

func nonblank(text string) []string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		if strings.TrimLeft(line, " \t") != "" {
			out = append(out, line)
		}
	}
	return out
}

// lines returns the bounds of the lines that the selection touches, or of the
// cursor's. A line of which only the start is selected does not count.
func (e *Editor) lines() (start, end int) {
	start, end, ok := e.Region()
	if ok && e.text[end-1] == '\n' {
		end--
	}
	return e.lineStart(start), e.lineEnd(end)
}

// eachLine changes the lines of the selection, or the cursor's, in one step. The
// cursor keeps its distance from the end of its line.
func (e *Editor) eachLine(f func(string) string) {
	start, end := e.lines()
	_, _, selected := e.Region()
	rest := e.lineEnd(e.cursor) - e.cursor
	changed := strings.Split(e.text[start:end], "\n")
	for i, line := range changed {
		changed[i] = f(line)
	}
	put := strings.Join(changed, "\n")
	if put == e.text[start:end] {
		return
	}
	line := strings.Count(e.text[start:min(e.cursor, end)], "\n")
	e.splice(start, end, put)
	if selected {
		e.move(start)
		e.Select(func(e *Editor) { e.move(start + len(put)) })
		return
	}
	at := start
	for range line {
		at = e.lineEnd(at) + 1
	}
	e.move(max(at, e.lineEnd(at)-rest))
	e.undo.settle(e.cursor)
}

// Transpose swaps the characters on either side of the cursor, at the end of a
// line the two before it, and steps behind them.
func (e *Editor) Transpose() {
	if e.cursor == e.lineEnd(e.cursor) && e.cursor > e.lineStart(e.cursor) {
		e.move(e.before())
	}
	if e.cursor == e.lineStart(e.cursor) || e.cursor == e.lineEnd(e.cursor) {
		return
	}
	from, to := e.before(), e.after()
	e.splice(from, to, e.text[e.cursor:to]+e.text[from:e.cursor])
}

// UpperWord makes the letters up to the end of the word at or after the cursor
// capitals, and goes there.
func (e *Editor) UpperWord() { e.wordCase(strings.ToUpper) }

// LowerWord makes them small.
func (e *Editor) LowerWord() { e.wordCase(strings.ToLower) }

// TitleWord makes the word small but for its first letter.
func (e *Editor) TitleWord() { e.wordCase(title) }

func title(s string) string {
	first := true
	return strings.Map(func(r rune) rune {
		switch {
		case !unicode.IsLetter(r):
			return r
		case first:
			first = false
			return unicode.ToTitle(r)
		}
		return unicode.ToLower(r)
	}, s)
}

func (e *Editor) wordCase(f func(string) string) {
	end := e.wordRight()
	if s := f(e.text[e.cursor:end]); s != e.text[e.cursor:end] {
		e.splice(e.cursor, end, s)
		return
	}
	e.move(end)
}

// Join puts the next line at the end of the cursor's, one blank between them, and
// the cursor there.
func (e *Editor) Join() {
	end := e.lineEnd(e.cursor)
	if end == len(e.text) {
		return
	}
	next := end + 1 + len(blank(e.text[end+1:]))
	gap := " "
	if next == len(e.text) || strings.Contains("\n)", e.text[next:next+1]) || end == e.lineStart(end) {
		gap = ""
	}
	e.splice(end, next, gap)
	e.move(end)
}
