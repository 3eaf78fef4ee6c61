package data

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"slices"
	"sync"

	"graft/lib/display"
)

// Rest, as a part of [Set.Split], takes all examples that the other parts leave.
const Rest = -1

// Set is labelled photographs in a fixed order. It is either for classes or for
// targets ([Set.Regression]). Pictures are decoded when they are asked for; all
// have been decoded once while loading, so they are known to be good. A Set never
// changes and is safe for concurrent use.
type Set struct {
	name       string
	classes    []string
	regression bool
	examples   []example
	set        settings
	problems   []Problem
	notes      []string

	shown sync.Once
	show  display.Bundle
}

// example is one photograph and its label.
type example struct {
	name   string // for people: path within the folder, or "image 3"
	path   string // empty for pictures in memory
	img    *image.RGBA
	key    string // digest of the file, or of the pixels in memory
	size   image.Point
	label  int
	target float32
	row    int // of a table, as a spreadsheet counts; 0 elsewhere
}

// Len returns the number of examples.
func (s *Set) Len() int { return len(s.examples) }

// Source says where the set comes from: a folder, a table, a data set's name.
func (s *Set) Source() string { return s.name }

// Classes returns the class names in the order of the labels: natural order, in
// which "2" stands before "10". Nil for a set of targets.
func (s *Set) Classes() []string { return slices.Clone(s.classes) }

// Regression reports whether the set has targets instead of classes.
func (s *Set) Regression() bool { return s.regression }

// Label returns the class of example i as an index into [Set.Classes]; 0 for a
// set of targets or an i out of range.
func (s *Set) Label(i int) int { return s.at(i).label }

// Target returns the number to be predicted for example i; in a set of classes,
// the label.
func (s *Set) Target(i int) float32 {
	if !s.regression {
		return float32(s.Label(i))
	}
	return s.at(i).target
}

// Name names example i for people: its path within the folder.
func (s *Set) Name(i int) string { return s.at(i).name }

// Path returns the file of example i; empty for pictures in memory.
func (s *Set) Path(i int) string { return s.at(i).path }

// Size returns width and height of example i in pixels, upright.
func (s *Set) Size(i int) (width, height int) { return s.at(i).size.X, s.at(i).size.Y }

// Key returns a digest of the content of example i: equal for equal files
// wherever they lie, the same in every process.
func (s *Set) Key(i int) string { return s.at(i).key }

func (s *Set) at(i int) example {
	if i < 0 || i >= len(s.examples) {
		return example{}
	}
	return s.examples[i]
}

// Image decodes example i: an upright, opaque *[image.RGBA]. The error names the
// file; a file that changed since the set was loaded is an error, too, because
// its key and its check no longer hold.
func (s *Set) Image(i int) (image.Image, error) {
	if i < 0 || i >= len(s.examples) {
		return nil, fmt.Errorf("data: no example %d (the set has %d)", i, len(s.examples))
	}
	e := &s.examples[i]
	if e.img != nil {
		return e.img, nil
	}
	raw, err := read(e.path)
	if err != nil {
		return nil, err
	}
	if keyOf(raw) != e.key {
		return nil, fmt.Errorf("data: %q changed since it was loaded (load the set again)", e.path)
	}
	img, err := decode(raw, s.set.maxPixels)
	if err != nil {
		return nil, fmt.Errorf("data: %q: %w", e.path, err)
	}
	return img, nil
}

func keyOf(parts ...[]byte) string {
	sum := sha256.Sum256(bytes.Join(parts, nil))
	return hex.EncodeToString(sum[:16])
}

// Counts returns the number of examples of each class; nil for targets.
func (s *Set) Counts() []int {
	if s.regression {
		return nil
	}
	counts := make([]int, len(s.classes))
	for _, e := range s.examples {
		counts[e.label]++
	}
	return counts
}

// Subset returns the examples at the given indices, in that order, with the same
// classes. An index out of range is an error.
func (s *Set) Subset(indices []int) (*Set, error) {
	for _, i := range indices {
		if i < 0 || i >= len(s.examples) {
			return nil, fmt.Errorf("data: no example %d (the set has %d)", i, len(s.examples))
		}
	}
	return s.subset(indices), nil
}

func (s *Set) subset(indices []int) *Set {
	part := &Set{name: s.name, classes: s.classes, regression: s.regression, set: s.set}
	part.examples = make([]example, len(indices))
	for to, from := range indices {
		part.examples[to] = s.examples[from]
	}
	return part
}

// String is one line: how many photographs of which classes.
func (s *Set) String() string { return s.Health().headline() }
