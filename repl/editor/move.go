package editor

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

func (e *Editor) lineStart(at int) int { return LineStart(e.text, at) }

func (e *Editor) lineEnd(at int) int { return LineEnd(e.text, at) }

// LineStart returns the start of the line of byte offset at.
func LineStart(text string, at int) int { return strings.LastIndexByte(text[:at], '\n') + 1 }

// LineEnd returns the end of the line of byte offset at, in front of its line feed.
func LineEnd(text string, at int) int {
	if i := strings.IndexByte(text[at:], '\n'); i >= 0 {
		return at + i
	}
	return len(text)
}

// before returns the start of the character that ends at the cursor.
func (e *Editor) before() int {
	if e.cursor == 0 {
		return 0
	}
	return Prev(e.text, e.cursor)
}

// after returns the end of the character at the cursor.
func (e *Editor) after() int { return Next(e.text, e.cursor) }

// Left moves by one character, over line ends too; from a selection that Select
// has made it goes to its start.
func (e *Editor) Left() {
	if start, _, ok := e.Region(); ok && e.shifted {
		e.move(start)
		return
	}
	e.move(e.before())
}

// Right moves by one character, over line ends too; from a selection that Select
// has made it goes to its end.
func (e *Editor) Right() {
	if _, end, ok := e.Region(); ok && e.shifted {
		e.move(end)
		return
	}
	e.move(e.after())
}

// Home moves to the first character of the line that is not blank, and from there
// to its start.
func (e *Editor) Home() {
	start := e.lineStart(e.cursor)
	text := start + len(blank(e.text[start:e.lineEnd(start)]))
	if e.cursor == text {
		text = start
	}
	e.move(text)
}

// End moves to the end of the line.
func (e *Editor) End() { e.move(e.lineEnd(e.cursor)) }

// Top moves to the start of the text.
func (e *Editor) Top() { e.move(0) }

// Bottom moves to the end of the text.
func (e *Editor) Bottom() { e.move(len(e.text)) }

// WordLeft moves to the start of the word before the cursor.
func (e *Editor) WordLeft() { e.move(e.wordLeft()) }

// WordRight moves behind the word after the cursor.
func (e *Editor) WordRight() { e.move(e.wordRight()) }

func (e *Editor) wordLeft() int {
	at := e.cursor
	for _, inside := range []bool{false, true} {
		for at > 0 {
			r, n := utf8.DecodeLastRuneInString(e.text[:at])
			if wordRune(r) != inside {
				break
			}
			at -= n
		}
	}
	if b := boundary(e.text, at); b > at {
		return Prev(e.text, b)
	}
	return at
}

func (e *Editor) wordRight() int { return e.cursor + WordLen(e.After()) }

// WordLen is the length in bytes of the first word of s and what stands before it.
func WordLen(s string) int {
	at := 0
	for _, inside := range []bool{false, true} {
		for at < len(s) {
			r, n := utf8.DecodeRuneInString(s[at:])
			if wordRune(r) != inside {
				break
			}
			at += n
		}
	}
	return at
}

func wordRune(r rune) bool {
	return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r)
}

// Up moves to the line above, aiming for the same column, and reports false if
// there is none.
func (e *Editor) Up() bool {
	start := e.lineStart(e.cursor)
	if start == 0 {
		return false
	}
	e.vertical(e.lineStart(start - 1))
	return true
}

// Down moves to the line below, aiming for the same column, and reports false if
// there is none.
func (e *Editor) Down() bool {
	end := e.lineEnd(e.cursor)
	if end == len(e.text) {
		return false
	}
	e.vertical(end + 1)
	return true
}

// far is the column from which on Up and Down count bytes, as the cells of a line of
// megabytes take too long to add up.
const far = 64 << 10

// vertical moves into the line that starts at start and keeps the goal column.
func (e *Editor) vertical(start int) {
	goal := e.goal - 1
	if before := e.text[e.lineStart(e.cursor):e.cursor]; goal < 0 && len(before) > far {
		goal = len(before)
	} else if goal < 0 {
		goal = Width(before)
	}
	e.move(start + reached(e.text[start:e.lineEnd(start)], goal))
	e.goal = goal + 1
}

// reached returns the place in line nearest to a column, and not beyond it.
func reached(line string, goal int) int {
	if goal > far {
		return min(goal, len(line))
	}
	at, column := 0, 0
	for g := graphemes.FromString(line); g.Next(); {
		w := glyphWidth(g.Value(), column)
		if column+w > goal {
			break
		}
		at, column = at+len(g.Value()), column+w
	}
	return at
}

// OffEnd moves from the end of a line onto its last character, where vi stands
// between its commands. Up and Down aim for the column that they did.
func (e *Editor) OffEnd() {
	if goal := e.goal; e.cursor == e.lineEnd(e.cursor) && e.cursor > e.lineStart(e.cursor) {
		e.move(e.before())
		e.goal = goal
	}
}
