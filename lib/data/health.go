package data

import (
	"fmt"
	"slices"
	"strings"
)

// Kind is what is wrong with an example.
type Kind string

// The kinds of [Problem].
const (
	Unreadable Kind = "unreadable" // the file cannot be decoded
	Missing    Kind = "missing"    // there is no such file
	Conflict   Kind = "conflict"   // one picture, two labels
	Repeat     Kind = "repeat"     // a row of a table that is there twice
	Malformed  Kind = "malformed"  // a row of a table without name, label or enough cells
	Empty      Kind = "empty"      // a class without pictures
)

// Problem is an example, or a row or class, that was left out.
type Problem struct {
	Kind   Kind
	Name   string // file, as a path within the folder or as the table has it
	Row    int    // of the table, counted like a spreadsheet from 1; 0 elsewhere
	Reason string
}

// String is "row 11, gone.png: there is no such file".
func (p Problem) String() string {
	text := p.Name
	if p.Row > 0 {
		text = strings.TrimSuffix(fmt.Sprintf("row %d, %s", p.Row, p.Name), ", ")
	}
	return text + ": " + p.Reason
}

// Report is the health of a set: what is in it and what is doubtful or left out.
type Report struct {
	Name       string
	Examples   int
	Classes    []string // nil for targets
	Counts     []int    // by class
	Problems   []Problem
	Duplicates [][]string // names of examples with the same content
	Conflicts  [][]string // those of them that have different labels
	Odd        []string   // examples of unusual size or shape, with the size
	Least      [2]int     // smallest width and height
	Most       [2]int     // largest width and height
	Targets    [2]float32 // least and largest target
	Notes      []string
}

// Health looks through the set. Problems are those met while the set was loaded;
// a part of a split has none of its own.
func (s *Set) Health() *Report {
	r := &Report{Name: s.name, Examples: len(s.examples), Classes: s.Classes(), Counts: s.Counts(),
		Problems: slices.Clone(s.problems), Notes: slices.Clone(s.notes)}
	s.duplicates(r)
	s.sizes(r)
	if s.regression {
		r.targets(s)
		return r
	}
	r.balance()
	return r
}

func (s *Set) duplicates(r *Report) {
	byKey := map[string][]int{}
	var order []string
	for i, e := range s.examples {
		if byKey[e.key] == nil {
			order = append(order, e.key)
		}
		byKey[e.key] = append(byKey[e.key], i)
	}
	for _, key := range order {
		same := byKey[key]
		if len(same) < 2 {
			continue
		}
		names := make([]string, len(same))
		differ := false
		for n, i := range same {
			names[n] = s.examples[i].name
			differ = differ || s.Target(i) != s.Target(same[0])
		}
		r.Duplicates = append(r.Duplicates, names)
		if differ {
			r.Conflicts = append(r.Conflicts, names)
		}
	}
}

// A picture is odd if it is tiny, if it is much longer than wide (or the other
// way round), or if it differs from the middle one in area by oddArea.
const (
	tinySide  = 16
	oddAspect = 4
	oddArea   = 16
)

func (s *Set) sizes(r *Report) {
	if len(s.examples) == 0 {
		return
	}
	areas := make([]int, len(s.examples))
	r.Least = [2]int{s.examples[0].size.X, s.examples[0].size.Y}
	for i, e := range s.examples {
		areas[i] = e.size.X * e.size.Y
		r.Least = [2]int{min(r.Least[0], e.size.X), min(r.Least[1], e.size.Y)}
		r.Most = [2]int{max(r.Most[0], e.size.X), max(r.Most[1], e.size.Y)}
	}
	slices.Sort(areas)
	median := areas[len(areas)/2]
	for _, e := range s.examples {
		short, long, area := min(e.size.X, e.size.Y), max(e.size.X, e.size.Y), e.size.X*e.size.Y
		if short < tinySide || long > oddAspect*short || area > oddArea*median || median > oddArea*area {
			r.Odd = append(r.Odd, fmt.Sprintf("%s (%dx%d)", e.name, e.size.X, e.size.Y))
		}
	}
}

func (r *Report) targets(s *Set) {
	for i, e := range s.examples {
		if i == 0 {
			r.Targets = [2]float32{e.target, e.target}
		}
		r.Targets = [2]float32{min(r.Targets[0], e.target), max(r.Targets[1], e.target)}
	}
}

// uneven is how many times as many examples the commonest class may have as the
// rarest before the report says what helps.
const uneven = 10

// balance notes what makes accuracy misleading: one class, or rare ones.
func (r *Report) balance() {
	if len(r.Classes) == 1 {
		r.Notes = append(r.Notes, fmt.Sprintf("only one class (%s): there is nothing to tell apart", r.Classes[0]))
		return
	}
	least, most := 0, 0
	for i, n := range r.Counts {
		switch {
		case n == 0:
			r.Notes = append(r.Notes, fmt.Sprintf("class %s has no photograph here", r.Classes[i]))
		case n == 1:
			r.Notes = append(r.Notes, fmt.Sprintf("class %s has only one photograph: it cannot be learned from and measured on", r.Classes[i]))
		case n*20 < r.Examples:
			r.Notes = append(r.Notes, fmt.Sprintf("class %s is rare: %d of %d", r.Classes[i], n, r.Examples))
		}
		if n > r.Counts[most] {
			most = i
		}
		if n > 0 && (r.Counts[least] == 0 || n < r.Counts[least]) {
			least = i
		}
	}
	if len(r.Counts) > 0 && r.Counts[most] > uneven*r.Counts[least] {
		r.Notes = append(r.Notes, fmt.Sprintf("%d of %s, but %d of %s: the option SampleBalanced of Fit draws all classes equally often",
			r.Counts[most], r.Classes[most], r.Counts[least], r.Classes[least]))
	}
}
