package graphics

import (
	"image"
	"slices"
)

// mostColours is what every terminal with sixels holds, short of one for the ground.
const mostColours = 255

// clear is the index of a pixel that is not drawn.
const clear = -1

// rgb is a colour.
type rgb [3]uint8

// reduce brings the solid pixels of img down to a palette. Flat drawings keep their
// colours; where there are too many of them, the error is spread over the neighbours,
// so that soft shades have no steps (Floyd and Steinberg 1976).
func reduce(img *image.RGBA, solid []bool) (palette []rgb, index []int16) {
	colours := swatches(img, solid)
	index = make([]int16, len(solid))
	if len(colours) <= mostColours {
		at := map[rgb]int16{}
		for i, s := range colours {
			palette, at[s.c] = append(palette, s.c), int16(i)
		}
		for i := range index {
			index[i] = clear
			if solid[i] {
				index[i] = at[rgb(img.Pix[4*i:])]
			}
		}
		return palette, index
	}
	palette = medianCut(colours, mostColours)
	dither(img, solid, palette, index)
	return palette, index
}

// dither sets index to the nearest colours of the palette. FloydSteinberg of image/draw
// does so, too, but takes twenty times as long: it compares each pixel with all colours.
func dither(img *image.RGBA, solid []bool, palette []rgb, index []int16) {
	w := img.Rect.Dx()
	nearest := finder(palette)
	this, next := make([][3]int, w+2), make([][3]int, w+2) // errors, in sixteenths
	for i := range index {
		x := i % w
		if x == 0 {
			this, next = next, this
			for j := range next {
				next[j] = [3]int{}
			}
		}
		if index[i] = clear; !solid[i] {
			continue
		}
		var want [3]int
		for c := range want {
			want[c] = min(255, max(0, int(img.Pix[4*i+c])+this[x+1][c]/16))
		}
		index[i] = nearest(rgb{uint8(want[0]), uint8(want[1]), uint8(want[2])})
		for c, v := range palette[index[i]] {
			rest := want[c] - int(v)
			this[x+2][c] += 7 * rest
			next[x][c] += 3 * rest
			next[x+1][c] += 5 * rest
			next[x+2][c] += rest
		}
	}
}

// finder finds the colour of the palette that is nearest to another, and remembers it
// for all that share their five high bits.
func finder(palette []rgb) func(rgb) int16 {
	known := make([]int16, 1<<15) // plus one
	return func(c rgb) int16 {
		key := int(c[0]>>3)<<10 | int(c[1]>>3)<<5 | int(c[2]>>3)
		if known[key] == 0 {
			best, least := 0, 1<<30
			for i, p := range palette {
				r, g, b := int(p[0])-int(c[0]), int(p[1])-int(c[1]), int(p[2])-int(c[2])
				if d := r*r + g*g + b*b; d < least {
					best, least = i, d
				}
			}
			known[key] = int16(best) + 1
		}
		return known[key] - 1
	}
}

// swatch is a colour and how many pixels have it.
type swatch struct {
	c rgb
	n int
}

// swatches counts the colours of the solid pixels, in a fixed order.
func swatches(img *image.RGBA, solid []bool) []swatch {
	counts := map[rgb]int{}
	for i, s := range solid {
		if s {
			counts[rgb(img.Pix[4*i:])]++
		}
	}
	out := make([]swatch, 0, len(counts))
	for c, n := range counts {
		out = append(out, swatch{c, n})
	}
	slices.SortFunc(out, func(a, b swatch) int { return slices.Compare(a.c[:], b.c[:]) })
	return out
}

// box is a part of the cube of colours.
type box struct {
	swatches []swatch
	pixels   int
	channel  int // in which it is longest
	spread   int // its length there
}

func newBox(s []swatch) box {
	b := box{swatches: s}
	for _, x := range s {
		b.pixels += x.n
	}
	for c := range 3 {
		lo, hi := 255, 0
		for _, x := range s {
			lo, hi = min(lo, int(x.c[c])), max(hi, int(x.c[c]))
		}
		if hi-lo > b.spread {
			b.channel, b.spread = c, hi-lo
		}
	}
	return b
}

// medianCut returns n colours that stand for more: the means of boxes in the cube of
// colours, cut in half at their median, the box first in which the most pixels differ
// the most (Heckbert 1982).
func medianCut(colours []swatch, n int) []rgb {
	boxes := []box{newBox(colours)}
	for len(boxes) < n {
		worst := 0
		for i, b := range boxes {
			if b.spread*b.pixels > boxes[worst].spread*boxes[worst].pixels {
				worst = i
			}
		}
		low, high := boxes[worst].cut()
		boxes[worst] = low
		boxes = append(boxes, high)
	}
	out := make([]rgb, len(boxes))
	for i, b := range boxes {
		out[i] = b.mean()
	}
	return out
}

// cut halves a box of at least two colours by pixels.
func (b box) cut() (low, high box) {
	slices.SortStableFunc(b.swatches, func(x, y swatch) int { return int(x.c[b.channel]) - int(y.c[b.channel]) })
	at, seen := 1, b.swatches[0].n
	for at < len(b.swatches)-1 && seen+b.swatches[at].n <= b.pixels/2 {
		seen += b.swatches[at].n
		at++
	}
	return newBox(b.swatches[:at:at]), newBox(b.swatches[at:])
}

func (b box) mean() (c rgb) {
	for i := range c {
		sum := 0
		for _, s := range b.swatches {
			sum += int(s.c[i]) * s.n
		}
		c[i] = uint8((sum + b.pixels/2) / b.pixels)
	}
	return c
}
