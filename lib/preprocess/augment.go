package preprocess

import (
	"fmt"
	"hash/fnv"
	"image"
	"math"
	"math/rand/v2"
)

// Augment says how much the views of an image may differ. The zero value varies
// nothing; each field alone is useful.
type Augment struct {
	// Flip mirrors half of the views left to right.
	Flip bool `json:",omitzero"`
	// Crop is the smallest part of the image, by area, that a view may show;
	// 0 keeps the centre crop. Sides vary from 3:4 to 4:3. After Szegedy et al.
	// 2015; 0.08 is usual from scratch, 0.5 and more when fine-tuning.
	Crop float64 `json:",omitzero"`
	// Rotate is the largest turn either way, in degrees; edges are mirrored.
	Rotate float64 `json:",omitzero"`
	// Brightness is the largest change either way as a fraction: 0.2 is 80 to 120 %.
	Brightness float64 `json:",omitzero"`
	// Views is the number of different views of each image, 0 and up; view 0 is
	// the plain image. Few views can be cached, many vary more.
	Views int `json:",omitzero"`
	// Seed begins all random numbers.
	Seed uint64 `json:",omitzero"`
}

// Light returns settings that suit most photographs when fine-tuning: mirrored,
// cropped to 60 % at least, turned by 5 degrees and 10 % brighter or darker.
func Light(views int, seed uint64) Augment {
	return Augment{Flip: true, Crop: 0.6, Rotate: 5, Brightness: 0.1, Views: views, Seed: seed}
}

// Varied reports whether views differ from the plain image at all.
func (a Augment) Varied() bool {
	return a.Views > 0 && (a.Flip || a.Crop > 0 || a.Rotate > 0 || a.Brightness > 0)
}

// Check returns an error for settings out of range.
func (a Augment) Check() error {
	for _, f := range []struct {
		name  string
		value float64
		most  float64
	}{{"Crop", a.Crop, 1}, {"Rotate", a.Rotate, 180}, {"Brightness", a.Brightness, 1}, {"Views", float64(a.Views), 1 << 20}} {
		if !(f.value >= 0 && f.value <= f.most) {
			return fmt.Errorf("preprocess: augmentation %s %g (want 0 to %g)", f.name, f.value, f.most)
		}
	}
	return nil
}

// View writes view number n of img to dst, as [Pipeline.Apply] does. View 0 is
// the plain image; the others depend on the seed, on key, which names the image,
// and on n alone, so the same view is the same everywhere and can be cached.
func (p Pipeline) View(img image.Image, key string, n int, dst []float32) error {
	if n == 0 || !p.Augment.Varied() {
		return p.Apply(img, dst)
	}
	if err := p.check(img, dst); err != nil {
		return err
	}
	if err := p.Augment.Check(); err != nil {
		return err
	}
	p.normalise(p.view(from(img), p.Augment.random(key, n)), dst)
	return nil
}

// Picture returns view n as [Pipeline.View] would normalise it.
func (p Pipeline) Picture(img image.Image, key string, n int) (*image.RGBA, error) {
	if n == 0 || !p.Augment.Varied() {
		return p.Crop(img)
	}
	if err := p.check(img, make([]float32, p.Len())); err != nil {
		return nil, err
	}
	return p.view(from(img), p.Augment.random(key, n)).picture(), p.Augment.Check()
}

func (a Augment) random(key string, n int) *rand.Rand {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s/%d", key, n)
	return rand.New(rand.NewPCG(a.Seed, h.Sum64()))
}

// view draws every random number whether it is used or not, so that one setting
// does not change what another one draws.
func (p Pipeline) view(src pixels, random *rand.Rand) pixels {
	a := p.Augment
	part := randomBox(src.width, src.height, a.Crop, random)
	flip := random.Float64() < 0.5 && a.Flip
	angle := (2*random.Float64() - 1) * a.Rotate * math.Pi / 180
	gain := 1 + (2*random.Float64()-1)*a.Brightness
	var out pixels
	if a.Crop > 0 {
		out = resize(src, part, p.Input.Size, p.Input.Size, image.Rect(0, 0, p.Input.Size, p.Input.Size), p.filter)
	} else {
		out = p.centre(src)
	}
	if flip {
		out.mirror()
	}
	if a.Rotate > 0 {
		out = out.turned(angle)
	}
	if a.Brightness > 0 {
		out.brighten(gain)
	}
	return out
}

// randomBox picks a part of at least the given share of the area.
func randomBox(width, height int, smallest float64, random *rand.Rand) box {
	area := float64(width) * float64(height) * (smallest + (1-smallest)*random.Float64())
	ratio := math.Exp((2*random.Float64() - 1) * math.Log(4.0/3))
	w := min(float64(width), math.Sqrt(area*ratio))
	h := min(float64(height), math.Sqrt(area/ratio))
	x, y := random.Float64()*(float64(width)-w), random.Float64()*(float64(height)-h)
	return box{x, y, x + max(w, 1), y + max(h, 1)}.within(width, height)
}

func (b box) within(width, height int) box {
	b.x1, b.y1 = min(b.x1, float64(width)), min(b.y1, float64(height))
	b.x0, b.y0 = min(b.x0, b.x1-1), min(b.y0, b.y1-1)
	return b
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

func (p pixels) brighten(gain float64) {
	var table [256]uint8
	for v := range table {
		table[v] = uint8(min(255, math.Round(float64(v)*gain)))
	}
	for i, v := range p.rgb {
		p.rgb[i] = table[v]
	}
}

// turned rotates about the middle, between pixels linearly, with mirrored edges.
func (p pixels) turned(angle float64) pixels {
	out := newPixels(p.width, p.height)
	sin, cos := math.Sincos(angle)
	cx, cy := float64(p.width-1)/2, float64(p.height-1)/2
	i := 0
	for y := range p.height {
		for x := range p.width {
			dx, dy := float64(x)-cx, float64(y)-cy
			p.sample(cx+cos*dx+sin*dy, cy-sin*dx+cos*dy, out.rgb[i:i+Channels])
			i += Channels
		}
	}
	return out
}

func (p pixels) sample(x, y float64, dst []uint8) {
	x0, y0 := math.Floor(x), math.Floor(y)
	fx, fy := x-x0, y-y0
	left, right := fold(int(x0), p.width), fold(int(x0)+1, p.width)
	top, bottom := fold(int(y0), p.height)*p.width, fold(int(y0)+1, p.height)*p.width
	for c := range dst {
		at := func(i int) float64 { return float64(p.rgb[i*Channels+c]) }
		upper := at(top+left)*(1-fx) + at(top+right)*fx
		lower := at(bottom+left)*(1-fx) + at(bottom+right)*fx
		dst[c] = uint8(math.Round(upper*(1-fy) + lower*fy))
	}
}

// fold mirrors an index at the edges of 0..n-1.
func fold(i, n int) int {
	if n == 1 {
		return 0
	}
	period := 2 * (n - 1)
	i = ((i % period) + period) % period
	return min(i, period-i)
}
