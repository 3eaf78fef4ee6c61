package preprocess

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// RandAugment applies Ops operations drawn from a list of fourteen, all at one
// magnitude (Cubuk et al. 2020); list, magnitudes and arithmetic are torchvision's.
// The zero value does nothing; 2 operations at magnitude 9 are usual.
type RandAugment struct {
	Ops       int `json:",omitzero"` // operations per view, 0 to 14
	Magnitude int `json:",omitzero"` // 0 to 30
}

// randBins is the number of magnitudes.
const randBins = 31

// operation is a row of torchvision's list. at is the size of the change at a
// magnitude, for pictures of a width and height; nil for those that have none.
type operation struct {
	name   string
	signed bool
	at     func(magnitude, width, height int) float64
	do     func(p pixels, v float64) pixels
}

var operations = []operation{
	{"Identity", false, nil, func(p pixels, _ float64) pixels { return p }},
	{"ShearX", true, upTo(0.3), func(p pixels, v float64) pixels { return p.nearest(matrix{1, v, 0, 0, 1, 0}) }},
	{"ShearY", true, upTo(0.3), func(p pixels, v float64) pixels { return p.nearest(matrix{1, 0, 0, v, 1, 0}) }},
	{"TranslateX", true, func(m, width, _ int) float64 { return linspace(150.0/331*float64(width), m) },
		func(p pixels, v float64) pixels { return p.nearest(matrix{1, 0, -math.Trunc(v), 0, 1, 0}) }},
	{"TranslateY", true, func(m, _, height int) float64 { return linspace(150.0/331*float64(height), m) },
		func(p pixels, v float64) pixels { return p.nearest(matrix{1, 0, 0, 0, 1, -math.Trunc(v)}) }},
	{"Rotate", true, upTo(30), func(p pixels, v float64) pixels { return p.nearest(rotation(p.width, p.height, v)) }},
	{"Brightness", true, upTo(0.9), inPlace(func(p pixels, v float64) { p.brighten(1 + v) })},
	{"Color", true, upTo(0.9), inPlace(func(p pixels, v float64) { p.saturate(1 + v) })},
	{"Contrast", true, upTo(0.9), inPlace(func(p pixels, v float64) { p.contrast(1 + v) })},
	{"Sharpness", true, upTo(0.9), inPlace(func(p pixels, v float64) { p.sharpen(1 + v) })},
	{"Posterize", false, func(m, _, _ int) float64 { return math.RoundToEven(8 - float64(m)*4/(randBins-1)) },
		inPlace(func(p pixels, v float64) { p.posterize(int(v)) })},
	{"Solarize", false, func(m, _, _ int) float64 { return linspace(1, randBins-1-m) },
		inPlace(func(p pixels, v float64) { p.solarize(255 * v) })},
	{"AutoContrast", false, nil, inPlace(func(p pixels, _ float64) { p.autocontrast() })},
	{"Equalize", false, nil, inPlace(func(p pixels, _ float64) { p.equalize() })},
}

func upTo(most float64) func(m, width, height int) float64 {
	return func(m, _, _ int) float64 { return linspace(most, m) }
}

// linspace is entry m of torch.linspace(0, most, 31), in single precision.
func linspace(most float64, m int) float64 {
	return float64(float32(most * float64(m) / (randBins - 1)))
}

func inPlace(do func(p pixels, v float64)) func(pixels, float64) pixels {
	return func(p pixels, v float64) pixels {
		do(p, v)
		return p
	}
}

func (a RandAugment) apply(p pixels, random *rand.Rand) pixels {
	for range a.Ops {
		op := operations[random.IntN(len(operations))]
		v := 0.0
		if op.at != nil {
			v = op.at(a.Magnitude, p.width, p.height)
		}
		if random.Float64() < 0.5 && op.signed {
			v = -v
		}
		p = op.do(p, v)
	}
	return p
}

func (a RandAugment) check() error {
	if a.Ops < 0 || a.Ops > len(operations) || a.Magnitude < 0 || a.Magnitude >= randBins {
		return fmt.Errorf("preprocess: RandAugment of %d operations at magnitude %d (want 0 to %d at 0 to %d)", a.Ops, a.Magnitude, len(operations), randBins-1)
	}
	return nil
}
