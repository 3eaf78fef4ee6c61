package render

import (
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"
)

// Sanitize makes program output safe to put on a screen that is drawn by
// somebody else: colours stay, every other escape sequence goes, a carriage
// return starts its line anew, tabs become blanks to the next stop of eight.
func Sanitize(s string) string {
	if !strings.ContainsFunc(s, unicode.IsControl) {
		return strings.ToValidUTF8(s, "\ufffd")
	}
	lines := strings.Split(strings.ToValidUTF8(s, "\ufffd"), "\n")
	for i, l := range lines {
		lines[i] = sanitizeLine(l)
	}
	return strings.Join(lines, "\n")
}

func sanitizeLine(line string) string {
	line = strings.TrimRight(line, "\r")
	if i := strings.LastIndexByte(line, '\r'); i >= 0 {
		line = line[i+1:]
	}
	var b strings.Builder
	var state byte
	column := 0
	for len(line) > 0 {
		seq, width, n, next := ansi.DecodeSequenceWc(line, state, nil)
		state, line = next, line[n:]
		switch {
		case width > 0:
			b.WriteString(seq)
			column += width
		case seq == "\t":
			blanks := 8 - column%8
			b.WriteString(strings.Repeat(" ", blanks))
			column += blanks
		case colour(seq):
			b.WriteString(seq)
		case !strings.ContainsFunc(seq, unicode.IsControl):
			b.WriteString(seq) // a combining mark
		}
	}
	return b.String()
}

// colour reports whether seq is an SGR sequence.
func colour(seq string) bool {
	return strings.HasPrefix(seq, "\x1b[") && strings.HasSuffix(seq, "m") && !strings.ContainsAny(seq, "?><")
}
