package task

import (
	"cmp"
	"fmt"
	"image"
	"math"
	"slices"
	"strings"

	"graft/lib/data"
	"graft/lib/metric"
	"graft/lib/plot"
	"graft/lib/train"
)

// validate runs the validation set and gives yield batch after batch; first is the
// index of its first row.
func (m *Image) validate(verb string, opts []train.Option, yield func(first int, b metric.Batch)) (*photos, error) {
	s, err := m.resolve(verb, opts, "Valid")
	if err != nil {
		return nil, err
	}
	_, set := m.sets()
	if s.ValidSet != nil {
		set = s.ValidSet
	}
	switch {
	case set == nil:
		return nil, fmt.Errorf("task: %s has no validation set (give one with Valid)", verb)
	case set.Len() == 0:
		return nil, fmt.Errorf("task: %s: the validation set is empty (give another with Valid)", verb)
	}
	src, err := m.source(set)
	if err != nil {
		return nil, err
	}
	first := 0
	return src, m.trainer.Stream(s.Context, src, s.Loss, func(b metric.Batch) error {
		yield(first, b)
		first += b.Rows()
		return nil
	})
}

// Confusion counts on the validation set which class is taken for which. It takes
// the option Valid.
func (m *ImageClassifier) Confusion(opts ...train.Option) (plot.Matrix, error) {
	c, err := m.confusion("Confusion", opts)
	if err != nil {
		return plot.Matrix{}, err
	}
	note := strings.Join(warnings(c, m.classes), "; ")
	return plot.Matrix{Title: "validation set", Labels: m.Classes(), Counts: c.Counts, Note: note}, nil
}

func (m *ImageClassifier) confusion(verb string, opts []train.Option) (*metric.Confusion, error) {
	c := metric.NewConfusion(len(m.classes))
	_, err := m.validate(verb, opts, func(_ int, b metric.Batch) { c.Update(b) })
	return c, err
}

// MostConfused lists the n pairs of classes that are most often taken for each
// other on the validation set. It takes the option Valid.
func (m *ImageClassifier) MostConfused(n int, opts ...train.Option) (plot.Table, error) {
	c, err := m.confusion("MostConfused", opts)
	if err != nil {
		return plot.Table{}, err
	}
	t := plot.Table{Columns: []string{"is", "taken for", "times", "of"}}
	type pair struct{ i, j, count int }
	var pairs []pair
	for i, row := range c.Counts {
		for j, count := range row {
			if i != j && count > 0 {
				pairs = append(pairs, pair{i, j, count})
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return cmp.Compare(b.count, a.count) })
	for _, p := range pairs[:min(max(0, n), len(pairs))] {
		t.Rows = append(t.Rows, []string{m.classes[p.i], m.classes[p.j], fmt.Sprint(p.count), fmt.Sprint(c.Support(p.i))})
	}
	notes := warnings(c, m.classes)
	if len(pairs) == 0 {
		notes = append([]string{"nothing is confused"}, notes...)
	}
	t.Note = strings.Join(notes, "; ")
	return t, nil
}

// TopLosses shows the n pictures of the validation set that the network is most
// wrong about; those with outputs that are not numbers come first. It takes the
// option Valid.
func (m *Image) TopLosses(n int, opts ...train.Option) (plot.Grid, error) {
	worst := ranking{room: max(0, n)}
	loss := metric.RowCrossEntropy
	if m.classes == nil {
		loss = metric.RowSquaredError
	}
	src, err := m.validate("TopLosses", opts, func(first int, b metric.Batch) {
		for i := range b.Rows() {
			worst.add(mistake{first + i, loss(b, i), b.Row(i)})
		}
	})
	if err != nil {
		return plot.Grid{}, err
	}
	g := plot.Grid{Title: "validation set, largest losses first"}
	for _, one := range worst.list {
		tile, err := m.tile(src, one)
		if err != nil {
			return plot.Grid{}, err
		}
		g.Images = append(g.Images, tile)
	}
	return g, nil
}

// mistake is what a network said of an example.
type mistake struct {
	example int
	loss    float64
	outputs []float32
}

// ranking keeps the largest losses, the largest first and of equal ones the first.
type ranking struct {
	room int
	list []mistake
}

func (w *ranking) add(one mistake) {
	at, _ := slices.BinarySearchFunc(w.list, one, func(a, b mistake) int {
		if worse(b.loss, a.loss) {
			return 1
		}
		return -1 // of equal ones the earlier stays in front
	})
	if at < w.room {
		one.outputs = slices.Clone(one.outputs) // not the whole batch
		w.list = slices.Insert(w.list, at, one)
		w.list = w.list[:min(len(w.list), w.room)]
	}
}

// worse reports whether a is a larger loss than b; a NaN is the largest.
func worse(a, b float64) bool { return a > b || math.IsNaN(a) && !math.IsNaN(b) }

// tile is an example with what is true and what was said.
func (m *Image) tile(src *photos, one mistake) (plot.Tile, error) {
	img, err := src.set.Image(one.example)
	if err != nil {
		return plot.Tile{}, err
	}
	if m.classes == nil {
		return plot.Tile{Image: img, Caption: fmt.Sprintf("%.3g, said %.3g  loss %.2f", src.Target(one.example), one.outputs[0], one.loss)}, nil
	}
	said, truth := metric.Argmax(one.outputs), src.Label(one.example)
	name, good := "nothing", said == truth
	if said >= 0 {
		name = m.classes[said]
	}
	return plot.Tile{Image: img, Caption: fmt.Sprintf("%s, said %s  loss %.2f", m.classes[truth], name, one.loss), Good: &good}, nil
}

// ShowBatch shows n pictures of the training set as the network sees them, resized
// and cropped, with their labels.
func (m *Image) ShowBatch(n int, opts ...train.Option) (plot.Grid, error) {
	s, err := m.resolve("ShowBatch", opts)
	if err != nil {
		return plot.Grid{}, err
	}
	set, _ := m.sets()
	if set == nil {
		return plot.Grid{}, fmt.Errorf("task: ShowBatch has no training set (call Use first)")
	}
	size := m.pipeline.Input.Size
	g := plot.Grid{Title: fmt.Sprintf("training set, as the network sees it: %d x %d pixels", size, size)}
	for i := range min(max(0, n), set.Len()) {
		if s.Context.Err() != nil {
			return plot.Grid{}, s.Context.Err()
		}
		at := i * set.Len() / max(1, min(n, set.Len())) // spread over the set
		img, err := m.seen(set, at)
		if err != nil {
			return plot.Grid{}, err
		}
		g.Images = append(g.Images, plot.Tile{Image: img, Caption: set.Caption(at)})
	}
	return g, nil
}

func (m *Image) seen(set *data.Set, i int) (image.Image, error) {
	img, err := set.Image(i)
	if err != nil {
		return nil, err
	}
	return m.pipeline.Crop(img)
}
