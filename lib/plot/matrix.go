package plot

import (
	"graft/lib/display"
)

// Matrix is a confusion matrix: Counts[i][j] examples of true class i were
// predicted as class j. Cells are shaded by their share of the row.
type Matrix struct {
	Title  string
	Labels []string
	Counts [][]int
	Note   string
}

// Display draws the matrix, true classes down, predictions across.
func (m Matrix) Display() display.Bundle {
	return m.framed().bundle(m.html())
}
