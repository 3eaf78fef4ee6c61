package task

import (
	"fmt"
	"slices"

	"graft/lib/data"
	"graft/lib/train"
	"graft/lib/train/loss"
)

// ImageClassifier says which class a photograph belongs to.
type ImageClassifier struct{ *Image }

// NewImageClassifier makes a classifier of the classes of set from the pretrained
// network called name, such as "mobilenet_v2.tv_in1k" or "file:net.pth#resnet18",
// fetching it if need be. The head is new; everything is trainable until frozen. It
// takes the options Valid, ImageSize, FromScratch, Pretrained, BatchStats, Head, Seed,
// BatchSize, Metrics, Augment, Views, FreshViews and SampleBalanced.
func NewImageClassifier(name string, set *data.Set, opts ...train.Option) (*ImageClassifier, error) {
	s, err := train.Resolve("ImageClassifier", train.Settings{Loss: loss.CrossEntropy}, opts, train.ModelOptions...)
	switch {
	case err != nil:
		return nil, err
	case set == nil || set.Len() == 0:
		return nil, fmt.Errorf("task: ImageClassifier needs labelled photographs")
	case set.Regression():
		return nil, fmt.Errorf("task: the set has numbers instead of classes (use ImageRegressor)")
	case len(set.Classes()) < 2:
		return nil, fmt.Errorf("task: the set has %d class (a classifier needs at least 2)", len(set.Classes()))
	}
	m, err := create(name, set, set.Classes(), s)
	if err != nil {
		return nil, err
	}
	return &ImageClassifier{m}, nil
}

// Classes are the class names, in the order of the network's outputs.
func (m *ImageClassifier) Classes() []string { return slices.Clone(m.classes) }
