package repl

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"graft/lib/display"
	"graft/lib/plot"
	"graft/repl/graphics"
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

// replies are what a terminal answers to the question of what it shows.
func replies(d *desk, attributes ...int) {
	d.send(uv.CellSizeEvent{Width: 10, Height: 20})
	d.send(uv.PrimaryDeviceAttributesEvent(attributes))
}

// colourDesk is a desk with colours in an environment of its own.
func colourDesk(t *testing.T, vars ...string) *desk {
	t.Helper()
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "TMUX", "STY", "TERM_PROGRAM", "INSIDE_EMACS", picturesVariable} {
		t.Setenv(name, "")
	}
	t.Setenv("LANG", "C.UTF-8")
	t.Setenv("TERM", "xterm-256color")
	for i := 0; i < len(vars); i += 2 {
		t.Setenv(vars[i], vars[i+1])
	}
	d := newDesk(t, newFake(), 80)
	d.send(tea.ColorProfileMsg{Profile: colorprofile.TrueColor})
	return d
}

func (d *desk) kind() graphics.Kind { return d.m.painter.Style.Kind }

func TestPicturesAreDetected(t *testing.T) {
	for name, c := range map[string]struct {
		msgs []tea.Msg
		want graphics.Kind
	}{
		"silent terminal": {nil, graphics.Blocks},
		"kitty":           {[]tea.Msg{uv.KittyGraphicsEvent{Payload: []byte("OK")}, uv.CellSizeEvent{Width: 10, Height: 20}, uv.PrimaryDeviceAttributesEvent{62}}, graphics.Kitty},
		"kitty, refused":  {[]tea.Msg{uv.KittyGraphicsEvent{Payload: []byte("EINVAL:no")}, uv.CellSizeEvent{Width: 10, Height: 20}, uv.PrimaryDeviceAttributesEvent{62}}, graphics.Blocks},
		"sixel":           {[]tea.Msg{uv.CellSizeEvent{Width: 10, Height: 20}, uv.PrimaryDeviceAttributesEvent{62, 4}}, graphics.Sixel},
		"size in all":     {[]tea.Msg{uv.PixelSizeEvent{Width: 800, Height: 480}, uv.PrimaryDeviceAttributesEvent{62, 4}}, graphics.Sixel},
		"no size":         {[]tea.Msg{uv.PrimaryDeviceAttributesEvent{62, 4}}, graphics.Blocks},
		"plain":           {[]tea.Msg{uv.PrimaryDeviceAttributesEvent{1, 2}}, graphics.Blocks},
	} {
		d := colourDesk(t)
		for _, msg := range c.msgs {
			d.send(msg)
		}
		if d.kind() != c.want {
			t.Errorf("%s: %v, want %v", name, d.kind(), c.want)
		}
	}
}

func TestNoColorShowsBraille(t *testing.T) {
	d := colourDesk(t)
	d.send(tea.ColorProfileMsg{Profile: colorprofile.ASCII})
	replies(d, 62, 4)
	if d.kind() != graphics.Braille {
		t.Errorf("%v", d.kind())
	}
}

// The terminal is asked once, at the start, and not at all where it is of no use.
func TestTerminalIsAsked(t *testing.T) {
	asked := func(d *desk) bool {
		cmd := d.m.askPictures()
		if cmd == nil {
			return false
		}
		return strings.HasSuffix(fmt.Sprint(cmd().(tea.RawMsg).Msg), "\x1b[c")
	}
	for wish, want := range map[graphics.Kind]bool{graphics.Auto: true, graphics.Kitty: true, graphics.Sixel: true, graphics.Blocks: false, graphics.Text: false} {
		d := colourDesk(t)
		d.m.pictures.wish = wish
		if asked(d) != want {
			t.Errorf("%v: asked %v", wish, !want)
		}
	}
	if asked(colourDesk(t, "TERM_PROGRAM", "Apple_Terminal")) {
		t.Error("Terminal.app is asked; it prints the question")
	}
}

func TestPicturesByWish(t *testing.T) {
	t.Setenv(picturesVariable, "braille")
	if k, err := (Options{}).wished(); k != graphics.Braille || err != nil {
		t.Errorf("environment: %v %v", k, err)
	}
	if k, err := (Options{Pictures: "sixel"}).wished(); k != graphics.Sixel || err != nil {
		t.Errorf("option before environment: %v %v", k, err)
	}
	t.Setenv(picturesVariable, "kity")
	err := Run(t.Context(), Options{})
	if want := `repl: GRAFT_PICTURES: graphics: unknown pictures "kity" (did you mean "kitty"?): kitty, sixel, blocks, braille, text or auto`; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestPicturesChangeAtRunTime(t *testing.T) {
	d := colourDesk(t)
	replies(d, 62, 4)
	for _, c := range []struct {
		name string
		want graphics.Kind
	}{{"text", graphics.Text}, {"kitty", graphics.Kitty}, {"auto", graphics.Sixel}} {
		if _, _, err := d.m.setPictures(c.name); err != nil || d.kind() != c.want {
			t.Errorf("%s: %v %v", c.name, d.kind(), err)
		}
	}
	if now, _, err := d.m.setPictures(""); now != "auto, which is sixel" || err != nil {
		t.Errorf("%q %v", now, err)
	}
	if _, _, err := d.m.setPictures("jpeg"); err == nil || d.kind() != graphics.Sixel {
		t.Errorf("jpeg: %v %v", d.kind(), err)
	}
}

// On the screen a live picture is text; in the scrollback it is pixels.
func TestPicturesInTheScrollback(t *testing.T) {
	d := colourDesk(t)
	replies(d, 62, 4)
	var printed []string
	d.m.print = func(s string) { printed = append(printed, s) }
	d.run("plot curves")
	d.run("value_of grid")
	d.run("plot ledger")
	all := strings.Join(d.m.painter.Shelf.Expand(strings.Split(strings.Join(printed, "\n"), "\n")), "\n")
	if n := strings.Count(all, "\x1bP0;1q"); n != 3 {
		t.Errorf("%d pictures, want a chart and two rows of thumbnails", n)
	}
	plain := strings.ReplaceAll(ansi.Strip(all), "\x1b", "")
	for _, want := range []string{"Out[2]:\nlargest losses\n", "sound", "features.18"} {
		if !strings.Contains(plain, want) {
			t.Errorf("no %q in\n%s", want, plain)
		}
	}
	if strings.Contains(plain, "⠉") || strings.Contains(plain, "▀") {
		t.Errorf("a picture of text beside the pixels\n%s", plain)
	}
}

// The size of a cell changes with the letters: it is asked for again.
func TestCellsAreMeasuredAgain(t *testing.T) {
	d := colourDesk(t)
	if cmd := d.m.pictureResize(); cmd != nil {
		t.Error("asked where pixels are of no use")
	}
	replies(d, 62, 4)
	cmd := d.m.pictureResize()
	if cmd == nil || fmt.Sprint(cmd().(tea.RawMsg).Msg) != graphics.CellQuery {
		t.Error("not asked")
	}
	d.send(uv.CellSizeEvent{Width: 20, Height: 40})
	if got := d.m.painter.Style.Cell; got != image.Pt(20, 40) {
		t.Errorf("cell %v", got)
	}
}
