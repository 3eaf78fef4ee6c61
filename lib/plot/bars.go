package plot

import (
	"graft/lib/display"
)

// Bars is a chart of labelled horizontal bars from zero, such as images per
// class.
type Bars struct {
	Title  string
	Labels []string
	Values []float64 // not below zero
	// Format is the fmt verb of the figures, "%g" when empty.
	Format string
	Note   string
}

// Display draws the bars.
func (b Bars) Display() display.Bundle {
	return framed(b.Title, b.body, b.Note).bundle(b.html())
}
