package plot

import (
	"encoding/xml"
	"fmt"
	"image"
	"image/color"
	"math"
	"math/bits"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"graft/lib/display"
)

// text is all text that b draws on s, images apart.
func text(b display.Bundle, s display.Screen) string {
	var lines []string
	for _, p := range b.Draw(s) {
		if p.Image == nil {
			lines = append(lines, p.Text)
		}
	}
	return strings.Join(lines, "\n")
}

// Every picture keeps to the width of the window.
func TestPicturesFitTheWindow(t *testing.T) {
	all := samples()
	all["many classes"] = Matrix{Labels: strings.Fields("alpha bravo charlie delta echo foxtrot golf hotel"), Counts: [][]int{{100, 2}, {3, 50}}}
	all["long words"] = Bars{Title: strings.Repeat("a title of many words ", 8), Labels: []string{strings.Repeat("label", 12)}, Values: []float64{1234}, Note: strings.Repeat("note ", 40)}
	var many Curves
	for _, name := range strings.Fields("alpha bravo charlie delta echo foxtrot") {
		many.Series = append(many.Series, Series{Name: "fold " + name, Y: []float64{1, 2}})
	}
	all["many series"] = many
	for name, d := range all {
		b := d.Display()
		if b.Draw == nil {
			continue
		}
		for _, width := range []int{40, 79, 120} {
			for _, s := range []display.Screen{{Typed: true}, {}, {Colour: true}, {Colour: true, Blocks: true, Indexed: true}} {
				s.Columns, s.Rows = width, 20
				for _, l := range strings.Split(text(b, s), "\n") {
					if n := cells(unpainted.ReplaceAllString(l, "")); n > width {
						t.Errorf("%s is %d cells wide in a window of %d: %q", name, n, width, l)
					}
				}
			}
		}
	}
}

// Text without colour has none, and typed text nothing but our few rules and marks.
func TestPicturesKeepToTheirInk(t *testing.T) {
	for name, d := range samples() {
		b := d.Display()
		if b.Draw == nil {
			continue
		}
		mono := text(b, display.Screen{Columns: 79, Rows: 20})
		require.NotContains(t, mono, "\x1b", name)
		for _, r := range text(b, display.Screen{Columns: 79, Rows: 20, Typed: true}) {
			if r >= 0x2580 && r < 0x25a0 || r >= 0x2800 && r < 0x2900 || r == '\x1b' {
				t.Errorf("%s: %q where there is only a typewriter", name, r)
			}
		}
	}
}

// A matrix that is too wide for the window shows its worst pairs.
func TestNarrowMatrix(t *testing.T) {
	m := Matrix{Labels: strings.Fields("alpha bravo charlie delta echo foxtrot golf hotel"), Counts: [][]int{{100, 2}, {3, 50}}}.Display()
	require.Contains(t, text(m, display.Screen{Columns: 40, Rows: 20}), "bravo  alpha")
	require.Contains(t, text(m, display.Screen{Columns: 79, Rows: 20}), "recall")
}

// Where there is no colour, lines differ in their dashes, also in the legend.
func TestDashes(t *testing.T) {
	c := Curves{Series: []Series{{Name: "a", Y: []float64{1, 1}}, {Name: "b", Y: []float64{0, 0}}}}.Display()
	lines := strings.Split(text(c, display.Screen{Columns: 60, Rows: 20}), "\n")
	require.Contains(t, lines[0], "⠤⠤⠤ a")
	require.NotContains(t, lines[0], "⠤⠤⠤ b")
	whole, dashed := dots(lines[1]), dots(lines[9])
	if whole < 100 || dashed < whole/4 || dashed > whole/2 {
		t.Errorf("%d dots of a whole line, %d of a dashed one\n%s", whole, dashed, strings.Join(lines, "\n"))
	}
}

// dots counts the dots of braille.
func dots(s string) (n int) {
	for _, r := range s {
		if r > 0x2800 && r < 0x2900 {
			n += bits.OnesCount(uint(r - 0x2800))
		}
	}
	return n
}

func TestBraille(t *testing.T) {
	half := image.NewGray(image.Rect(0, 0, 8, 8))
	for i := range half.Pix {
		if i%8 >= 4 {
			half.Pix[i] = 255
		}
	}
	require.Equal(t, "  ⣿⣿\n  ⣿⣿", Braille(half, 4, 2, true))
	require.Equal(t, "⣿⣿\n⣿⣿", strings.ReplaceAll(Braille(half, 4, 2, false), " ", ""))
	field := image.NewRGBA(image.Rect(0, 0, 40, 40))
	for i := range field.Pix {
		field.Pix[i] = 255
	}
	require.Equal(t, strings.Repeat("⣿", 20), strings.Split(Braille(field, 20, 10, true), "\n")[4])
}

// Half grey is half of the dots, evenly spread.
func TestBrailleShades(t *testing.T) {
	for _, level := range []uint8{64, 128, 192} {
		img := image.NewGray(image.Rect(0, 0, 64, 64))
		for i := range img.Pix {
			img.Pix[i] = level
		}
		if got, want := float64(dots(Braille(img, 32, 16, true)))/4096, float64(level)/255; math.Abs(got-want) > 0.03 {
			t.Errorf("level %d: %.2f of the dots, want %.2f", level, got, want)
		}
	}
}

func TestPhoto(t *testing.T) {
	pixels := display.Screen{Columns: 40, Rows: 10, Cell: image.Pt(10, 20), Colour: true, Blocks: true}
	for size, want := range map[image.Point]image.Point{{28, 28}: {196, 196}, {300, 150}: {300, 150}, {800, 400}: {400, 200}, {100, 1000}: {20, 200}} {
		got := Photo(ramp(size.X, size.Y, 0), pixels)[0].Image.Bounds().Size()
		require.Equal(t, want, got, "%v", size)
	}
	for rows, want := range map[int]int{24: 14, 10: 10} { // a small image is not made larger than a dozen lines
		s := display.Screen{Columns: 79, Rows: rows, Colour: true, Blocks: true}
		require.Len(t, strings.Split(Photo(ramp(28, 28, 0), s)[0].Text, "\n"), want)
	}
	blocks := Photo(ramp(28, 28, 0), display.Screen{Columns: 40, Rows: 10, Colour: true, Blocks: true})[0].Text
	require.Equal(t, 10, len(strings.Split(blocks, "\n")))
	require.Contains(t, blocks, "▀")
	require.Contains(t, Photo(ramp(28, 28, 0), display.Screen{Columns: 40, Rows: 10, Colour: true})[0].Text, "⣿", "no blocks wanted")
	require.Nil(t, Photo(ramp(28, 28, 0), display.Screen{Columns: 40, Rows: 10, Typed: true}))
}

// Colours of the palette of 256 are those, and the picture as a whole keeps its own.
func TestIndexedBlocks(t *testing.T) {
	allowed := cube()
	s := display.Screen{Columns: 40, Rows: 20, Colour: true, Blocks: true, Indexed: true}
	var sum, n [3]int
	for _, m := range regexp.MustCompile(`[34]8;2;(\d+);(\d+);(\d+)`).FindAllStringSubmatch(Photo(ramp(40, 40, 100), s)[0].Text, -1) {
		var c [3]int
		fmt.Sscan(m[1]+" "+m[2]+" "+m[3], &c[0], &c[1], &c[2])
		if !slices.Contains(allowed, color.Color(color.RGBA{uint8(c[0]), uint8(c[1]), uint8(c[2]), 255})) {
			t.Fatalf("colour %v", c)
		}
		for i := range c {
			sum[i], n[i] = sum[i]+c[i], n[i]+1
		}
	}
	for i, want := range []int{124, 124, 100} {
		if got := sum[i] / n[i]; got < want-8 || got > want+8 {
			t.Errorf("channel %d has a mean of %d, want %d", i, got, want)
		}
	}
}

func TestGridInPixels(t *testing.T) {
	g := Grid{Title: "t", Images: []Tile{{Image: ramp(40, 20, 0), Caption: "one"}, {Image: ramp(20, 20, 0), Caption: "two"}, {Caption: "none"}}}
	parts := g.Display().Draw(display.Screen{Columns: 45, Rows: 20, Cell: image.Pt(10, 20), Colour: true})
	var got []string
	for _, p := range parts {
		if p.Image != nil {
			got = append(got, fmt.Sprint(p.Image.Bounds().Size()))
		} else {
			got = append(got, strings.Join(strings.Fields(unpainted.ReplaceAllString(p.Text, "")), " "))
		}
	}
	require.Equal(t, []string{"t", "(380,180)", "one two", "", "(180,180)", "none"}, got)
}

// drawnElements are the elements and attributes that raster takes into account, and
// those that it may leave alone.
var drawnElements = map[string]string{
	"svg":    "xmlns viewBox role aria-label style font-family font-size fill",
	"title":  "",
	"path":   "d fill stroke stroke-opacity stroke-width stroke-dasharray stroke-linejoin stroke-linecap",
	"circle": "cx cy r fill",
	"text":   "x y text-anchor opacity font-weight",
}

// The charts of this package hold nothing that pixels would lose.
func TestRasterKnowsEverything(t *testing.T) {
	for name, svg := range svgs(t) {
		d := xml.NewDecoder(strings.NewReader(svg))
		for {
			token, err := d.Token()
			if err != nil {
				break
			}
			e, ok := token.(xml.StartElement)
			if !ok {
				continue
			}
			attributes, known := drawnElements[e.Name.Local]
			if !known {
				t.Errorf("%s: element %s", name, e.Name.Local)
			}
			for _, a := range e.Attr {
				if !slices.Contains(strings.Fields(attributes), a.Name.Local) {
					t.Errorf("%s: attribute %s of %s", name, a.Name.Local, e.Name.Local)
				}
				if ok := map[string]string{"fill": `none|currentColor|#\w{6}`, "stroke": `currentColor|#\w{6}`, "d": `([MLHVhv]-?[0-9.]+( -?[0-9.]+)?)+`,
					"text-anchor": "middle|end|start", "font-weight": "600", "stroke-dasharray": "3 3", "viewBox": "0 0 480 250", "font-size": "13"}[a.Name.Local]; ok != "" {
					require.Regexp(t, "^("+ok+")$", a.Value, "%s: %s", name, a.Name.Local)
				}
			}
		}
	}
}

// svgs are the charts of the samples.
func svgs(t *testing.T) map[string]string {
	out := map[string]string{}
	for name, d := range samples() {
		if svg := regexp.MustCompile(`(?s)<svg.*</svg>`).FindString(d.Display().Data[display.HTML].(string)); svg != "" {
			out[name] = svg
		}
	}
	require.GreaterOrEqual(t, len(out), 4)
	return out
}

func TestRaster(t *testing.T) {
	c := Curves{Series: []Series{{Y: []float64{0, 1}}, {Y: []float64{1, 1}}}, Marks: []Mark{{X: 1.5, Label: "here"}}}
	img, ok := raster(c.svg(), 960, 1000, color.White)
	require.True(t, ok)
	require.Equal(t, image.Pt(960, 500), img.Bounds().Size(), "as large as fits, in its shape")
	area := plotArea{f: c.frame(7, 5), left: 30.9 + 3, top: svgTop, right: svgWidth - svgRight, bottom: svgHeight - svgBottom}
	near := func(x, y float64, want color.NRGBA) bool {
		for dy := -2; dy <= 2; dy++ {
			got := color.NRGBAModel.Convert(img.At(int(2*area.x(x)), int(2*area.y(y))+dy)).(color.NRGBA)
			if got == want {
				return true
			}
		}
		return false
	}
	first, second := color.NRGBA{0x3f, 0x8b, 0xce, 0xff}, color.NRGBA{0xd5, 0x7a, 0x1f, 0xff}
	for _, x := range []float64{1.2, 1.4, 1.8} {
		if !near(x, x-1, first) || !near(x, 1, second) || near(x, x-1+0.2, first) {
			t.Errorf("the lines do not run where they should at %v", x)
		}
	}
	if r, g, b, a := img.At(700, 250).RGBA(); a != 0 {
		t.Errorf("the ground is %d %d %d %d, want clear", r, g, b, a)
	}
}

// Letters that the fonts lack would be boxes: the chart stays text.
func TestRasterOfLettersWithoutFont(t *testing.T) {
	s := display.Screen{Columns: 79, Rows: 20, Cell: image.Pt(10, 20), Colour: true}
	require.NotNil(t, Curves{Title: "perte é", Series: []Series{{Y: []float64{1, 2}}}}.Display().Draw(s)[0].Image)
	parts := Curves{Title: "損失", Series: []Series{{Y: []float64{1, 2}}}}.Display().Draw(s)
	require.Nil(t, parts[0].Image)
	require.Contains(t, parts[0].Text, "損失")
}

// Jupyter's forms of a picture do not know of screens.
func TestStackDrawsItsParts(t *testing.T) {
	b := Stack(display.Plain("words"), Curves{Series: []Series{{Y: []float64{1, 2}}}}.Display(), Table{Rows: [][]string{{"cell"}}}.Display())
	parts := b.Draw(display.Screen{Columns: 79, Rows: 20, Cell: image.Pt(10, 20)})
	require.Len(t, parts, 4)
	require.Equal(t, "words", parts[0].Text)
	require.Empty(t, parts[1].Text, "a line above the image")
	require.NotNil(t, parts[2].Image)
	require.Equal(t, "cell", parts[3].Text)
}
