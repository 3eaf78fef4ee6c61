package data

import (
	"context"
	"fmt"
	"path/filepath"

	"graft/lib/hub"
	"graft/lib/preset"
)

// layout says how to read a named data set: the table in its folder and what its
// columns mean. Options of the caller come after these and win.
type layout struct {
	table   string
	options []Option
}

// layouts are the data sets of package preset by name.
var layouts = map[string]layout{
	// Deitsch et al. 2019: file, probability that the cell is defective as experts
	// judged it (0, 1/3, 2/3, 1), and mono or poly for the kind of silicon.
	"elpv": {"labels.csv", []Option{
		Separator(' '), Header("path", "probability", "type"), Columns("path", "probability"),
		Labels(map[string]string{"0.0": "good", "1.0": "defective"}),
	}},
}

// Load fetches a data set of package preset by name and loads it. "elpv" has the
// classes good and defective, the doubtful cells left out; with
// Target("probability") it is all cells and their defect probability.
func Load(ctx context.Context, name string, opts ...Option) (*Set, error) {
	row, err := preset.LookupData(name)
	if err != nil {
		return nil, err
	}
	how, ok := layouts[row.Name]
	if !ok {
		return nil, fmt.Errorf("data: %q has no layout: fetch it with package hub and use ImageFolder or CSV", name)
	}
	dir, err := hub.Fetch(ctx, row.Source)
	if err != nil {
		return nil, err
	}
	all := append([]Option{With(ctx), func(s *settings) { s.name = row.Name }}, how.options...)
	return CSV(filepath.Join(dir, how.table), append(all, opts...)...)
}
