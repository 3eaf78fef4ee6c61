package render

import (
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// Pen is the colours in which a program writes. They go on from line to line, also
// over the lines of several writes; a line on the screen has to stand for itself, as
// what is drawn next would take its colours over.
type Pen struct{ style uv.Style }

// Lines begins each line of sanitized text in the pen's colours and ends it in none.
func (p *Pen) Lines(text string) string {
	if p.style.IsZero() && !strings.Contains(text, "\x1b") {
		return text
	}
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = p.line(l)
	}
	return strings.Join(lines, "\n")
}

func (p *Pen) line(l string) string {
	start := ""
	if !p.style.IsZero() {
		start = p.style.String()
	}
	parser := ansi.GetParser()
	defer ansi.PutParser(parser)
	var state byte
	for rest := l; rest != ""; {
		seq, _, n, next := ansi.DecodeSequence(rest, state, parser)
		if colour(seq) {
			uv.ReadStyle(parser.Params(), &p.style)
		}
		state, rest = next, rest[n:]
	}
	if l = start + l; !p.style.IsZero() {
		l += ansi.ResetStyle
	}
	return l
}
