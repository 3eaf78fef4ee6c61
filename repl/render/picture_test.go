package render

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"graft/lib/display"
	"graft/lib/plot"
	"graft/repl/graphics"
	"graft/repl/style"
)

// pictures are one of each kind, in the order in which a golden shows them.
func pictures() []display.Displayer {
	yes, no := true, false
	var train, valid []float64
	for i := range 40 {
		train, valid = append(train, 0.2+0.9*math.Exp(-float64(i)/8)), append(valid, 0.35+0.7*math.Exp(-float64(i)/10))
	}
	return []display.Displayer{
		plot.Curves{Title: "loss", XLabel: "epoch", Series: []plot.Series{{Name: "train", Y: train}, {Name: "valid", Y: valid}}, Marks: []plot.Mark{{X: 30, Label: "best"}}},
		plot.Grid{Title: "largest losses", Images: []plot.Tile{{Image: ball(24), Caption: "sound a.jpg", Good: &yes}, {Image: ball(30), Caption: "crack b.jpg", Good: &no}, {Caption: "unreadable"}}},
		plot.Matrix{Title: "validation set", Labels: []string{"sound", "crack", "dent"}, Counts: [][]int{{120, 4, 0}, {6, 45, 3}, {0, 2, 61}}},
		plot.Table{Columns: []string{"group", "params", "lr"}, Rows: [][]string{{"stem", "928", ""}, {"head", "2562", "0.001"}}, Footer: []string{"total", "3490"}},
		plot.Bars{Title: "images per class", Labels: []string{"sound", "crack"}, Values: []float64{1074, 550}},
		plot.Gains{Title: "gain in recall", Labels: []string{"sound", "crack"}, Values: []float64{12.5, -4}, Notes: []string{"40 images", "25 images"}},
		plot.Fit{Title: "head", Metrics: []string{"accuracy"}, Planned: 2, State: plot.Done, Epochs: []plot.Epoch{{N: 1, TrainLoss: .7, ValidLoss: .6, Metrics: []float64{.7}}, {N: 2, TrainLoss: .4, ValidLoss: .5, Metrics: []float64{.8}, Best: true}}},
		plot.Parallel{Title: "search", Axes: []plot.ParallelAxis{{Name: "LR", Log: true}, {Name: "score"}}, Lines: [][]float64{{1e-4, .5}, {1e-3, .9}, {1e-2, .7}}},
	}
}

// ball is a light ball on a dark ground.
func ball(n int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, n, n))
	for y := range n {
		for x := range n {
			d := math.Hypot(float64(x)-float64(n)/2, float64(y)-float64(n)/2) / float64(n) * 2
			v := uint8(30)
			if d < 0.8 {
				v = uint8(255 - 180*d)
			}
			img.Set(x, y, color.RGBA{v, v / 2, 60, 255})
		}
	}
	return img
}

func photo() display.Bundle {
	var b bytes.Buffer
	if err := png.Encode(&b, ball(32)); err != nil {
		panic(err)
	}
	return display.Bundle{Data: map[string]any{display.PNG: b.Bytes(), display.Text: "image, 32×32 pixels"}}
}

// every draws all pictures.
func every(p Painter) string {
	var out []string
	for _, d := range pictures() {
		out = append(out, p.Bundle(d.Display()))
	}
	p.Height = 8
	return strings.Join(append(out, p.Bundle(photo())), "\n\n")
}

func TestPictures(t *testing.T) {
	for name, p := range map[string]Painter{
		"blocks":       {Profile: colorprofile.TrueColor},
		"blocks-256":   {Profile: colorprofile.ANSI256},
		"braille-16":   {Profile: colorprofile.ANSI, Style: graphics.Style{Kind: graphics.Braille}},
		"no-color":     {Profile: colorprofile.ASCII},
		"no-color-day": {Profile: colorprofile.ASCII, Style: graphics.Style{Ground: color.White}},
		"text":         {Profile: colorprofile.ASCII, Style: graphics.Style{Kind: graphics.Text}},
	} {
		p.Theme = style.For(true)
		for _, width := range []int{40, 80, 120} {
			p.Width = width
			got := every(p)
			golden(t, fmt.Sprintf("pictures-%s-%d.txt", name, width), got)
			for _, l := range strings.Split(got, "\n") {
				if n := ansi.StringWidthWc(l); n > width {
					t.Errorf("%s: a line of %d cells in a window of %d: %q", name, n, width, l)
				}
			}
		}
	}
}

// A Draw of the user's own may panic; the text of the bundle is there.
func TestDrawThatPanics(t *testing.T) {
	b := display.Plain("the text")
	b.Draw = func(display.Screen) []display.Part { panic("oops") }
	if got := (Painter{Width: 40, Profile: colorprofile.TrueColor}).Bundle(b); got != "the text" {
		t.Errorf("%q", got)
	}
}

// A typewriter is what there is in an ASCII locale.
func TestTextIsASCII(t *testing.T) {
	p := Painter{Width: 80, Profile: colorprofile.ANSI256, Style: graphics.Style{Kind: graphics.Text}}
	for _, d := range pictures() {
		if s := regexp.MustCompile(`[^\x00-\x7f]`).FindString(p.Bundle(d.Display())); s != "" {
			t.Errorf("%T holds %q", d, s)
		}
	}
}

func TestPixels(t *testing.T) {
	st := graphics.Style{Kind: graphics.Sixel, Cell: image.Pt(10, 20), Ground: color.White}
	p := Painter{Width: 79, Height: 20, Theme: style.For(false), Profile: colorprofile.ANSI256, Style: st, Shelf: graphics.NewShelf(1)}
	for i, want := range []bool{true, true, false, false, false, false, true, true} {
		s, ok := p.Pixels(pictures()[i].Display())
		if ok != want {
			t.Errorf("picture %d: pixels %v, want %v", i, ok, want)
		}
		expanded := strings.Join(p.Shelf.Expand(strings.Split(s, "\n")), "\n")
		if ok && (strings.Count(s, "\n") != strings.Count(expanded, "\n") || !strings.Contains(expanded, "\x1bP0;1q")) {
			t.Errorf("picture %d: %.200q", i, expanded)
		}
	}
	s, _ := p.Pixels(photo())
	if got := strings.Count(s, "\n") + 1; got != 12 { // 7 times 32 is the most below 12 lines
		t.Errorf("the photograph fills %d lines, want 12", got)
	}
	if wrapped := p.Wrap(s); wrapped != s {
		t.Errorf("wrapped: %q", wrapped)
	}
	p.Style.Kind = graphics.Blocks
	if _, ok := p.Pixels(photo()); ok {
		t.Error("pixels on a terminal without")
	}
	p.Style.Kind = graphics.Sixel
	if p.Profile = colorprofile.NoTTY; strings.Contains(p.Bundle(photo()), "▀") {
		t.Error("a picture in a file")
	}
}

// In a view pictures are text, also where the terminal shows pixels.
func TestViewsHaveNoPixels(t *testing.T) {
	p := Painter{Width: 79, Profile: colorprofile.TrueColor, Style: graphics.Style{Kind: graphics.Kitty, Cell: image.Pt(10, 20)}, Shelf: graphics.NewShelf(1)}
	if s := p.Bundle(pictures()[0].Display()); !strings.Contains(s, "⠉") || strings.Contains(s, "\x1b_") {
		t.Errorf("%q", s)
	}
	if s := p.Bundle(photo()); !strings.Contains(s, "▀") {
		t.Errorf("%q", s)
	}
}

func TestTranscriptKeepsAnotherForm(t *testing.T) {
	var tr Transcript
	is := func(s string) func() string { return func() string { return s } }
	tr.Draw("x", is("text"), is("pixels"))
	tr.Redraw("x", is("text 2"), is("pixels 2"))
	tr.Draw("y", is("only text"), is(""))
	if got := strings.Join(tr.View(), "|"); got != "text 2|only text" {
		t.Errorf("view %q", got)
	}
	if got := strings.Join(tr.Rest(), "|"); got != "pixels 2|only text" {
		t.Errorf("kept %q", got)
	}
}

// A picture that cannot be drawn says why, where its bundle has no words.
func TestPictureTooLarge(t *testing.T) {
	const header = "\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\xea\x60\x00\x00\xea\x60\x08\x06\x00\x00\x00"
	sum := crc32.ChecksumIEEE([]byte(header[12:]))
	b := display.Bundle{Data: map[string]any{display.PNG: binary.BigEndian.AppendUint32([]byte(header), sum)}}
	p := Painter{Width: 79, Profile: colorprofile.TrueColor}
	if s := p.Bundle(b); !strings.Contains(s, "60000x60000 pixels") {
		t.Errorf("%q", s)
	}
	b.Data[display.Text] = "its words"
	if s := p.Bundle(b); s != "its words" {
		t.Errorf("%q", s)
	}
}

// A drawing of the user's own may give an image to a screen that shows none: it becomes
// text, in a view as often as that is drawn, and nothing waits on the shelf for a
// scrollback that it never comes to.
func TestImageWithoutACell(t *testing.T) {
	b := display.Plain("its words")
	b.Draw = func(display.Screen) []display.Part { return []display.Part{{Text: "above"}, {Image: ball(8)}} }
	for _, kind := range []graphics.Kind{graphics.Kitty, graphics.Sixel, graphics.Blocks} {
		p := Painter{Width: 79, Profile: colorprofile.TrueColor, Style: graphics.Style{Kind: kind, Cell: image.Pt(10, 20)}, Shelf: graphics.NewShelf(1)}
		if s := p.Bundle(b); !strings.HasPrefix(s, "above\n") || !strings.Contains(s, "▀") {
			t.Errorf("%v: %q", kind, s)
		}
		for n := 1; n < 4; n++ { // the numbers that the shelf gives
			mark := fmt.Sprintf("\x1b_graft;%d;0\x1b\\", n)
			if got := p.Shelf.Expand([]string{mark}); got[0] != "" {
				t.Errorf("%v: %.40q is left on the shelf", kind, got)
			}
		}
	}
	if s := (Painter{Width: 79, Profile: colorprofile.TrueColor}).Bundle(b); !strings.Contains(s, "▀") {
		t.Errorf("without a shelf: %q", s)
	}
	b.Draw = func(display.Screen) []display.Part { return []display.Part{{Image: ball(8)}} }
	typed := Painter{Width: 79, Profile: colorprofile.ANSI, Style: graphics.Style{Kind: graphics.Text}}
	if s := typed.Bundle(b); s != "its words" {
		t.Errorf("for a typewriter: %q", s)
	}
}
