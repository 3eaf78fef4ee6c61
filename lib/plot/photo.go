package plot

import (
	"image"
	"image/color"
	"slices"
	"strings"

	"golang.org/x/image/draw"
	"graft/lib/display"
)

// A photograph fills at most photoWidth cells and photoRows lines; a small one is
// enlarged by whole factors up to photoSmall lines.
const photoWidth, photoRows, photoSmall = 64, 24, 12

// Photo draws img on s: its pixels where s shows them, else half blocks, without
// colour braille. On a typed screen it returns nil.
func Photo(img image.Image, s display.Screen) []display.Part {
	width, rows := max(1, min(s.Columns, photoWidth)), max(1, min(s.Rows, photoRows))
	// high is the number of lines for an image of which a line shows so many pixels.
	high := func(pixels int) int { return min(rows, max(photoSmall, (img.Bounds().Dy()+pixels-1)/pixels)) }
	switch {
	case s.Typed || img.Bounds().Empty():
		return nil
	case s.Cell != image.Point{}:
		return []display.Part{{Image: sized(img, width*s.Cell.X, rows*s.Cell.Y, photoSmall*s.Cell.Y)}}
	case s.Colour && s.Blocks:
		return []display.Part{{Text: blocks(img, width, high(2), s.Indexed)}}
	}
	return []display.Part{words(Braille(img, width, high(4), isDark(s.Ground)))}
}

// isDark reports whether light ink reads on ground.
func isDark(ground color.Color) bool {
	return ground == nil || color.Gray16Model.Convert(ground).(color.Gray16).Y < 0x8000
}

// sized is img in its own shape within w×h pixels. What is lower than small pixels
// grows to it by a whole factor, its pixels as squares.
func sized(img image.Image, w, h, small int) image.Image {
	b := img.Bounds()
	if f := min(w/b.Dx(), h/b.Dy(), small/b.Dy()); f > 1 {
		return scaledLater(img, b.Size().Mul(f), draw.NearestNeighbor)
	}
	if b.Dx() <= w && b.Dy() <= h {
		return img
	}
	w, h = fitSize(b.Dx(), b.Dy(), w, h)
	return scaledLater(img, image.Pt(w, h), draw.CatmullRom)
}

// Braille draws img in dots without colour, at most width cells wide and rows lines
// high, in its own shape. Dots are the light parts on a dark ground, else the dark
// ones; between light and dark there are more or fewer of them.
func Braille(img image.Image, width, rows int, dark bool) string {
	w, h := fitSize(img.Bounds().Dx(), img.Bounds().Dy(), 2*max(1, width), 4*max(1, rows))
	return strings.Join(brailleLines(img, w, h, dark), "\n")
}

// brailleLines draws img w×h dots large.
func brailleLines(img image.Image, w, h int, dark bool) []string {
	field := newCanvas((w+1)/2, (h+3)/4)
	light := image.NewGray(image.Rect(0, 0, w, h))
	draw.Draw(light, light.Rect, shrink(img, w, h), image.Point{}, draw.Src)
	spread(light.Pix)
	dots := image.NewPaletted(light.Rect, color.Palette{color.Black, color.White})
	draw.FloydSteinberg.Draw(dots, dots.Rect, light, image.Point{})
	for i, white := range dots.Pix {
		if white == 1 == dark {
			field.set(i%w, i/w, 0)
		}
	}
	out := make([]string, field.h)
	for y := range out {
		out[y] = field.row(monoInk, y)
	}
	return out
}

// spread spreads lightness over its whole range, a few dots at either end apart: with
// two levels there is no contrast to give away. A flat picture stays as it is.
func spread(light []uint8) {
	sorted := slices.Sorted(slices.Values(light))
	lo, hi := int(sorted[len(sorted)/50]), int(sorted[len(sorted)-1-len(sorted)/50])
	if hi-lo < 26 {
		return
	}
	for i, v := range light {
		light[i] = uint8(min(255, max(0, 255*(int(v)-lo)/(hi-lo))))
	}
}
