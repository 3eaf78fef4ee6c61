package task

import (
	"context"
	"fmt"
	"image"
	"slices"
	"strings"
	"sync"

	"graft/lib/data"
	"graft/lib/preprocess"
	"graft/lib/train"
)

// photos are the examples of a set as a network sees them.
type photos struct {
	set      *data.Set
	pipeline preprocess.Pipeline
	labels   []int    // index of the network's class, by the set's; nil if they agree
	classes  []string // the network's; nil for numbers
	decoded  *decoded
}

func newPhotos(set *data.Set, pipeline preprocess.Pipeline) *photos {
	return &photos{set: set, pipeline: pipeline, decoded: &decoded{limit: decodedBytes, images: map[int]image.Image{}}}
}

// decoded keeps pictures that are seen in many views, so that they need not be
// decoded for each. Those that come first stay, up to a limit.
type decoded struct {
	mu     sync.Mutex
	images map[int]image.Image
	bytes  int64
	limit  int64
}

// decodedBytes holds about 700 photographs of 500 x 375 pixels.
const decodedBytes = 512 << 20

func (d *decoded) open(set *data.Set, i int) (image.Image, error) {
	d.mu.Lock()
	img := d.images[i]
	d.mu.Unlock()
	if img != nil {
		return img, nil
	}
	img, err := set.Image(i)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	size := int64(4 * img.Bounds().Dx() * img.Bounds().Dy())
	if d.images[i] == nil && d.bytes+size <= d.limit {
		d.images[i] = img
		d.bytes += size
	}
	return img, nil
}

// source makes examples of set. Classes go by name, so a set with the same classes
// in another order, or only some of them, is right, too.
func (m *Image) source(set *data.Set) (*photos, error) {
	if set == nil {
		return nil, fmt.Errorf("task: no photographs")
	}
	if set.Len() == 0 {
		return nil, fmt.Errorf("task: the set is empty (it needs a photograph at least)")
	}
	p := newPhotos(set, m.pipeline)
	p.classes = m.classes
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

// Classes are those of the network, for metrics of one class.
func (p *photos) Classes() []string { return p.classes }

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
		open := p.set.Image
		if views[j] > 0 {
			open = func(i int) (image.Image, error) { return p.decoded.open(p.set, i) }
		}
		img, err := open(i)
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
