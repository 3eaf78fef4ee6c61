package render

import (
	"github.com/charmbracelet/x/ansi"

	"graft/lib/display"
)

// Board draws b in at most so many rows, if it can fit itself to a screen.
func (p Painter) Board(b display.Bundle, rows int) string {
	p.Height = max(rows, 1)
	return p.Bundle(b)
}

// Tail is the end of a line of which so many cells are taken by something else.
func (p Painter) Tail(s string, taken int) string {
	if over := ansi.StringWidthWc(s) - max(p.width()-taken, 1); over > 0 {
		return ansi.TruncateLeftWc(s, over+1, "…")
	}
	return s
}
