package plot

import (
	"fmt"
	"strings"

	"graft/lib/display"
)

// ink is what a text picture is drawn with.
type ink int

const (
	plainInk  ink = iota // a typewriter
	colourInk            // blocks, braille and colour
	monoInk              // blocks and braille
)

// tone is a role that colour plays; the numbers of the 256-colour palette are
// chosen to read on light and on dark terminals alike.
type tone string

const (
	muted  tone = "38;5;245"
	strong tone = "1"
	good   tone = "38;5;36"
	bad    tone = "38;5;167"
)

// seriesTones colours series 0, 1, ... and seriesColours is the same for HTML:
// after Okabe and Ito (2008), darkened or lightened so that each keeps a
// contrast of 3:1 on white and on #111.
var (
	seriesTones   = []tone{"38;5;68", "38;5;172", "38;5;36", "38;5;133", "38;5;136", "38;5;245"}
	seriesColours = []string{"#3f8bce", "#d57a1f", "#1f9e83", "#b267ae", "#a58a1a", "#7d858c"}
)

const (
	goodColour = "#1f9e83"
	badColour  = "#d1505f"
)

// paint colours s, which holds no line break, if there is colour.
func (k ink) paint(t tone, s string) string {
	if k != colourInk || s == "" {
		return s
	}
	return "\x1b[" + string(t) + "m" + s + "\x1b[0m"
}

// series returns the tone of series i.
func series(i int) tone { return seriesTones[i%len(seriesTones)] }

func seriesColour(i int) string { return seriesColours[i%len(seriesColours)] }

func bundle(plain, terminal, html string) display.Bundle {
	return display.Bundle{Data: map[string]any{
		display.Text:     trimLines(plain),
		display.Terminal: trimLines(terminal),
		display.HTML:     html,
	}}
}

// trimLines takes trailing blanks off every line and the last line break off s.
func trimLines(s string) string {
	lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	return strings.Join(lines, "\n")
}

// heading is the title line of a text picture, or nothing.
func (k ink) heading(title string) string {
	if title == "" {
		return ""
	}
	return k.paint(strong, title) + "\n"
}

// footnote is the note line of a text picture, or nothing.
func (k ink) footnote(note string) string {
	if note == "" {
		return ""
	}
	return k.paint(muted, note) + "\n"
}

// folded sets the lines of s, broken between words.
func (k ink) folded(t tone, s string, width int) string {
	if s == "" {
		return ""
	}
	const most = 6 // lines out of one
	var b strings.Builder
	for line := range strings.SplitSeq(s, "\n") {
		for _, part := range wrap(oneLine(line), width, most) {
			b.WriteString(k.paint(t, part) + "\n")
		}
	}
	return b.String()
}

func px(v float64) string { return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0") }
