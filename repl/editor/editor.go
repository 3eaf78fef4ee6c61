// Package editor is the text of a cell being typed: a buffer with a cursor that
// moves by what a person sees as one character, the walk through history, and
// the layout of both in a window of a given width. It knows no keys, no colours
// and no terminal, as opposed to package repl, which maps keys to its methods,
// and package render, which colours its rows.
//
//	var e editor.Editor
//	e.Insert("x := 写真")
//	e.Left()
//	e.Backspace()
//	e.Text() // "x := 真"
package editor

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// Editor is a text with a cursor. The zero value is empty and ready to use. Its
// text is always valid UTF-8 without carriage returns or control characters
// other than tab and newline.
type Editor struct {
	text   string
	cursor int // byte offset into text, on a grapheme boundary
	goal   int // column in cells that Up and Down aim for, plus one; 0 for none
	killed string
	undo   []state
	typing bool // the change before was typed text: one undo takes back the whole run
}

type state struct {
	text   string
	cursor int
}

// undoDepth is how many changes can be taken back.
const undoDepth = 200

// Text returns the whole text.
func (e *Editor) Text() string { return e.text }

// Cursor returns the cursor's place in Text, in bytes.
func (e *Editor) Cursor() int { return e.cursor }

// Empty reports whether there is no text.
func (e *Editor) Empty() bool { return e.text == "" }

// Before and After return the text on either side of the cursor.
func (e *Editor) Before() string { return e.text[:e.cursor] }

// After returns the text behind the cursor.
func (e *Editor) After() string { return e.text[e.cursor:] }

// Set replaces the whole text and puts the cursor at its end.
func (e *Editor) Set(text string) {
	e.remember()
	e.text = Clean(text)
	e.move(len(e.text))
}

// Reset empties the editor and forgets its changes; the killed text stays.
func (e *Editor) Reset() { *e = Editor{killed: e.killed} }

// Insert puts s before the cursor.
func (e *Editor) Insert(s string) {
	s = Clean(s)
	if s == "" {
		return
	}
	run := e.typing && !strings.ContainsAny(s, "\n ")
	if !run {
		e.remember()
	}
	e.text = e.text[:e.cursor] + s + e.text[e.cursor:]
	e.move(e.boundary(e.cursor + len(s)))
	e.typing = true
}

// Replace puts s in place of the text from start to end, in bytes; the cursor
// goes behind it. Offsets beyond the text are pulled in.
func (e *Editor) Replace(start, end int, s string) {
	start = min(max(0, start), len(e.text))
	end = min(max(start, end), len(e.text))
	e.remember()
	s = Clean(s)
	e.text = strings.ToValidUTF8(e.text[:start]+s+e.text[end:], "")
	e.move(e.boundary(min(start+len(s), len(e.text))))
}

// Undo takes the last change back and reports whether there was one.
func (e *Editor) Undo() bool {
	n := len(e.undo) - 1
	if n < 0 {
		return false
	}
	s := e.undo[n]
	e.undo = e.undo[:n]
	e.text = s.text
	e.move(s.cursor)
	return true
}

func (e *Editor) remember() {
	e.undo = append(e.undo, state{e.text, e.cursor})
	if len(e.undo) > undoDepth {
		e.undo = e.undo[1:]
	}
}

// move puts the cursor at a byte offset and ends runs of typing and of
// vertical movement.
func (e *Editor) move(to int) { e.cursor, e.goal, e.typing = to, 0, false }

// boundary returns the first grapheme boundary at or after offset at: joining
// two parts can merge characters, as a letter and an accent do.
func (e *Editor) boundary(at int) int {
	start := e.lineStart(at)
	g := graphemes.FromString(e.text[start:])
	for end := start; end < at; {
		if !g.Next() {
			return len(e.text)
		}
		end += len(g.Value())
		if end >= at {
			return end
		}
	}
	return at
}

// Clean makes s fit to be edited: valid UTF-8, line feeds for line ends, and no
// control or escape characters.
func Clean(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, s)
}

// Type inserts s as typed: a closing bracket alone on its line moves out by one
// tab, where Go puts it.
func (e *Editor) Type(s string) {
	indent := e.text[e.lineStart(e.cursor):e.cursor]
	closing := s == "}" || s == ")" || s == "]"
	if closing && strings.HasSuffix(indent, "\t") && strings.TrimLeft(indent, "\t ") == "" {
		e.cut(e.cursor-1, e.cursor)
	}
	e.Insert(s)
}

// Indent returns the white space that the cursor's line starts with.
func (e *Editor) Indent() string {
	line := e.text[e.lineStart(e.cursor):e.cursor]
	return line[:len(line)-len(strings.TrimLeft(line, "\t "))]
}

// LastLine reports whether the cursor is on the last line of the text.
func (e *Editor) LastLine() bool { return !strings.Contains(e.After(), "\n") }
