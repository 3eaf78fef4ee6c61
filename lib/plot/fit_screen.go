package plot

import (
	"image"
	"strings"

	"graft/lib/display"
)

// parts is the board on a screen. One that is over has its chart in pixels, where
// there are any; one that is drawn again and again has none.
func (f Fit) parts(s display.Screen) []display.Part {
	if s.Typed || s.Cell == (image.Point{}) || !f.State.over() || !f.drawable() {
		return []display.Part{words(f.draw(s))}
	}
	chart, ok := chartImage(f.curves().svg(), s)
	if !ok {
		return []display.Part{words(f.draw(s))}
	}
	b := f.laid(s, true)
	return append(append(lineParts(joined(b.upper())), display.Part{Image: chart}), lineParts(joined(b.lower()))...)
}

func joined(lines []string) string { return strings.Join(lines, "\n") }
