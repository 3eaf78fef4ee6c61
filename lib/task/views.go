package task

import (
	"errors"
	"fmt"

	"graft/lib/plot"
	"graft/lib/preprocess"
	"graft/lib/train"
)

// ShowViews shows training picture number example plain and in n views: with a frozen
// part, the first views that Fit with the same options learns from; else such as it
// would. Without the option Augment it shows those of [preprocess.Light]. It also takes
// the option Seed.
func (m *Image) ShowViews(example, n int, opts ...train.Option) (plot.Grid, error) {
	s, err := m.resolve("ShowViews", opts, "Augment", "Seed")
	if err != nil {
		return plot.Grid{}, err
	}
	set, _ := m.sets()
	switch {
	case set == nil:
		return plot.Grid{}, errors.New("task: ShowViews has no training set (call Use first)")
	case example < 0 || example >= set.Len():
		return plot.Grid{}, fmt.Errorf("task: no training picture %d (there are %d, counted from 0)", example, set.Len())
	case n < 0 || n > maxTiles:
		return plot.Grid{}, fmt.Errorf("task: %d views (want 0 to %d)", n, maxTiles)
	}
	pipeline := m.pipeline
	if pipeline.Augment = s.Augment; !s.Augment.Varied() {
		pipeline.Augment = preprocess.Light()
	}
	if pipeline.Augment.Seed == 0 {
		pipeline.Augment.Seed = uint64(s.Seed)
	}
	img, err := set.Image(example)
	if err != nil {
		return plot.Grid{}, err
	}
	g := plot.Grid{Title: fmt.Sprintf("%s: %s", set.Caption(example), pipeline.Augment)}
	for view := range uint64(n + 1) {
		seen, err := pipeline.Picture(img, set.Key(example), view)
		if err != nil {
			return plot.Grid{}, err
		}
		caption := "as it is"
		if view > 0 {
			caption = fmt.Sprintf("view %d", view)
		}
		g.Images = append(g.Images, plot.Tile{Image: seen, Caption: caption})
	}
	return g, s.Context.Err()
}

// maxTiles is more than anybody looks at.
const maxTiles = 400
