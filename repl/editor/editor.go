// Package editor is the text of a cell being typed: a buffer with a cursor that
// moves by what a person sees as one character, selection, undo, the walk through
// history, and the layout of a text in a window. It knows no keys, no colours and
// no terminal, as opposed to package repl, which maps keys to its methods, package
// vi, which does so in the manner of vi, and package render, which colours its
// rows. A change copies the text and reads no more of it than is near; what must
// read the whole says so.
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

	"graft/repl/editor/syntax"
)

// Editor is a text with a cursor. The zero value is empty and ready to use. Its
// text is always valid UTF-8 without carriage returns or control characters
// other than tab and newline.
type Editor struct {
	text    string
	cursor  int   // byte offset into text, on a grapheme boundary
	goal    int   // column in cells that Up and Down aim for, plus one; 0 for none
	last    deed  // what the next call may go on with
	mark    int   // other end of the selection, plus one; 0 for none
	shifted bool  // the selection was made by Select: a plain move ends it
	closers []int // offsets of brackets and quotes that Type has brought
	index   syntax.Index
	undo    log
	ring    ring
	copied  string // for Copied
}

// deed is what was done last, as far as the next call goes on with it.
type deed int

const (
	other   deed = iota
	typing       // one undo takes back the whole run
	killing      // the next kill adds to this one
	yanking      // YankOlder replaces it
)

// Text returns the whole text.
func (e *Editor) Text() string { return e.text }

// Cursor returns the cursor's place in Text, in bytes.
func (e *Editor) Cursor() int { return e.cursor }

// Empty reports whether there is no text.
func (e *Editor) Empty() bool { return e.text == "" }

// Before returns the text in front of the cursor.
func (e *Editor) Before() string { return e.text[:e.cursor] }

// After returns the text behind the cursor.
func (e *Editor) After() string { return e.text[e.cursor:] }

// Line returns the rest of the cursor's line.
func (e *Editor) Line() string { return e.text[e.cursor:e.lineEnd(e.cursor)] }

// Set replaces the whole text and puts the cursor at its end.
func (e *Editor) Set(text string) {
	e.splice(0, len(e.text), Clean(text))
	e.move(len(e.text))
}

// Reset empties the editor and forgets its changes; what was killed stays.
func (e *Editor) Reset() { *e = Editor{ring: e.ring} }

// Insert puts s in place of the selection, or before the cursor if there is none.
func (e *Editor) Insert(s string) {
	e.last = other
	e.put(s)
}

func (e *Editor) put(s string) {
	start, end, _ := e.Region()
	e.splice(start, end, Clean(s))
}

// Replace puts s in place of the text from start to end, in bytes; the cursor
// goes behind it. Offsets beyond the text are pulled in, those inside a character
// move to its start.
func (e *Editor) Replace(start, end int, s string) {
	e.last = other
	start = e.runeStart(start)
	e.splice(start, max(start, e.runeStart(end)), Clean(s))
}

func (e *Editor) runeStart(at int) int {
	at = min(max(0, at), len(e.text))
	for at > 0 && at < len(e.text) && !utf8.RuneStart(e.text[at]) {
		at--
	}
	return at
}

// splice puts s in place of the text from start to end, and the cursor behind it.
// All changes but those of undo go through it.
func (e *Editor) splice(start, end int, s string) {
	if start == end && s == "" {
		return
	}
	e.undo.add(change{at: start, old: strings.Clone(e.text[start:end]), put: s, before: e.cursor}, e.last == typing)
	e.exchange(start, end, s)
	e.move(start + len(s))
	e.undo.settle(e.cursor)
}

// exchange changes the text and nothing else but the places that depend on it.
func (e *Editor) exchange(start, end int, s string) {
	kept := e.closers[:0]
	for _, at := range e.closers {
		switch {
		case at >= end:
			kept = append(kept, at+len(s)-(end-start))
		case at < start:
			kept = append(kept, at)
		}
	}
	e.closers, e.mark = kept, 0
	e.text = e.text[:start] + s + e.text[end:]
}

// move puts the cursor at the character that begins at or behind byte offset to,
// and ends runs of typing and of vertical movement, and a selection that Select has
// made.
func (e *Editor) move(to int) {
	e.cursor, e.goal, e.last = boundary(e.text, to), 0, other
	if e.shifted {
		e.mark, e.shifted = 0, false
	}
}

// MoveTo puts the cursor at the character that begins at or behind byte offset at.
func (e *Editor) MoveTo(at int) { e.move(min(max(0, at), len(e.text))) }

// Clean makes s fit to be edited: valid UTF-8, line feeds for line ends, and no
// control or escape characters.
func Clean(s string) string {
	if strings.Contains(s, "\r") {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, s)
}

// blank is the white space that s starts with.
func blank(s string) string { return s[:len(s)-len(strings.TrimLeft(s, "\t "))] }

// LastLine reports whether the cursor is on the last line of the text.
func (e *Editor) LastLine() bool { return !strings.Contains(e.After(), "\n") }

// Kind returns what a character typed at byte offset at would be part of.
func (e *Editor) Kind(at int) syntax.Kind { return e.index.At(e.text, at) }
