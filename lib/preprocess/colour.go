package preprocess

import (
	"image"
	"math"
)

// The operations on colours are Pillow's, to the bit: ImageEnhance, ImageOps and
// the conversions that torchvision builds on them, in single precision as there.

// blend mixes a value with ground: towards it for factors below 1, away from it
// above.
func blend(factor float32, ground, v int32) uint8 {
	mixed := float32(ground) + float32(factor*float32(v-ground))
	return uint8(max(0, min(255, mixed)))
}

// level blends all values with one ground.
func (p pixels) level(factor float64, ground int32) {
	if factor != 1 {
		p.apply(same(func(v int) uint8 { return blend(float32(factor), ground, int32(v)) }))
	}
}

// brighten scales all values.
func (p pixels) brighten(factor float64) { p.level(factor, 0) }

// contrast moves values away from the mean grey.
func (p pixels) contrast(factor float64) {
	sum := 0
	for i := 0; i < len(p.rgb); i += Channels {
		sum += int(luma(p.rgb[i:]))
	}
	p.level(factor, int32(float64(sum)/float64(p.width*p.height)+0.5))
}

// saturate moves colours away from their own grey.
func (p pixels) saturate(factor float64) {
	if factor == 1 {
		return
	}
	f := float32(factor)
	for i := 0; i < len(p.rgb); i += Channels {
		c := p.rgb[i : i+Channels]
		grey := int32(luma(c))
		c[0], c[1], c[2] = blend(f, grey, int32(c[0])), blend(f, grey, int32(c[1])), blend(f, grey, int32(c[2]))
	}
}

// luma is the grey of a colour: ITU-R 601-2 in 16-bit fixed point.
func luma(c []uint8) uint8 {
	return uint8((19595*uint32(c[0]) + 38470*uint32(c[1]) + 7471*uint32(c[2]) + 0x8000) >> 16)
}

// sharpen moves values away from their smoothed neighbourhood: 3 x 3 with weight 5
// in the middle. The outermost rows and columns are their own neighbourhood.
func (p pixels) sharpen(factor float64) {
	if factor == 1 {
		return
	}
	for i, ground := range p.smoothed() {
		p.rgb[i] = blend(float32(factor), int32(ground), int32(p.rgb[i]))
	}
}

func (p pixels) smoothed() []uint8 {
	const side, middle = float32(1.0 / 13), float32(5.0 / 13)
	out := make([]uint8, len(p.rgb))
	copy(out, p.rgb)
	stride := p.width * Channels
	row := func(i int, centre float32) float32 {
		sum := float32(float32(p.rgb[i-Channels])*side) + float32(float32(p.rgb[i])*centre)
		return sum + float32(float32(p.rgb[i+Channels])*side)
	}
	for y := 1; y < p.height-1; y++ {
		for i := y*stride + Channels; i < (y+1)*stride-Channels; i++ {
			sum := float32(0.5) + row(i+stride, side)
			sum += row(i, middle)
			sum += row(i-stride, side)
			out[i] = uint8(max(0, min(255, sum)))
		}
	}
	return out
}

// turnHue turns the colour circle by shift, from -0.5 to 0.5 of it.
func (p pixels) turnHue(shift float64) {
	by := uint8(int32(shift * 255))
	for i := 0; i < len(p.rgb); i += Channels {
		c := p.rgb[i : i+Channels]
		h, s, v := toHSV(c[0], c[1], c[2])
		c[0], c[1], c[2] = fromHSV(h+by, s, v)
	}
}

func toHSV(r, g, b uint8) (h, s, v uint8) {
	most, least := max(r, g, b), min(r, g, b)
	if most == least {
		return 0, 0, most
	}
	span := float32(most - least)
	part := func(c uint8) float64 { return float64(float32(most-c) / span) }
	var hue float32
	switch most {
	case r:
		hue = float32(part(b)) - float32(part(g))
	case g:
		hue = float32(2 + part(r) - part(b))
	default:
		hue = float32(4 + part(g) - part(r))
	}
	hue = float32(math.Mod(float64(hue)/6+1, 1))
	return uint8(float64(hue) * 255), uint8(float64(span/float32(most)) * 255), most
}

func fromHSV(h, s, v uint8) (r, g, b uint8) {
	if s == 0 {
		return v, v, v
	}
	at := float64(h) * 6 / 255
	sector := math.Floor(at)
	f, fs := float64(float32(at-sector)), float64(float32(float64(s)/255))
	mix := func(share float64) uint8 { return uint8(max(0, min(255, math.Round(float64(v)*(1-share))))) }
	low, falling, rising := mix(fs), mix(fs*f), mix(fs*(1-f))
	switch int(sector) % 6 {
	case 0:
		return v, rising, low
	case 1:
		return falling, v, low
	case 2:
		return low, v, rising
	case 3:
		return low, falling, v
	case 4:
		return rising, low, v
	}
	return v, low, falling
}

// table is what becomes of each value of each channel.
type table [Channels][256]uint8

func (p pixels) apply(t *table) {
	for i := 0; i < len(p.rgb); i += Channels {
		c := p.rgb[i : i+Channels]
		c[0], c[1], c[2] = t[0][c[0]], t[1][c[1]], t[2][c[2]]
	}
}

func same(value func(v int) uint8) *table {
	var t table
	for v := range 256 {
		t[0][v] = value(v)
	}
	t[1], t[2] = t[0], t[0]
	return &t
}

// posterize keeps the upper bits of every value, 1 to 8.
func (p pixels) posterize(bits int) {
	p.apply(same(func(v int) uint8 { return uint8(v) &^ uint8(1<<(8-bits)-1) }))
}

// solarize inverts values from threshold on.
func (p pixels) solarize(threshold float64) {
	p.apply(same(func(v int) uint8 {
		if float64(v) < threshold {
			return uint8(v)
		}
		return uint8(255 - v)
	}))
}

func (p pixels) histograms() (h [Channels][256]int) {
	for i := 0; i < len(p.rgb); i += Channels {
		for c, v := range p.rgb[i : i+Channels] {
			h[c][v]++
		}
	}
	return h
}

// autocontrast stretches each channel to the full range.
func (p pixels) autocontrast() {
	t := same(func(v int) uint8 { return uint8(v) })
	for c, h := range p.histograms() {
		low, high := 0, 255
		for low < 255 && h[low] == 0 {
			low++
		}
		for high > 0 && h[high] == 0 {
			high--
		}
		if high <= low {
			continue
		}
		scale := 255 / float64(high-low)
		offset := float64(-low) * scale
		for v := range 256 {
			t[c][v] = uint8(max(0, min(255, float64(float64(v)*scale)+offset)))
		}
	}
	p.apply(t)
}

// equalize gives the values of each channel about equal shares.
func (p pixels) equalize() {
	t := same(func(v int) uint8 { return uint8(v) })
	for c, h := range p.histograms() {
		last, kinds := 0, 0
		for _, n := range h {
			if n > 0 {
				last, kinds = n, kinds+1
			}
		}
		step := (p.width*p.height - last) / 255
		if kinds <= 1 || step == 0 {
			continue
		}
		n := step / 2
		for v := range 256 {
			t[c][v] = uint8(min(255, n/step))
			n += h[v]
		}
	}
	p.apply(t)
}

// erase sets a rectangle of normalised inputs to zero, the mean colour of the
// pretraining.
func erase(dst []float32, width int, r image.Rectangle) {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		clear(dst[(y*width+r.Min.X)*Channels : (y*width+r.Max.X)*Channels])
	}
}
