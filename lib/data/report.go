package data

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"graft/lib/display"
	"graft/lib/plot"
)

// ErrLeftOut is wrapped by [Report.Err] and by loading with [Strict].
var ErrLeftOut = errors.New("examples left out")

// Err returns nil if nothing was left out, else an error that lists it.
func (r *Report) Err() error {
	if len(r.Problems) == 0 {
		return nil
	}
	lines := make([]string, len(r.Problems))
	for i, p := range r.Problems {
		lines[i] = p.String()
	}
	return fmt.Errorf("data: %s: %d %w: %s", r.Name, len(r.Problems), ErrLeftOut, listed(lines, 10, "; "))
}

func listed(items []string, most int, between string) string {
	if len(items) <= most {
		return strings.Join(items, between)
	}
	return strings.Join(items[:most], between) + between + fmt.Sprintf("and %d more", len(items)-most)
}

func (r *Report) headline() string {
	line := plural(r.Examples, "photograph", "photographs")
	switch {
	case r.Classes != nil:
		names := make([]string, len(r.Classes))
		for i, name := range r.Classes {
			names[i] = fmt.Sprintf("%d %s (%d)", i, name, r.Counts[i])
		}
		line += fmt.Sprintf(" of %s: %s", plural(len(r.Classes), "class", "classes"), listed(names, 12, ", "))
	default:
		line += fmt.Sprintf(" with targets %g to %g", r.Targets[0], r.Targets[1])
	}
	if r.Most[0] > 0 {
		line += "; " + r.extent()
	}
	if n := len(r.Problems); n > 0 {
		line += fmt.Sprintf("; %d left out", n)
	}
	return line
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func (r *Report) extent() string {
	if r.Least == r.Most {
		return fmt.Sprintf("%dx%d pixels", r.Most[0], r.Most[1])
	}
	return fmt.Sprintf("%dx%d to %dx%d pixels", r.Least[0], r.Least[1], r.Most[0], r.Most[1])
}

// String is the report in lines; long lists are cut.
func (r *Report) String() string {
	lines := []string{r.headline()}
	for i, p := range r.Problems {
		if i == longest {
			lines = append(lines, fmt.Sprintf("  and %d more", len(r.Problems)-i))
			break
		}
		lines = append(lines, fmt.Sprintf("  %s: %s", p.Kind, p))
	}
	for _, list := range r.lists() {
		lines = append(lines, "  "+list)
	}
	return strings.Join(lines, "\n")
}

// longest is how many problems a printed report lists.
const longest = 20

func (r *Report) lists() []string {
	var out []string
	groups := func(what string, list [][]string) {
		if len(list) == 0 {
			return
		}
		texts := make([]string, len(list))
		for i, names := range list {
			texts[i] = listed(names, 4, " = ")
		}
		out = append(out, fmt.Sprintf("%d %s: %s", len(list), what, listed(texts, 5, "; ")))
	}
	groups("same content with different labels", r.Conflicts)
	groups("same content more than once", r.Duplicates)
	if len(r.Odd) > 0 {
		out = append(out, fmt.Sprintf("%d of unusual size: %s", len(r.Odd), listed(r.Odd, 5, ", ")))
	}
	return append(out, r.Notes...)
}

// Display draws the report: the counts, then what was left out.
func (r *Report) Display() display.Bundle {
	parts := []display.Bundle{r.bars(strings.Join(r.lists(), "\n"))}
	if len(r.Problems) > 0 {
		parts = append(parts, r.table().Display())
	}
	return plot.Stack(parts...)
}

// table lists the problems; rows are for sets that come from a table.
func (r *Report) table() plot.Table {
	t := plot.Table{Title: plural(len(r.Problems), "problem", "problems"), Columns: []string{"kind", "name", "reason"}}
	rows := slices.ContainsFunc(r.Problems, func(p Problem) bool { return p.Row > 0 })
	if rows {
		t.Columns = append([]string{"row"}, t.Columns...)
	}
	for i, p := range r.Problems {
		if i == longest {
			t.Note = fmt.Sprintf("and %d more", len(r.Problems)-i)
			break
		}
		cells := []string{string(p.Kind), p.Name, p.Reason}
		if rows {
			cells = append([]string{fmt.Sprint(p.Row)}, cells...)
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

func (r *Report) bars(note string) display.Bundle {
	b := plot.Bars{Title: r.headline(), Labels: r.Classes, Format: "%.0f", Note: note}
	for _, n := range r.Counts {
		b.Values = append(b.Values, float64(n))
	}
	return b.Display()
}
