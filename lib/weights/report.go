package weights

import (
	"fmt"
	"strings"

	"graft/internal/near"
	"graft/lib/display"
)

// Report says what [Load] took from a file and what it did not.
type Report struct {
	Path       string
	Loaded     []string  // wanted names that were read, in the order wanted
	Values     int64     // numbers in them
	Skipped    []Skipped // pretrained heads that were left aside
	Missing    []Missing // wanted, not in the file
	Unexpected []string  // in the file, not wanted
	Mismatched []Skipped // in both, with other shapes
	Counters   int       // BatchNorm step counters read past
	Notes      []string  // what was chosen on the way: dictionary, prefix, averages
}

// Skipped is a tensor of the file that was not taken.
type Skipped struct {
	Name  string
	Shape []int // in the file
	Want  []int // in the model; nil if the model has no such parameter
}

// Missing is a parameter of the model that the file does not have.
type Missing struct {
	Name string
	Near string // the most similar unexpected name of the file, if one is near
}

// Err returns nil if the file fits the model, else an error wrapping
// [ErrMismatch] that lists what does not. Loading nothing is always an error.
func (r *Report) Err() error {
	if len(r.Missing)+len(r.Unexpected)+len(r.Mismatched) == 0 && len(r.Loaded) > 0 {
		return nil
	}
	var parts []string
	add := func(what string, items []string) {
		if len(items) > 0 {
			parts = append(parts, fmt.Sprintf("%d %s: %s", len(items), what, some(items, 5)))
		}
	}
	add("missing", r.missing())
	add("unexpected", r.Unexpected)
	add("of another shape", shapes(r.Mismatched))
	if len(parts) == 0 {
		parts = []string{"no tensor of the file is wanted"}
	}
	return fmt.Errorf("weights: %s: %w (%d loaded; %s)", r.Path, ErrMismatch, len(r.Loaded), strings.Join(parts, "; "))
}

func (r *Report) missing() []string {
	out := make([]string, len(r.Missing))
	for i, m := range r.Missing {
		out[i] = m.Name
		if m.Near != "" {
			out[i] += fmt.Sprintf(" (near: %s)", m.Near)
		}
	}
	return out
}

func shapes(list []Skipped) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = s.Name + " " + ShapeString(s.Shape)
		if s.Want != nil {
			out[i] += " (want " + ShapeString(s.Want) + ")"
		}
	}
	return out
}

// some joins at most n items and says how many more there are.
func some(items []string, n int) string {
	if len(items) <= n {
		return strings.Join(items, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(items[:n], ", "), len(items)-n)
}

// suggest fills in the near names of what is missing.
func (r *Report) suggest() {
	for i := range r.Missing {
		r.Missing[i].Near, _ = near.Name(r.Missing[i].Name, r.Unexpected)
	}
}

// String is one line: "262 loaded, head classifier.1.weight 1000x1280 skipped".
func (r *Report) String() string {
	parts := []string{fmt.Sprintf("%d loaded", len(r.Loaded))}
	for _, s := range r.Skipped {
		parts = append(parts, fmt.Sprintf("head %s %s skipped", s.Name, ShapeString(s.Shape)))
	}
	for _, c := range []struct {
		n    int
		what string
	}{{len(r.Missing), "missing"}, {len(r.Unexpected), "unexpected"}, {len(r.Mismatched), "of another shape"}} {
		if c.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", c.n, c.what))
		}
	}
	line := strings.Join(parts, ", ")
	if len(r.Notes) > 0 {
		line += " (" + strings.Join(r.Notes, "; ") + ")"
	}
	return line
}

// Lines is the report in full, one finding a line; long lists are cut.
func (r *Report) Lines() []string {
	lines := []string{r.String()}
	for _, part := range []struct {
		what  string
		items []string
	}{{"missing", r.missing()}, {"unexpected", r.Unexpected}, {"of another shape", shapes(r.Mismatched)}} {
		if len(part.items) > 0 {
			lines = append(lines, fmt.Sprintf("  %d %s: %s", len(part.items), part.what, some(part.items, 20)))
		}
	}
	return lines
}

// Display shows the report as text.
func (r *Report) Display() display.Bundle { return display.Plain(strings.Join(r.Lines(), "\n")) }
