package plot

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"strings"
	"sync"

	"golang.org/x/image/draw"
)

// fitSize scales w×h down to fit within bw×bh and keeps its shape.
func fitSize(w, h, bw, bh int) (int, int) {
	if w <= 0 || h <= 0 {
		return 1, 1
	}
	s := min(float64(bw)/float64(w), float64(bh)/float64(h))
	return max(1, int(float64(w)*s+0.5)), max(1, int(float64(h)*s+0.5))
}

// shrink draws img at w×h pixels; clear parts become mid-grey.
func shrink(img image.Image, w, h int) *image.RGBA {
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(out, out.Bounds(), image.NewUniform(color.Gray{Y: 128}), image.Point{}, draw.Src)
	draw.ApproxBiLinear.Scale(out, out.Bounds(), img, img.Bounds(), draw.Over, nil)
	return out
}

// halfBlocks draws img in lines of w cells: every cell shows two pixels, the
// upper as the ink and the lower as the ground of "▀".
func halfBlocks(img image.Image, w, rows int, indexed bool) []string {
	iw, ih := fitSize(img.Bounds().Dx(), img.Bounds().Dy(), w, 2*rows)
	small := shrink(img, iw, ih)
	if indexed {
		small = indexedColours(small)
	}
	out := make([]string, rows)
	for r := range rows {
		var b strings.Builder
		for x := range iw {
			if 2*r >= ih {
				break
			}
			top := small.RGBAAt(x, 2*r)
			fmt.Fprintf(&b, "\x1b[38;2;%d;%d;%d", top.R, top.G, top.B)
			if 2*r+1 < ih {
				low := small.RGBAAt(x, 2*r+1)
				fmt.Fprintf(&b, ";48;2;%d;%d;%d", low.R, low.G, low.B)
			}
			b.WriteString("m▀\x1b[0m")
		}
		used := iw
		if 2*r >= ih {
			used = 0
		}
		b.WriteString(strings.Repeat(" ", w-used))
		out[r] = b.String()
	}
	return out
}

// dataURI encodes a thumbnail of img, no larger than side pixels either way.
func dataURI(img image.Image, side int) (uri string, w, h int) {
	b := img.Bounds()
	w, h = b.Dx(), b.Dy()
	if w > side || h > side {
		w, h = fitSize(w, h, side, side)
	}
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, shrink(img, max(1, w), max(1, h)), &jpeg.Options{Quality: 82}); err != nil {
		return "", w, h
	}
	return "data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(buf.Bytes()), w, h
}

// Blocks draws img in half blocks with true colour, at most width cells wide and
// rows lines high, in its own shape.
func Blocks(img image.Image, width, rows int) string { return blocks(img, width, rows, false) }

func blocks(img image.Image, width, rows int, indexed bool) string {
	w, h := fitSize(img.Bounds().Dx(), img.Bounds().Dy(), max(1, width), max(1, 2*rows))
	return strings.Join(halfBlocks(img, w, (h+1)/2, indexed), "\n")
}

// indexedColours brings img down to the palette of 256. Without dithering a soft
// shade becomes a few areas that differ in hue.
func indexedColours(img *image.RGBA) *image.RGBA {
	p := image.NewPaletted(img.Rect, cube())
	draw.FloydSteinberg.Draw(p, p.Rect, img, image.Point{})
	draw.Draw(img, img.Rect, p, image.Point{}, draw.Src)
	return img
}

// cube is the part of the palette of 256 that is the same everywhere: six levels of
// each channel, and 24 greys.
var cube = sync.OnceValue(func() (p color.Palette) {
	levels := []uint8{0, 95, 135, 175, 215, 255}
	for i := range 216 {
		p = append(p, color.RGBA{levels[i/36], levels[i/6%6], levels[i%6], 255})
	}
	for v := uint8(8); v < 248; v += 10 {
		p = append(p, color.RGBA{v, v, v, 255})
	}
	return p
})
