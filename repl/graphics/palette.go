package graphics

import (
	"image"
	"image/color"
	"slices"
)

// swatch is a colour and how many pixels have it.
type swatch struct {
	c [3]uint8
	n int
}

// medianCut returns at most n colours that stand for those of the solid pixels: all
// of them if they are few enough, else the means of boxes in the cube of colours,
// cut in half at their median, the box first in which the most pixels differ the
// most (Heckbert 1982).
func medianCut(img *image.RGBA, solid []bool, n int) color.Palette {
	boxes := [][]swatch{swatches(img, solid)}
	if len(boxes[0]) == 0 {
		return nil
	}
	for len(boxes) < n {
		worst, most := -1, 0
		for i, b := range boxes {
			if _, spread := widestChannel(b); len(b) > 1 && spread*pixels(b) > most {
				worst, most = i, spread*pixels(b)
			}
		}
		if worst < 0 {
			break
		}
		low, high := cut(boxes[worst])
		boxes[worst] = low
		boxes = append(boxes, high)
	}
	out := make(color.Palette, len(boxes))
	for i, b := range boxes {
		out[i] = mean(b)
	}
	return out
}

// exact reports whether the palette holds every solid pixel.
func exact(img *image.RGBA, solid []bool, p color.Palette) bool {
	have := map[[3]uint8]bool{}
	for _, c := range p {
		c := c.(color.RGBA)
		have[[3]uint8{c.R, c.G, c.B}] = true
	}
	for _, s := range swatches(img, solid) {
		if !have[s.c] {
			return false
		}
	}
	return true
}

// swatches counts the colours, in a fixed order.
func swatches(img *image.RGBA, solid []bool) []swatch {
	counts := map[[3]uint8]int{}
	for i, s := range solid {
		if s {
			counts[[3]uint8(img.Pix[4*i:4*i+3])]++
		}
	}
	out := make([]swatch, 0, len(counts))
	for c, n := range counts {
		out = append(out, swatch{c, n})
	}
	slices.SortFunc(out, func(a, b swatch) int { return slices.Compare(a.c[:], b.c[:]) })
	return out
}

func pixels(box []swatch) (n int) {
	for _, s := range box {
		n += s.n
	}
	return n
}

// widestChannel is the channel in which a box is longest, and its length there.
func widestChannel(box []swatch) (channel, spread int) {
	for c := range 3 {
		lo, hi := 255, 0
		for _, s := range box {
			lo, hi = min(lo, int(s.c[c])), max(hi, int(s.c[c]))
		}
		if hi-lo > spread {
			channel, spread = c, hi-lo
		}
	}
	return channel, spread
}

// cut halves a box of at least two colours by pixels, along its widest channel.
func cut(box []swatch) (low, high []swatch) {
	channel, _ := widestChannel(box)
	slices.SortStableFunc(box, func(a, b swatch) int { return int(a.c[channel]) - int(b.c[channel]) })
	half, seen, at := pixels(box)/2, 0, 0
	for at < len(box)-1 && (at == 0 || seen+box[at].n <= half) {
		seen += box[at].n
		at++
	}
	return box[:at:at], box[at:]
}

func mean(box []swatch) color.RGBA {
	var sum [3]int
	n := pixels(box)
	for _, s := range box {
		for c := range sum {
			sum[c] += int(s.c[c]) * s.n
		}
	}
	half := n / 2
	return color.RGBA{uint8((sum[0] + half) / n), uint8((sum[1] + half) / n), uint8((sum[2] + half) / n), 255}
}
