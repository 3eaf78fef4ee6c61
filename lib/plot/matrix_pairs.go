package plot

import (
	"fmt"
	"sort"
)

// pairs is the table of the most frequent confusions, for matrices too large to
// be looked at.
func (m Matrix) pairs() Table {
	type pair struct{ i, j int }
	var wrong []pair
	for i := range m.size() {
		for j := range m.size() {
			if i != j && m.at(i, j) > 0 {
				wrong = append(wrong, pair{i, j})
			}
		}
	}
	sort.SliceStable(wrong, func(a, b int) bool {
		return m.at(wrong[a].i, wrong[a].j) > m.at(wrong[b].i, wrong[b].j)
	})
	t := Table{Title: m.Title, Columns: []string{"true", "predicted", "count", "of true"}}
	for _, p := range wrong[:min(len(wrong), 15)] {
		t.Rows = append(t.Rows, []string{m.label(p.i), m.label(p.j), fmt.Sprint(m.at(p.i, p.j)), fmt.Sprintf("%.0f%%", 100*m.share(p.i, p.j))})
	}
	t.Note = m.accuracy()
	if len(wrong) > 15 {
		t.Note += fmt.Sprintf("; %d more pairs", len(wrong)-15)
	}
	if m.Note != "" {
		t.Note += "; " + m.Note
	}
	return t
}
