package wire

import (
	"unicode"
	"unicode/utf8"
)

// Unit is what a front end counts cursor positions in.
type Unit int

// The protocol says code points; some front ends count UTF-16 units.
const (
	CodePoints Unit = iota
	UTF16
)

// Units remembers in what each client counts. The zero value is ready; it is not
// safe for concurrent use.
type Units struct{ sure map[string]Unit }

// clients is how many of them are remembered.
const clients = 1000

// Cursor returns the byte offset of a cursor position in code that a client
// (its session) sent, and what it counted. The two counts differ behind characters
// such as emoji. Only one of them is possible for some positions, which then tells
// of the client's later ones; for the rest, it is taken to count code points unless
// only UTF-16 puts the cursor at the end of a word. A missing position is the end;
// one outside the code is moved to its border.
func (us *Units) Cursor(client, code string, pos *int) (offset int, u Unit) {
	if pos == nil {
		return len(code), us.sure[client]
	}
	points, wide := advance(code, *pos, CodePoints), advance(code, *pos, UTF16)
	switch {
	case points == wide && *pos <= utf8.RuneCountInString(code):
		return points, us.sure[client]
	case *pos > utf8.RuneCountInString(code):
		us.learn(client, UTF16)
	case Position(code, wide, UTF16) != *pos: // within a pair
		us.learn(client, CodePoints)
	}
	u, known := us.sure[client]
	if !known && wordEnds(code, wide) && !wordEnds(code, points) {
		u = UTF16
	}
	if u == UTF16 {
		return wide, UTF16
	}
	return points, CodePoints
}

func (us *Units) learn(client string, u Unit) {
	if us.sure == nil || len(us.sure) >= clients {
		us.sure = map[string]Unit{}
	}
	us.sure[client] = u
}

// wordEnds reports whether a name, or the dot behind one, ends at offset.
func wordEnds(code string, offset int) bool {
	before, _ := utf8.DecodeLastRuneInString(code[:offset])
	after, _ := utf8.DecodeRuneInString(code[offset:])
	return (before == '.' || inWord(before)) && !inWord(after)
}

func inWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// Position is the inverse of [Units.Cursor].
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
