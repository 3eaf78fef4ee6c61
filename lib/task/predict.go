package task

import (
	"errors"
	"fmt"
	"image"
	"path/filepath"

	"graft/lib/data"
	"graft/lib/display"
	"graft/lib/metric"
	"graft/lib/plot"
	"graft/lib/train"
)

// Prediction is what a network says of one picture.
type Prediction struct {
	Name  string // file, or "image 3"
	Image image.Image
	// Class is the likeliest class and Probability its share; empty and 0 for
	// numbers, or if the network gives no number for the picture.
	Class         string
	Probability   float64
	Probabilities []float64 // of all classes, in the order of Classes; they sum to 1, unless the loss is BCE
	Value         float64   // predicted number; 0 for classes
}

// String is the prediction in a few words.
func (p Prediction) String() string {
	if p.Probabilities == nil {
		return fmt.Sprintf("%s: %.4g", p.Name, p.Value)
	}
	return fmt.Sprintf("%s: %s (%.1f%%)", p.Name, p.Class, 100*p.Probability)
}

// Predictions are what a network says of some pictures.
type Predictions []Prediction

// Display shows the pictures with what is said of them.
func (p Predictions) Display() display.Bundle {
	var g plot.Grid
	for _, one := range p {
		g.Images = append(g.Images, plot.Tile{Image: one.Image, Caption: one.String()})
	}
	return g.Display()
}

// Predict runs the network on what it is given: the path of a picture, several
// paths, an [image.Image], several, or a [*data.Set], whose labels do not matter.
func (m *Image) Predict(what any, opts ...train.Option) (Predictions, error) {
	s, err := m.resolve("Predict", opts)
	if err != nil {
		return nil, err
	}
	list, err := gather(what)
	if err != nil {
		return nil, err
	}
	src := &pictures{pipeline: m.pipeline}
	for _, p := range list {
		src.images = append(src.images, p.Image)
	}
	b, err := m.trainer.Once(s.Context, src, s.Loss)
	if err != nil {
		return nil, err
	}
	for i := range list {
		m.say(&list[i], b.Row(i))
	}
	return list, nil
}

func (m *Image) say(p *Prediction, row []float32) {
	if m.classes == nil {
		p.Value = float64(row[0])
		return
	}
	p.Probabilities = m.settings.Loss.Probabilities(row)
	if k := metric.Argmax(row); k >= 0 {
		p.Class, p.Probability = m.classes[k], p.Probabilities[k]
	}
}

// gather opens the pictures that what stands for.
func gather(what any) (Predictions, error) {
	switch v := what.(type) {
	case nil:
		return nil, errors.New("task: Predict needs a picture")
	case string:
		return gatherFiles([]string{v})
	case []string:
		return gatherFiles(v)
	case image.Image:
		return gatherImages([]image.Image{v})
	case []image.Image:
		return gatherImages(v)
	case *data.Set:
		return gatherSet(v)
	}
	return nil, fmt.Errorf("task: Predict cannot read a %T (give a path, an image.Image, a slice of either, or a set)", what)
}

func gatherFiles(paths []string) (Predictions, error) {
	var list Predictions
	for _, path := range paths {
		img, err := data.Open(path)
		if err != nil {
			return nil, err
		}
		list = append(list, Prediction{Name: filepath.Base(path), Image: img})
	}
	return list, nil
}

func gatherImages(images []image.Image) (Predictions, error) {
	var list Predictions
	for i, img := range images {
		if img == nil {
			return nil, fmt.Errorf("task: Predict: image %d is nil", i)
		}
		list = append(list, Prediction{Name: fmt.Sprintf("image %d", i), Image: img})
	}
	return list, nil
}

func gatherSet(set *data.Set) (Predictions, error) {
	var list Predictions
	for i := range set.Len() {
		img, err := set.Image(i)
		if err != nil {
			return nil, err
		}
		list = append(list, Prediction{Name: set.Name(i), Image: img})
	}
	return list, nil
}
