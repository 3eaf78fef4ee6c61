package data

import (
	"fmt"
	"image"

	"graft/lib/preprocess"
)

// Images makes a set of pictures in memory; labels[i] is the class of images[i].
// Pictures are copied, transparent parts laid on white.
func Images(images []image.Image, labels []string, opts ...Option) (*Set, error) {
	if len(images) != len(labels) {
		return nil, fmt.Errorf("data: %d images with %d labels", len(images), len(labels))
	}
	s, err := inMemory(images, settle(opts))
	if err != nil {
		return nil, err
	}
	byID := map[string]string{}
	for i, e := range s.examples {
		byID[e.id()] = labels[i]
	}
	return s.finish(byID)
}

// ImagesWithTargets makes a set of pictures in memory; targets[i] is the number to
// be predicted for images[i].
func ImagesWithTargets(images []image.Image, targets []float32, opts ...Option) (*Set, error) {
	if len(images) != len(targets) {
		return nil, fmt.Errorf("data: %d images with %d targets", len(images), len(targets))
	}
	s, err := inMemory(images, settle(opts))
	if err != nil {
		return nil, err
	}
	s.regression = true
	for i := range s.examples {
		s.examples[i].target = targets[i]
	}
	return s.finish(nil)
}

func inMemory(images []image.Image, set settings) (*Set, error) {
	s := &Set{name: fmt.Sprintf("%d images in memory", len(images)), set: set, examples: make([]example, len(images))}
	err := preprocess.Each(set.ctx, len(images), func(i int) error {
		if images[i] == nil || images[i].Bounds().Empty() {
			return fmt.Errorf("data: image %d has no pixels", i)
		}
		size := images[i].Bounds().Size()
		s.examples[i] = example{name: fmt.Sprintf("image %d", i), img: flatten(images[i], size.X, size.Y, false)}
		return nil
	})
	return s, err
}
