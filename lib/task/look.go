package task

import (
	"cmp"
	"fmt"
	"image"
	"slices"

	"graft/lib/data"
	"graft/lib/metric"
	"graft/lib/plot"
	"graft/lib/train"
)

// validate runs the validation set.
func (m *Image) validate(verb string, opts []train.Option) (metric.Batch, *photos, error) {
	s, err := m.resolve(verb, opts, "Valid")
	if err != nil {
		return metric.Batch{}, nil, err
	}
	_, set := m.sets()
	if s.ValidSet != nil {
		set = s.ValidSet
	}
	if set == nil {
		return metric.Batch{}, nil, fmt.Errorf("task: %s has no validation set (give one with Valid)", verb)
	}
	src, err := m.source(set)
	if err != nil {
		return metric.Batch{}, nil, err
	}
	b, err := m.trainer.Outputs(s.Context, src, s.Loss)
	return b, src, err
}

// Confusion counts on the validation set which class is taken for which. It takes
// the option Valid.
func (m *ImageClassifier) Confusion(opts ...train.Option) (plot.Matrix, error) {
	c, err := m.confusion("Confusion", opts)
	if err != nil {
		return plot.Matrix{}, err
	}
	return plot.Matrix{Title: "validation set", Labels: m.Classes(), Counts: c.Counts}, nil
}

func (m *ImageClassifier) confusion(verb string, opts []train.Option) (*metric.Confusion, error) {
	b, _, err := m.validate(verb, opts)
	if err != nil {
		return nil, err
	}
	c := metric.NewConfusion(len(m.classes))
	c.Update(b)
	return c, nil
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
	if len(pairs) == 0 {
		t.Note = "nothing is confused"
	}
	return t, nil
}

// TopLosses shows the n pictures of the validation set that the network is most
// wrong about. It takes the option Valid.
func (m *Image) TopLosses(n int, opts ...train.Option) (plot.Grid, error) {
	b, src, err := m.validate("TopLosses", opts)
	if err != nil {
		return plot.Grid{}, err
	}
	rowLoss := metric.RowCrossEntropy
	if m.classes == nil {
		rowLoss = metric.RowSquaredError
	}
	worst := make([]int, b.Rows())
	losses := make([]float64, b.Rows())
	for i := range worst {
		worst[i], losses[i] = i, rowLoss(b, i)
	}
	slices.SortStableFunc(worst, func(i, j int) int { return cmp.Compare(losses[j], losses[i]) })
	g := plot.Grid{Title: "validation set, largest losses first"}
	for _, i := range worst[:min(max(0, n), len(worst))] {
		tile, err := m.tile(src, b, i)
		if err != nil {
			return plot.Grid{}, err
		}
		tile.Caption += fmt.Sprintf("  loss %.2f", losses[i])
		g.Images = append(g.Images, tile)
	}
	return g, nil
}

// tile is example i with what is true and what was said.
func (m *Image) tile(src *photos, b metric.Batch, i int) (plot.Tile, error) {
	img, err := src.set.Image(i)
	if err != nil {
		return plot.Tile{}, err
	}
	if m.classes == nil {
		return plot.Tile{Image: img, Caption: fmt.Sprintf("%.3g, said %.3g", b.Targets[i], b.Row(i)[0])}, nil
	}
	said, truth := metric.Argmax(b.Row(i)), b.Labels[i]
	name, good := "nothing", said == truth
	if said >= 0 {
		name = m.classes[said]
	}
	return plot.Tile{Image: img, Caption: fmt.Sprintf("%s, said %s", m.classes[truth], name), Good: &good}, nil
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
