package wire

import "unicode/utf8"

// Unit is what a front end counts cursor positions in.
type Unit int

// The protocol says code points; some front ends count UTF-16 units.
const (
	CodePoints Unit = iota
	UTF16
)

// Cursor returns the byte offset of a cursor position in code, and what the
// position counts: UTF-16 units if it lies beyond the last code point. A missing
// position is the end; one outside the code is moved to its border.
func Cursor(code string, pos *int) (offset int, u Unit) {
	if pos == nil {
		return len(code), CodePoints
	}
	if *pos > utf8.RuneCountInString(code) {
		return advance(code, *pos, UTF16), UTF16
	}
	return advance(code, *pos, CodePoints), CodePoints
}

// Position is the inverse of [Cursor].
func Position(code string, offset int, u Unit) int {
	n := 0
	for _, r := range code[:min(offset, len(code))] {
		n += width(r, u)
	}
	return n
}

func advance(code string, pos int, u Unit) int {
	n := 0
	for i, r := range code {
		if n >= pos {
			return i
		}
		n += width(r, u)
	}
	return len(code)
}

func width(r rune, u Unit) int {
	if u == UTF16 && r > 0xffff {
		return 2
	}
	return 1
}
