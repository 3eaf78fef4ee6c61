package editor

import (
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// Next returns the end of the character that starts at byte offset at.
func Next(text string, at int) int {
	g := graphemes.FromString(text[at:])
	if !g.Next() {
		return at
	}
	return at + len(g.Value())
}

// Prev returns the start of the character that ends at byte offset at.
func Prev(text string, at int) int {
	start := certain(text, at)
	for {
		end := Next(text, start)
		if end >= at {
			return start
		}
		start = end
	}
}

// boundary returns the first place at or after offset at where a character begins:
// joining two parts can merge characters, as a letter and an accent do.
func boundary(text string, at int) int {
	pos := certain(text, at)
	for pos < at {
		pos = Next(text, pos)
	}
	return pos
}

// search is how far back a place is looked for where a character surely begins:
// more code points than any script joins.
const search = 256

// certain returns a place before at, or 0, where a character begins whatever
// stands further left, so that a long line need not be read from its start.
func certain(text string, at int) int {
	r, n := utf8.DecodeLastRuneInString(text[:at])
	for range search {
		at -= n
		if at <= 0 {
			return 0
		}
		var left rune
		left, n = utf8.DecodeLastRuneInString(text[:at])
		if left == '\n' || plain(left) && plain(r) {
			return at
		}
		r = left
	}
	return at
}

// plain reports whether r joins no other plain character.
func plain(r rune) bool { return r < 0x300 || unicode.Is(unicode.Han, r) }
