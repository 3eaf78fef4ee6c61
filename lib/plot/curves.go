package plot

import (
	"graft/lib/display"
)

// Series is one line of a chart.
type Series struct {
	Name string
	// X holds the positions of Y, ascending; nil means 1, 2, 3, ... Where X or Y is
	// not finite, or is beyond 1e300 on either side of zero, the line has a gap.
	X, Y []float64
	// Points draws a dot at every value, for series of few values.
	Points bool
}

// Mark is a vertical line with a label, such as the learning rate that a search
// suggests.
type Mark struct {
	X     float64
	Label string
}

// Curves is a chart of lines over common axes. Series longer than a few hundred
// points are drawn as the means of equal stretches.
type Curves struct {
	Title          string
	XLabel, YLabel string
	Series         []Series
	Marks          []Mark
	// LogX and LogY take powers of ten as ticks; values not above zero are left out.
	LogX, LogY bool
	// YMin and YMax widen the vertical range to include them when YMin < YMax.
	YMin, YMax float64
}

// draw sets the chart as text in the width of s.
func (c Curves) draw(s display.Screen) []display.Part {
	width, height := max(1, min(s.Columns, widest)), 9
	if width > page {
		height = 12
	}
	return []display.Part{words(c.text(inkOf(s), width, max(3, min(height, s.Rows-3))))}
}

// Display draws the chart.
func (c Curves) Display() display.Bundle {
	b := bundle(c.text(plainInk, 76, 10), c.text(colourInk, 76, 9), c.html())
	return charted(drawn(b, c.draw), "", c.svg)
}
