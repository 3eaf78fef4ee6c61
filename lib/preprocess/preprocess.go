// Package preprocess turns a decoded photograph into the numbers a pretrained
// network was trained on: resized, cropped and normalised exactly as its preset
// says, with Pillow's arithmetic to the last bit, and randomly varied while
// training. It begins with an image in memory, as opposed to package data, which
// decodes files, and ends with plain float32, as opposed to package train, which
// makes tensors and caches of them.
//
//	p, err := preprocess.New(row.Input)
//	if err != nil {
//		return err
//	}
//	pixels := make([]float32, p.Len())
//	err = p.Apply(img, pixels) // [height, width, channel], normalised
package preprocess

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"image"

	"graft/lib/preset"
)

// Channels is the number of colours of every image: red, green, blue.
const Channels = 3

// Pipeline is a preset's way from image to network input. The zero value is not
// usable; call [New]. It is a value: copies are independent, and all methods are
// safe for concurrent use.
type Pipeline struct {
	Input   preset.Input
	Augment Augment // of [Pipeline.View]; the zero value varies nothing

	filter filter
}

// New returns the pipeline of in. A missing Resize means Size, a missing
// interpolation bilinear, a zero deviation one. Sizes below one, more or fewer
// than three channels, or an unknown interpolation are errors.
func New(in preset.Input) (Pipeline, error) {
	if in.Resize == 0 {
		in.Resize = in.Size
	}
	if in.Interpolation == "" {
		in.Interpolation = preset.Bilinear
	}
	if in.Channels == 0 {
		in.Channels = Channels
	}
	for c := range in.Std {
		if in.Std[c] == 0 {
			in.Std[c] = 1
		}
	}
	f, known := filters[in.Interpolation]
	switch {
	case !known:
		return Pipeline{}, fmt.Errorf("preprocess: unknown interpolation %q (%s or %s)", in.Interpolation, preset.Bilinear, preset.Bicubic)
	case in.Size < 1 || in.Size > maxSide:
		return Pipeline{}, fmt.Errorf("preprocess: input size %d (want 1 to %d pixels)", in.Size, maxSide)
	case in.Resize < in.Size || in.Resize > maxSide:
		return Pipeline{}, fmt.Errorf("preprocess: resize to %d for a crop of %d (want %d to %d pixels)", in.Resize, in.Size, in.Size, maxSide)
	case in.Channels != Channels:
		return Pipeline{}, fmt.Errorf("preprocess: %d input channels (only %d are supported)", in.Channels, Channels)
	}
	return Pipeline{Input: in, filter: f}, nil
}

// maxSide is larger than the input of any published image network.
const maxSide = 4096

// At returns the pipeline for square inputs of size pixels, the same part of the
// photograph in view: the shorter side before the crop is scaled in proportion.
func (p Pipeline) At(size int) (Pipeline, error) {
	in := p.Input
	if in.Size > 0 {
		in.Resize = in.Resize * size / in.Size
	}
	in.Size = size
	q, err := New(in)
	q.Augment = p.Augment
	return q, err
}

// Len returns the number of values of one input: Size x Size x 3.
func (p Pipeline) Len() int { return p.Input.Size * p.Input.Size * Channels }

// Key is a digest of everything that decides about the numbers, augmentation
// included: equal keys, equal results.
func (p Pipeline) Key() string {
	text, err := json.Marshal(struct {
		Version int // raised when the arithmetic changes
		Input   preset.Input
		Augment Augment
	}{1, p.Input, p.Augment})
	if err != nil { // a NaN in the settings: still a key, of the printed form
		text = fmt.Appendf(nil, "%+v", p)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// Apply writes the network input of img to dst, as [height, width, channel]:
// shorter side resized to Resize, middle square of Size taken, values
// (v/255 - mean) / std. dst must hold [Pipeline.Len] values.
func (p Pipeline) Apply(img image.Image, dst []float32) error {
	if err := p.check(img, dst); err != nil {
		return err
	}
	p.normalise(p.centre(from(img)), dst)
	return nil
}

// Crop returns the square that [Pipeline.Apply] would normalise, as a picture:
// what the network sees.
func (p Pipeline) Crop(img image.Image) (*image.RGBA, error) {
	if err := p.check(img, make([]float32, p.Len())); err != nil {
		return nil, err
	}
	return p.centre(from(img)).picture(), nil
}

func (p Pipeline) check(img image.Image, dst []float32) error {
	if p.filter.weight == nil {
		return fmt.Errorf("preprocess: a pipeline without settings (make it with preprocess.New)")
	}
	if len(dst) != p.Len() {
		return fmt.Errorf("preprocess: room for %d values (want %d)", len(dst), p.Len())
	}
	if img == nil || img.Bounds().Empty() {
		return fmt.Errorf("preprocess: an image without pixels")
	}
	return nil
}

// centre is the evaluation crop. Only the part that survives the crop is
// resized, which changes nothing in it.
func (p Pipeline) centre(src pixels) pixels {
	width, height := shorterSide(src.width, src.height, p.Input.Resize)
	left, top := middle(width, p.Input.Size), middle(height, p.Input.Size)
	whole := box{0, 0, float64(src.width), float64(src.height)}
	return resize(src, whole, width, height, image.Rect(left, top, left+p.Input.Size, top+p.Input.Size), p.filter)
}

// shorterSide returns the size with the shorter side at length pixels. The other
// is rounded down, as torchvision does.
func shorterSide(width, height, length int) (int, int) {
	if width <= height {
		return length, max(length, int(float64(length)*float64(height)/float64(width)))
	}
	return max(length, int(float64(length)*float64(width)/float64(height))), length
}

// middle is where a crop begins; halves go to the even neighbour, as Python's
// round does.
func middle(side, crop int) int {
	gap := side - crop
	start := gap / 2
	if gap%2 == 1 && start%2 == 1 {
		start++
	}
	return start
}

func (p Pipeline) normalise(src pixels, dst []float32) {
	var table [Channels][256]float32
	for c := range Channels {
		for v := range 256 {
			table[c][v] = (float32(v)/255 - p.Input.Mean[c]) / p.Input.Std[c]
		}
	}
	for i := 0; i < len(dst); i += Channels {
		for c := range Channels {
			dst[i+c] = table[c][src.rgb[i+c]]
		}
	}
}
