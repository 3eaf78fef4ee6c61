package editor

import (
	"unicode"
	"unicode/utf8"
)

// Reformat puts text, the same code in another form, in place of the whole text.
// The cursor stays at its token: behind as much of what is not blank as before.
// Semicolons and commas do not count, as a formatter adds and removes them.
func (e *Editor) Reformat(text string) {
	text = Clean(text)
	start, oldEnd, newEnd := differs(e.text, text)
	if start == oldEnd && start == newEnd {
		return
	}
	last, _ := utf8.DecodeLastRuneInString(e.Before())
	at := behind(text, solid(e.Before()), !counts(last))
	e.last = other
	e.splice(start, oldEnd, text[start:newEnd])
	e.move(at)
	e.undo.settle(e.cursor)
}

// differs returns what of a and b is not the same: up to start and from the ends
// on they are.
func differs(a, b string) (start, aEnd, bEnd int) {
	for start < min(len(a), len(b)) && a[start] == b[start] {
		start++
	}
	for start > 0 && start < len(a) && !utf8.RuneStart(a[start]) {
		start--
	}
	aEnd, bEnd = len(a), len(b)
	for aEnd > start && bEnd > start && a[aEnd-1] == b[bEnd-1] {
		aEnd, bEnd = aEnd-1, bEnd-1
	}
	for aEnd < len(a) && !utf8.RuneStart(a[aEnd]) {
		aEnd, bEnd = aEnd+1, bEnd+1
	}
	return start, aEnd, bEnd
}

func counts(r rune) bool { return !unicode.IsSpace(r) && r != ';' && r != ',' }

// solid counts the characters of s that a formatter keeps.
func solid(s string) int {
	n := 0
	for _, r := range s {
		if counts(r) {
			n++
		}
	}
	return n
}

// behind returns the place behind n characters of text that count, or in front of
// the next one.
func behind(text string, n int, next bool) int {
	if n == 0 && !next {
		return 0
	}
	for at, r := range text {
		switch {
		case !counts(r):
			continue
		case n == 0:
			return at
		case n == 1 && !next:
			return at + utf8.RuneLen(r)
		}
		n--
	}
	return len(text)
}
