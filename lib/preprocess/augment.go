package preprocess

import (
	"fmt"
	"hash/fnv"
	"image"
	"math"
	"math/rand/v2"
	"strings"
)

// Augment says how much the views of an image may differ. The zero value varies
// nothing; each field alone is useful. A view is made in the order of the fields.
type Augment struct {
	// Crop is the smallest part of the image, by area, that a view may show;
	// 0 keeps the centre crop. Sides vary from 3:4 to 4:3. After Szegedy et al.
	// 2015; 0.08 is usual from scratch, 0.5 and more when fine-tuning.
	Crop float64 `json:",omitzero"`
	// Flip mirrors half of the views left to right, FlipUp half of them top to
	// bottom.
	Flip   bool `json:",omitzero"`
	FlipUp bool `json:",omitzero"`
	// Rotate is the largest turn either way, in degrees; edges are mirrored.
	Rotate float64 `json:",omitzero"`
	// Rand draws operations from a list.
	Rand RandAugment `json:",omitzero"`
	// Brightness, Contrast and Saturation are the largest changes either way as
	// fractions: 0.2 is 80 to 120 %. Hue is one of the colour circle, at most 0.5.
	// They come in random order, as in torchvision's ColorJitter.
	Brightness float64 `json:",omitzero"`
	Contrast   float64 `json:",omitzero"`
	Saturation float64 `json:",omitzero"`
	Hue        float64 `json:",omitzero"`
	// Erase is the share of views from which a rectangle of 2 to 33 % is erased
	// (Zhong et al. 2017); it gets the mean colour of the pretraining.
	Erase float64 `json:",omitzero"`
	// Seed begins all random numbers; Fit takes its own seed for 0.
	Seed uint64 `json:",omitzero"`
}

// Light returns settings that suit most photographs when fine-tuning: mirrored,
// cropped to 60 % at least, turned by 5 degrees and 10 % brighter or darker.
func Light() Augment { return Augment{Flip: true, Crop: 0.6, Rotate: 5, Brightness: 0.1} }

// Strong returns settings for long training or few images: as [Light], with crops
// down to 30 %, two operations of RandAugment at magnitude 9 and a part erased from
// a quarter of the views.
func Strong() Augment {
	return Augment{Flip: true, Crop: 0.3, Rand: RandAugment{Ops: 2, Magnitude: 9}, Erase: 0.25}
}

// Varied reports whether views differ from the plain image at all.
func (a Augment) Varied() bool {
	a.Seed = 0
	return a != Augment{}
}

// Check returns an error for settings out of range.
func (a Augment) Check() error {
	for _, f := range []struct {
		name  string
		value float64
		most  float64
	}{
		{"Crop", a.Crop, 1}, {"Rotate", a.Rotate, 180}, {"Brightness", a.Brightness, 1}, {"Contrast", a.Contrast, 1},
		{"Saturation", a.Saturation, 1}, {"Hue", a.Hue, 0.5}, {"Erase", a.Erase, 1},
	} {
		if !(f.value >= 0 && f.value <= f.most) {
			return fmt.Errorf("preprocess: augmentation %s %g (want 0 to %g)", f.name, f.value, f.most)
		}
	}
	return a.Rand.check()
}

// String says in a few words what varies: "crop from 60 %, flip, rotate 5°".
func (a Augment) String() string {
	var parts []string
	say := func(when bool, format string, args ...any) {
		if when {
			parts = append(parts, fmt.Sprintf(format, args...))
		}
	}
	say(a.Crop > 0, "crop from %.0f %%", 100*a.Crop)
	say(a.Flip, "flip")
	say(a.FlipUp, "flip up")
	say(a.Rotate > 0, "rotate %.3g°", a.Rotate)
	say(a.Rand.Ops > 0, "RandAugment %d at %d", a.Rand.Ops, a.Rand.Magnitude)
	say(a.Brightness > 0, "brightness %.0f %%", 100*a.Brightness)
	say(a.Contrast > 0, "contrast %.0f %%", 100*a.Contrast)
	say(a.Saturation > 0, "saturation %.0f %%", 100*a.Saturation)
	say(a.Hue > 0, "hue %.0f %%", 100*a.Hue)
	say(a.Erase > 0, "erase %.0f %%", 100*a.Erase)
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}

// View writes view number n of img to dst, as [Pipeline.Apply] does. View 0 is
// the plain image; the others depend on the seed, on key, which names the image,
// and on n alone, so the same view is the same everywhere and can be cached.
func (p Pipeline) View(img image.Image, key string, n uint64, dst []float32) error {
	if n == 0 || !p.Augment.Varied() {
		return p.Apply(img, dst)
	}
	if err := p.check(img, dst); err != nil {
		return err
	}
	if err := p.Augment.Check(); err != nil {
		return err
	}
	d := draw{p.Augment.Seed, key, n}
	p.normalise(p.view(from(img), d), dst)
	if r := p.Augment.hole(d, p.Input.Size); !r.Empty() {
		erase(dst, p.Input.Size, r)
	}
	return nil
}

// Picture returns view n as [Pipeline.View] would normalise it.
func (p Pipeline) Picture(img image.Image, key string, n uint64) (*image.RGBA, error) {
	if n == 0 || !p.Augment.Varied() {
		return p.Crop(img)
	}
	if err := p.check(img, make([]float32, p.Len())); err != nil {
		return nil, err
	}
	if err := p.Augment.Check(); err != nil {
		return nil, err
	}
	d := draw{p.Augment.Seed, key, n}
	out := p.view(from(img), d)
	r := p.Augment.hole(d, p.Input.Size)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			for c, mean := range p.Input.Mean {
				out.rgb[(y*out.width+x)*Channels+c] = uint8(math.Round(float64(mean) * 255))
			}
		}
	}
	return out.picture(), nil
}

// draw is where the random numbers of one view come from.
type draw struct {
	seed uint64
	key  string
	n    uint64
}

// of returns the numbers for one step of the view. Each step has its own, so that
// one setting does not change what another one draws.
func (d draw) of(step string) *rand.Rand {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s/%d/%s", d.key, d.n, step)
	return rand.New(rand.NewPCG(d.seed, h.Sum64()))
}

// either is a number from -most to most.
func either(random *rand.Rand, most float64) float64 { return (2*random.Float64() - 1) * most }

func (p Pipeline) view(src pixels, d draw) pixels {
	a := p.Augment
	var out pixels
	if a.Crop > 0 {
		size := p.Input.Size
		part := src.cut(randomPart(src.width, src.height, a.Crop, d.of("crop")))
		whole := box{0, 0, float64(part.width), float64(part.height)}
		out = resize(part, whole, size, size, image.Rect(0, 0, size, size), p.filter)
	} else {
		out = p.centre(src)
	}
	if a.Flip && d.of("flip").Float64() < 0.5 {
		out.mirror()
	}
	if a.FlipUp && d.of("flip up").Float64() < 0.5 {
		out.mirrorUp()
	}
	if a.Rotate > 0 {
		out = out.turned(rotation(out.width, out.height, either(d.of("rotate"), a.Rotate)))
	}
	if a.Rand.Ops > 0 {
		out = a.Rand.apply(out, d.of("rand"))
	}
	a.jitter(out, d)
	return out
}

// jitter changes brightness, contrast, saturation and hue in random order.
func (a Augment) jitter(p pixels, d draw) {
	if a.Brightness == 0 && a.Contrast == 0 && a.Saturation == 0 && a.Hue == 0 {
		return
	}
	for _, i := range d.of("order").Perm(4) {
		switch {
		case i == 0 && a.Brightness > 0:
			p.brighten(1 + either(d.of("brightness"), a.Brightness))
		case i == 1 && a.Contrast > 0:
			p.contrast(1 + either(d.of("contrast"), a.Contrast))
		case i == 2 && a.Saturation > 0:
			p.saturate(1 + either(d.of("saturation"), a.Saturation))
		case i == 3 && a.Hue > 0:
			p.turnHue(either(d.of("hue"), a.Hue))
		}
	}
}

// hole is the rectangle to erase, often empty; sizes and shapes are torchvision's.
func (a Augment) hole(d draw, size int) image.Rectangle {
	random := d.of("erase")
	if random.Float64() >= a.Erase {
		return image.Rectangle{}
	}
	for range 10 {
		area := float64(size*size) * (0.02 + (0.33-0.02)*random.Float64())
		ratio := math.Exp(math.Log(0.3) + random.Float64()*math.Log(3.3/0.3))
		h, w := int(math.RoundToEven(math.Sqrt(area*ratio))), int(math.RoundToEven(math.Sqrt(area/ratio)))
		if h < size && w < size {
			x, y := random.IntN(size-w+1), random.IntN(size-h+1)
			return image.Rect(x, y, x+w, y+h)
		}
	}
	return image.Rectangle{}
}

// randomPart picks a part of at least the given share of the area, as torchvision's
// RandomResizedCrop does.
func randomPart(width, height int, smallest float64, random *rand.Rand) image.Rectangle {
	const narrow, wide = 3.0 / 4, 4.0 / 3
	for range 10 {
		area := float64(width*height) * (smallest + (1-smallest)*random.Float64())
		ratio := math.Exp(math.Log(narrow) + random.Float64()*math.Log(wide/narrow))
		w, h := int(math.RoundToEven(math.Sqrt(area*ratio))), int(math.RoundToEven(math.Sqrt(area/ratio)))
		if 0 < w && w <= width && 0 < h && h <= height {
			y, x := random.IntN(height-h+1), random.IntN(width-w+1)
			return image.Rect(x, y, x+w, y+h)
		}
	}
	w, h := width, height
	switch ratio := float64(width) / float64(height); {
	case ratio < narrow:
		h = int(math.RoundToEven(float64(w) / narrow))
	case ratio > wide:
		w = int(math.RoundToEven(float64(h) * wide))
	}
	x, y := (width-w)/2, (height-h)/2
	return image.Rect(x, y, x+w, y+h)
}

// cut copies a part.
func (p pixels) cut(r image.Rectangle) pixels {
	out := newPixels(r.Dx(), r.Dy())
	for y := range out.height {
		copy(out.rgb[y*out.width*Channels:][:out.width*Channels], p.rgb[((r.Min.Y+y)*p.width+r.Min.X)*Channels:])
	}
	return out
}

func (p pixels) mirror() {
	for y := range p.height {
		row := p.rgb[y*p.width*Channels:][:p.width*Channels]
		for l, r := 0, p.width-1; l < r; l, r = l+1, r-1 {
			for c := range Channels {
				row[l*Channels+c], row[r*Channels+c] = row[r*Channels+c], row[l*Channels+c]
			}
		}
	}
}

func (p pixels) mirrorUp() {
	stride := p.width * Channels
	for t, b := 0, p.height-1; t < b; t, b = t+1, b-1 {
		for i := range stride {
			p.rgb[t*stride+i], p.rgb[b*stride+i] = p.rgb[b*stride+i], p.rgb[t*stride+i]
		}
	}
}
