package render

import (
	"strings"

	"github.com/charmbracelet/colorprofile"

	"graft/lib/display"
)

// Board draws b in at most so many rows, if it can fit itself to a screen.
func (p Painter) Board(b display.Bundle, rows int) string {
	if b.Draw == nil {
		return p.Bundle(b)
	}
	var texts []string
	for _, part := range b.Draw(display.Screen{Columns: p.width(), Rows: max(rows, 1), Colour: p.Profile > colorprofile.ASCII}) {
		texts = append(texts, part.Text)
	}
	return p.Colour(p.Fit(strings.Join(texts, "\n")))
}
