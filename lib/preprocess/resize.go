package preprocess

import (
	"image"
	"math"

	"graft/lib/preset"
)

// filter is a resampling kernel: zero beyond support source pixels.
type filter struct {
	support float64
	weight  func(x float64) float64
}

var filters = map[preset.Interpolation]filter{
	preset.Bilinear: {1, func(x float64) float64 { return max(0, 1-math.Abs(x)) }},
	preset.Bicubic:  {2, bicubic},
}

// bicubic is Keys' cubic convolution with a = -0.5 (Keys 1981), Pillow's choice.
func bicubic(x float64) float64 {
	const a = -0.5
	x = math.Abs(x)
	switch {
	case x < 1:
		return ((a+2)*x-(a+3))*x*x + 1
	case x < 2:
		return (((x-5)*x+8)*x - 4) * a
	}
	return 0
}

// box is a part of an image in source pixels, fractions allowed.
type box struct{ x0, y0, x1, y1 float64 }

// Weights are fixed-point numbers with this many bits after the point, as in
// Pillow: 8 bits of pixel and 2 of headroom make 32.
const precision = 32 - 8 - 2

// taps are the weighted neighbours that make one output pixel.
type taps struct {
	first   int // source pixel of the first weight
	weights []int32
}

// kernel computes the taps of the output pixels [from, to) of an axis that shows
// [start, end) of a source of length n in size pixels. The kernel widens with
// the shrinking factor, so that every source pixel counts (antialiasing).
func (f filter) kernel(n int, start, end float64, size, from, to int) []taps {
	scale := (end - start) / float64(size)
	stretch := max(scale, 1)
	support := f.support * stretch
	out := make([]taps, 0, to-from)
	for i := from; i < to; i++ {
		centre := start + (float64(i)+0.5)*scale
		first := max(0, int(centre-support+0.5))
		last := min(n, int(centre+support+0.5))
		out = append(out, f.taps(first, last, centre, stretch))
	}
	return out
}

func (f filter) taps(first, last int, centre, stretch float64) taps {
	weights := make([]float64, last-first)
	sum := 0.0
	inverse := 1 / stretch
	for j := range weights {
		weights[j] = f.weight((float64(j+first) - centre + 0.5) * inverse)
		sum += weights[j]
	}
	t := taps{first: first, weights: make([]int32, len(weights))}
	for j, w := range weights {
		if sum != 0 {
			w /= sum
		}
		t.weights[j] = int32(math.Copysign(0.5, w) + w*(1<<precision))
	}
	return t
}

// resize shows the part of src in a picture of width x height and returns the
// rectangle crop of that. It works as Pillow's Image.resize does on 8-bit images:
// rows first, rounded to bytes, then columns.
func resize(src pixels, part box, width, height int, crop image.Rectangle, f filter) pixels {
	across := f.kernel(src.width, part.x0, part.x1, width, crop.Min.X, crop.Max.X)
	down := f.kernel(src.height, part.y0, part.y1, height, crop.Min.Y, crop.Max.Y)
	top, bottom := src.height, 0
	for _, t := range down {
		top, bottom = min(top, t.first), max(bottom, t.first+len(t.weights))
	}
	rows := newPixels(len(across), bottom-top)
	for y := range rows.height {
		resizeRow(rows.rgb[y*rows.width*Channels:], src.rgb[(y+top)*src.width*Channels:], across)
	}
	out := newPixels(len(across), len(down))
	sums := make([]int32, len(across)*Channels)
	for y, t := range down {
		t.first -= top
		resizeColumns(out.rgb[y*out.width*Channels:], rows, t, sums)
	}
	return out
}

func resizeRow(dst, src []uint8, across []taps) {
	for x, t := range across {
		r, g, b := int32(1<<(precision-1)), int32(1<<(precision-1)), int32(1<<(precision-1))
		s := src[t.first*Channels : (t.first+len(t.weights))*Channels]
		for _, w := range t.weights {
			r += int32(s[0]) * w
			g += int32(s[1]) * w
			b += int32(s[2]) * w
			s = s[Channels:]
		}
		d := dst[x*Channels : x*Channels+Channels]
		d[0], d[1], d[2] = clip(r), clip(g), clip(b)
	}
}

// resizeColumns makes one output row of the source rows t.
func resizeColumns(dst []uint8, rows pixels, t taps, sums []int32) {
	for i := range sums {
		sums[i] = 1 << (precision - 1)
	}
	for j, w := range t.weights {
		row := rows.rgb[(t.first+j)*len(sums):][:len(sums)]
		for i, v := range row {
			sums[i] += int32(v) * w
		}
	}
	for i, sum := range sums {
		dst[i] = clip(sum)
	}
}

func clip(sum int32) uint8 { return uint8(max(0, min(255, sum>>precision))) }
