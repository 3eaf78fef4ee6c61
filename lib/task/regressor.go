package task

import (
	"fmt"

	"graft/lib/data"
	"graft/lib/train"
	"graft/lib/train/loss"
)

// ImageRegressor predicts a number from a photograph.
type ImageRegressor struct{ *Image }

// NewImageRegressor makes a network that predicts the targets of set, in their own
// unit, by mean squared error. It begins by predicting their mean. See
// [NewImageClassifier] for name and opts.
func NewImageRegressor(name string, set *data.Set, opts ...train.Option) (*ImageRegressor, error) {
	s, err := train.Resolve("ImageRegressor", train.Settings{Loss: loss.MSE}, opts, train.ModelOptions...)
	if err != nil {
		return nil, err
	}
	if set == nil || set.Len() == 0 {
		return nil, fmt.Errorf("task: ImageRegressor needs photographs with a number each")
	}
	m, err := create(name, set, nil, s)
	if err != nil {
		return nil, err
	}
	sum := 0.0
	for i := range set.Len() {
		sum += float64(set.Target(i))
	}
	return &ImageRegressor{m}, m.startAt(float32(sum / float64(set.Len())))
}
