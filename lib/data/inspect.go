package data

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"graft/lib/preprocess"
)

// inspect decodes every example once, on all cores: the good ones get their key
// and size, the others become problems.
func (s *Set) inspect() error {
	bad := make([]error, len(s.examples))
	known := recall(s.name, len(s.examples))
	bar := newBar(s.set.ctx, s.name, len(s.examples))
	defer bar.close()
	err := preprocess.Each(s.set.ctx, len(s.examples), func(i int) error {
		e := &s.examples[i]
		if !known.find(e, s.set.maxPixels) {
			if bad[i] = e.inspect(s.set.maxPixels); bad[i] == nil {
				known.add(e)
			}
		}
		bar.step()
		return nil
	})
	if err != nil {
		return fmt.Errorf("data: checking %s: %w", s.name, err)
	}
	known.keep()
	good := s.examples[:0]
	for i, e := range s.examples {
		if bad[i] == nil {
			good = append(good, e)
			continue
		}
		s.problem(Problem{Kind: Unreadable, Name: e.name, Row: e.row, Reason: reason(bad[i])})
	}
	s.examples = good
	return nil
}

func (e *example) inspect(maxPixels int64) error {
	if e.img != nil {
		e.key, e.size = keyOf(fmt.Append(nil, e.img.Rect.Size()), e.img.Pix), e.img.Rect.Size()
		return nil
	}
	raw, err := read(e.path)
	if err != nil {
		return err
	}
	img, err := decode(raw, maxPixels)
	if err != nil {
		return err
	}
	e.key, e.size = keyOf(raw), img.Rect.Size()
	return nil
}

// reason is the cause without what the report says anyhow.
func reason(err error) string {
	var file *fs.PathError
	if errors.As(err, &file) {
		return file.Err.Error()
	}
	return strings.TrimPrefix(strings.TrimPrefix(err.Error(), "data: "), ErrDecode.Error()+": ")
}

func (s *Set) problem(p Problem) { s.problems = append(s.problems, p) }

func (s *Set) note(format string, args ...any) {
	s.notes = append(s.notes, fmt.Sprintf(format, args...))
}

// finish checks the examples and settles the classes: those that have usable
// examples, in natural order. labels[i] is the class name of example i.
func (s *Set) finish(labels map[string]string) (*Set, error) {
	if err := s.inspect(); err != nil {
		return nil, err
	}
	slices.SortStableFunc(s.problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Row, b.Row), naturally(a.Name, b.Name))
	})
	if s.set.strict {
		if err := (&Report{Name: s.name, Problems: s.problems}).Err(); err != nil {
			return nil, err
		}
	}
	if len(s.examples) == 0 {
		return nil, fmt.Errorf("data: %s has no usable photograph%s", s.name, s.some())
	}
	if !s.regression {
		s.number(labels)
	}
	return s, nil
}

// some lists the first reasons why nothing is left.
func (s *Set) some() string {
	if len(s.problems) == 0 {
		return ""
	}
	text := fmt.Sprintf(" (%s", s.problems[0])
	if n := len(s.problems) - 1; n > 0 {
		text += fmt.Sprintf("; %d more", n)
	}
	return text + ")"
}

func (s *Set) number(labels map[string]string) {
	index := map[string]int{}
	for _, e := range s.examples {
		index[labels[e.id()]] = 0
	}
	for name := range index {
		s.classes = append(s.classes, name)
	}
	slices.SortFunc(s.classes, naturally)
	for i, name := range s.classes {
		index[name] = i
	}
	for i, e := range s.examples {
		s.examples[i].label = index[labels[e.id()]]
	}
	slices.SortStableFunc(s.examples, func(a, b example) int { return a.label - b.label })
}

// id tells examples of one set apart before they have keys.
func (e example) id() string { return fmt.Sprintf("%d/%s", e.row, e.name) }

// naturally compares names as people order them: runs of digits by value, letters
// without regard to case, and where that leaves no difference by bytes.
func naturally(a, b string) int {
	x, y := strings.ToLower(a), strings.ToLower(b)
	for x != "" && y != "" {
		if digit(x[0]) && digit(y[0]) {
			m, n := digits(x), digits(y)
			p, q := strings.TrimLeft(x[:m], "0"), strings.TrimLeft(y[:n], "0")
			if d := cmp.Or(cmp.Compare(len(p), len(q)), strings.Compare(p, q)); d != 0 {
				return d
			}
			x, y = x[m:], y[n:]
			continue
		}
		if x[0] != y[0] {
			return cmp.Compare(x[0], y[0])
		}
		x, y = x[1:], y[1:]
	}
	return cmp.Or(cmp.Compare(len(x), len(y)), strings.Compare(a, b))
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func digits(s string) int {
	n := 0
	for n < len(s) && digit(s[n]) {
		n++
	}
	return n
}
