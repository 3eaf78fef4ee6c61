package repl

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"

	"graft/lib/display"
	"graft/lib/plot"
)

// pictureSamples are one of each kind of picture.
func pictureSamples() map[string]display.Displayer {
	yes, no := true, false
	var tiles []plot.Tile
	for i := range 6 {
		tiles = append(tiles, plot.Tile{Image: photograph(96, 96, i), Caption: []string{"sound  img_001.jpg", "defect  img_002.jpg"}[i%2], Good: []*bool{&yes, &no, nil}[i%3]})
	}
	train, valid := make([]float64, 60), make([]float64, 60)
	for i := range train {
		x := float64(i) / 6
		train[i] = 0.2 + 0.9*math.Exp(-x/2) + 0.03*math.Sin(5*x)
		valid[i] = 0.32 + 0.75*math.Exp(-x/2.4) + 0.02*math.Cos(7*x)
	}
	return map[string]display.Displayer{
		"curves": plot.Curves{Title: "loss", XLabel: "epoch", Series: []plot.Series{{Name: "train", Y: train}, {Name: "valid", Y: valid}}},
		"matrix": plot.Matrix{Title: "validation set", Labels: []string{"sound", "crack", "dent", "scratch"}, Counts: [][]int{{120, 4, 0, 2}, {6, 45, 3, 1}, {0, 2, 61, 9}, {1, 0, 7, 88}}},
		"bars":   plot.Bars{Title: "images per class", Labels: []string{"sound", "crack", "dent", "scratch"}, Values: []float64{1074, 550, 312, 96}},
		"gains":  plot.Gains{Title: "gain in recall over the linear probe", Labels: []string{"sound", "crack", "dent"}, Values: []float64{12.5, -4, 3}, Format: "%+.1f", Notes: []string{"40 images", "25 images", "12 images"}},
		"grid":   plot.Grid{Title: "largest losses", Images: tiles},
		"parallel": plot.Parallel{Title: "search", Axes: []plot.ParallelAxis{{Name: "LR", Log: true}, {Name: "Layers", Values: []string{"last 1", "all"}}, {Name: "score"}},
			Lines: [][]float64{{1e-4, 0, .5}, {1e-3, 1, .9}, {1e-2, 1, .7}, {1e-1, 0, .4}, {3e-3, 1, .85}}},
		"ledger": plot.Table{Columns: []string{"group", "layers", "params", "trainable", "lr"}, Rows: [][]string{{"stem", "2", "928", "frozen", ""}, {"features.18", "3", "412160", "yes", "0.0001"}, {"head", "1", "2562", "yes", "0.001"}}, Footer: []string{"total", "6", "415650"}},
		"photo":  shownImage{photograph(320, 200, 3)},
	}
}

// shownImage is an image as the value of a cell.
type shownImage struct{ image.Image }

// Display shows the image.
func (i shownImage) Display() display.Bundle {
	return display.Bundle{Data: map[string]any{display.PNG: pngBytes(i), display.Text: "image"}}
}

// photograph is a soft picture of a ball on a table, different by seed.
func photograph(w, h, seed int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	cx, cy, r := float64(w)*(0.35+0.06*float64(seed%5)), float64(h)*0.45, float64(min(w, h))*(0.22+0.03*float64(seed%3))
	for y := range h {
		for x := range w {
			base := 70 + 120*float64(y)/float64(h)
			c := [3]float64{base * 0.9, base * 0.8, base * 0.65}
			if d := math.Hypot(float64(x)-cx, float64(y)-cy); d < r {
				light := 1 - math.Hypot(float64(x)-cx+r/3, float64(y)-cy+r/3)/(1.5*r)
				c = [3]float64{60 + 190*light, float64(40*seed) * light, 220 * (1 - light)}
			}
			img.Set(x, y, color.RGBA{clamp(c[0]), clamp(c[1]), clamp(c[2]), 255})
		}
	}
	return img
}

func clamp(v float64) uint8 { return uint8(math.Max(0, math.Min(255, v))) }

func pngBytes(img image.Image) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err)
	}
	return b.Bytes()
}
