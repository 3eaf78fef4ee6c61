package repl

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// spread is how many times as many bytes alts makes of keys at most.
const spread = 5

// introducers are the characters that begin a sequence after escape.
const introducers = "[]OPNX^_\\\x1b"

// alts writes alt with a character in the form of the kitty protocol. Sequences and
// escape alone stay as they are.
func alts(in []byte) []byte {
	out := make([]byte, 0, len(in))
	for i := 0; i < len(in); {
		r, size := utf8.DecodeRune(in[min(i+1, len(in)):])
		switch {
		case in[i] != ansi.ESC:
			out = append(out, in[i])
			i++
		case size > 0 && r != utf8.RuneError && !strings.ContainsRune(introducers, r) && (unicode.IsPrint(r) || strings.ContainsRune("\r\t\x7f", r)):
			out = fmt.Appendf(out, "\x1b[%d;%du", unicode.ToLower(r), modifiers(r))
			i += 1 + size
		default:
			seq, _, n, _ := ansi.DecodeSequence(in[i:], 0, nil)
			out = append(out, seq...)
			i += n
		}
	}
	return out
}

// modifiers is the kitty protocol's number for alt, and for shift with capitals.
func modifiers(r rune) int {
	if unicode.IsUpper(r) {
		return 1 + 1 + 2
	}
	return 1 + 2
}
