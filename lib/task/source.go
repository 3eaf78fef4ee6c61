package task

import (
	"context"
	"fmt"
	"image"
	"slices"
	"strings"

	"graft/lib/data"
	"graft/lib/preprocess"
	"graft/lib/train"
)

// photos are the examples of a set as a network sees them.
type photos struct {
	set      *data.Set
	pipeline preprocess.Pipeline
	labels   []int // index of the network's class, by the set's; nil if they agree
}

// source makes examples of set. Classes go by name, so a set with the same classes
// in another order, or only some of them, is right, too.
func (m *Image) source(set *data.Set) (*photos, error) {
	if set == nil {
		return nil, fmt.Errorf("task: no photographs")
	}
	p := &photos{set: set, pipeline: m.pipeline}
	if m.classes == nil || slices.Equal(set.Classes(), m.classes) {
		return p, nil
	}
	if set.Regression() {
		return nil, fmt.Errorf("task: the set has numbers, the network classes %s (load it without Target)", strings.Join(m.classes, ", "))
	}
	for _, name := range set.Classes() {
		i := slices.Index(m.classes, name)
		if i < 0 {
			return nil, fmt.Errorf("task: the network knows no class %q (it has %s)", name, strings.Join(m.classes, ", "))
		}
		p.labels = append(p.labels, i)
	}
	return p, nil
}

func (p *photos) Len() int { return p.set.Len() }

func (p *photos) Shape() []int {
	size := p.pipeline.Input.Size
	return []int{size, size, preprocess.Channels}
}

func (p *photos) View() string { return p.pipeline.Key() }

func (p *photos) Key(i int) string { return p.set.Key(i) }

func (p *photos) Load(ctx context.Context, examples []int, dst []float32) error {
	return p.LoadViews(ctx, examples, make([]uint64, len(examples)), dst)
}

// LoadViews decodes, varies and normalises on all cores.
func (p *photos) LoadViews(ctx context.Context, examples []int, views []uint64, dst []float32) error {
	size := p.pipeline.Len()
	return preprocess.Each(ctx, len(examples), func(j int) error {
		i := examples[j]
		img, err := p.set.Image(i)
		if err == nil {
			err = p.pipeline.View(img, p.set.Key(i), views[j], dst[j*size:(j+1)*size])
		}
		if err != nil {
			return fmt.Errorf("task: %s: %w", p.set.Name(i), err)
		}
		return nil
	})
}

// Augment returns the same photographs with views of the recipe a.
func (p *photos) Augment(a preprocess.Augment) train.Varied {
	varied := *p
	varied.pipeline.Augment = a
	return &varied
}

func (p *photos) Label(i int) int {
	label := p.set.Label(i)
	if p.labels != nil {
		return p.labels[label]
	}
	return label
}

func (p *photos) Target(i int) float32 { return p.set.Target(i) }

// pictures are images without a truth, to be predicted.
type pictures struct {
	images   []image.Image
	pipeline preprocess.Pipeline
}

func (p *pictures) Len() int { return len(p.images) }

func (p *pictures) Shape() []int {
	size := p.pipeline.Input.Size
	return []int{size, size, preprocess.Channels}
}

func (p *pictures) View() string       { return p.pipeline.Key() }
func (p *pictures) Key(int) string     { return "" }
func (p *pictures) Label(int) int      { return 0 }
func (p *pictures) Target(int) float32 { return 0 }

func (p *pictures) Load(ctx context.Context, examples []int, dst []float32) error {
	open := func(j int) (image.Image, error) { return p.images[examples[j]], nil }
	return p.pipeline.Batch(ctx, len(examples), open, dst[:len(examples)*p.pipeline.Len()])
}
