package plot

import (
	"graft/lib/display"
)

// Table is rows of text under column heads. A column in which every cell looks
// like a number is aligned to the right, so that numerals line up when the
// caller formats them with equal decimals.
type Table struct {
	Title   string
	Columns []string
	// Rows may be shorter than Columns; missing cells are blank.
	Rows [][]string
	// Footer is one more row set off by a rule, for totals; nil for none.
	Footer []string
	// Strong holds the indices of rows that are emphasised, such as the best epoch.
	Strong []int
	// Note is a line below the table; empty for none.
	Note string
}

func (t Table) framed() frameText {
	f := framed(t.Title, t.grid().body, t.Note)
	f.widest = 2 * widest
	return f
}

// Display draws the table.
func (t Table) Display() display.Bundle {
	g := t.grid()
	return t.framed().bundle(t.html(g))
}
