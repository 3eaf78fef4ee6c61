package train

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"graft/lib/preprocess"
	"graft/lib/train/feature"
)

// Source is a set of examples: numbers in, a label or a number out. All methods are
// safe for concurrent use.
type Source interface {
	Len() int
	Shape() []int // of one input: [height, width, 3] for images
	// View identifies how inputs are made from examples: preprocessing and
	// augmentation.
	View() string
	// Key identifies the content of example i, for the feature cache; "" for
	// examples that must not be kept on disk.
	Key(i int) string
	// Load writes the inputs of the examples one after the other to dst.
	Load(ctx context.Context, examples []int, dst []float32) error
	Label(i int) int      // class index; 0 in regression
	Target(i int) float32 // value to predict; 0 in classification
}

// Augmenter is a [Source] whose examples can be varied, as [Augment] asks for.
type Augmenter interface {
	Source
	// Augment returns the same examples with views of the recipe a, whose View says
	// so.
	Augment(a preprocess.Augment) Varied
}

// Varied is a [Source] that shows its examples in different views.
type Varied interface {
	Source
	// LoadViews is Load for view views[j] of examples[j]. View 0 is the plain
	// example; every other number stands for one that is always the same.
	LoadViews(ctx context.Context, examples []int, views []uint64, dst []float32) error
}

// sight is one view of one example: what a network sees.
type sight struct {
	example int
	view    uint64
}

// keyOf is what the features of a sight of src are known by; ok is false if src cannot
// be told apart from its like.
func keyOf(src Source, s sight) (k feature.Key, ok bool) {
	content := src.Key(s.example)
	switch {
	case content == "":
		return feature.Key{Set: src, Example: s.example, View: s.view}, reflect.TypeOf(src).Comparable()
	case s.view > 0:
		content += fmt.Sprintf("#%d", s.view)
	}
	return feature.Key{Content: content}, true
}

// plain are the examples of src as they are.
func plain(n int) []sight {
	list := make([]sight, n)
	for i := range list {
		list[i].example = i
	}
	return list
}

// see loads sights of src one after the other.
func see(ctx context.Context, src Source, sights []sight, dst []float32) error {
	examples, views, varied := make([]int, len(sights)), make([]uint64, len(sights)), false
	for j, s := range sights {
		examples[j], views[j], varied = s.example, s.view, varied || s.view > 0
	}
	if v, ok := src.(Varied); ok && varied {
		return v.LoadViews(ctx, examples, views, dst)
	}
	return src.Load(ctx, examples, dst)
}

// Memory is a [Source] of numbers already in memory.
type Memory struct {
	Inputs  []float32 // [examples, Dims...]
	Dims    []int     // shape of one input
	Labels  []int     // class of each example; nil for regression
	Targets []float32 // value of each example; nil for classification
}

// Len is the number of examples.
func (m *Memory) Len() int { return max(len(m.Labels), len(m.Targets)) }

// Shape is the shape of one input.
func (m *Memory) Shape() []int { return slices.Clone(m.Dims) }

// View is empty: inputs are used as they are.
func (m *Memory) View() string { return "" }

// Key is empty: what is in memory need not be kept on disk.
func (m *Memory) Key(int) string { return "" }

// Label is the class of example i.
func (m *Memory) Label(i int) int {
	if i < len(m.Labels) {
		return m.Labels[i]
	}
	return 0
}

// Target is the value of example i.
func (m *Memory) Target(i int) float32 {
	if i < len(m.Targets) {
		return m.Targets[i]
	}
	return 0
}

// Load copies the inputs of examples.
func (m *Memory) Load(ctx context.Context, examples []int, dst []float32) error {
	size := volume(m.Dims)
	for j, i := range examples {
		if (i+1)*size > len(m.Inputs) {
			return fmt.Errorf("train: example %d has no input: %d numbers for %d examples of %d", i, len(m.Inputs), m.Len(), size)
		}
		copy(dst[j*size:(j+1)*size], m.Inputs[i*size:(i+1)*size])
	}
	return ctx.Err()
}

func volume(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}
