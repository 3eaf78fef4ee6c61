package graphics

import (
	"fmt"
	"image"
	"image/color"
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/ansi/kitty"

	"graft/internal/goldentest"
)

// shades has more colours than a palette holds.
func shades(w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetNRGBA(x, y, color.NRGBA{uint8(255 * x / w), uint8(255 * y / h), uint8(128 + 127*(x-y)/max(w, h)), 255})
		}
	}
	return img
}

// flag4 has four colours, one of them half clear, and a clear quarter.
func flag4() *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, 40, 26))
	for y := range 26 {
		for x := range 40 {
			c := color.NRGBA{200, 30, 30, 255}
			switch {
			case x >= 20 && y >= 13:
				c = color.NRGBA{}
			case x >= 20:
				c = color.NRGBA{255, 255, 255, 128}
			case y >= 13:
				c = color.NRGBA{20, 60, 220, 255}
			}
			img.SetNRGBA(x, y, c)
		}
	}
	return img
}

var pixels = regexp.MustCompile("(?s)\x1bP0;1q(.*?)\x1b\\\\")

func TestSixelOfFewColours(t *testing.T) {
	lines := show(flag4(), Style{Kind: Sixel, Cell: image.Pt(10, 20)})
	got := sixelsOf(t, lines)
	want := flag4()
	for y := range 26 {
		for x := range 40 {
			if c := want.NRGBAAt(x, y); c.A == 128 {
				want.SetNRGBA(x, y, color.NRGBA{128, 128, 128, 255}) // mixed with black
			}
		}
	}
	if worst, _ := farthest(want, got); worst > 2 { // a hundredth of 255
		t.Errorf("a channel is off by %v", worst)
	}
	if len(lines) != 2 {
		t.Errorf("%d lines, want 2 of 20 pixels", len(lines))
	}
}

func TestSixelOfManyColours(t *testing.T) {
	got := sixelsOf(t, show(shades(120, 80), Style{Kind: Sixel, Cell: image.Pt(10, 20)}))
	if worst, mean := farthest(shades(120, 80), got); worst > 48 || mean > 6 {
		t.Errorf("off by %v at most, %v in the mean", worst, mean)
	}
	colours := map[color.Color]bool{}
	for y := range 80 {
		for x := range 120 {
			colours[got.At(x, y)] = true
		}
	}
	if len(colours) < 200 || len(colours) > 255 {
		t.Errorf("%d colours, want nearly 255", len(colours))
	}
	// Eight by eight pixels look like those of the original: that is what dithering is for.
	if worst, _ := farthest(blurred(shades(120, 80)), blurred(got)); worst > 8 {
		t.Errorf("a block of pixels is off by %v", worst)
	}
}

// blurred is the means of blocks of 8×8 pixels.
func blurred(img image.Image) *image.NRGBA {
	b := img.Bounds()
	out := image.NewNRGBA(image.Rect(0, 0, b.Dx()/8, b.Dy()/8))
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			var sum [3]int
			for i := range 64 {
				r, g, b, _ := img.At(8*x+i%8, 8*y+i/8).RGBA()
				sum[0], sum[1], sum[2] = sum[0]+int(r>>8), sum[1]+int(g>>8), sum[2]+int(b>>8)
			}
			out.SetNRGBA(x, y, color.NRGBA{uint8(sum[0] / 64), uint8(sum[1] / 64), uint8(sum[2] / 64), 255})
		}
	}
	return out
}

// A picture that is cut where the screen ends looks the same when it is put together.
func TestSixelInPieces(t *testing.T) {
	s := NewShelf(1)
	lines := s.Put(flag4(), Style{Kind: Sixel, Cell: image.Pt(10, 9), Ground: color.White})
	if len(lines) != 3 {
		t.Fatalf("%d lines, want 3 of 9 pixels", len(lines))
	}
	var whole *image.NRGBA
	for i, n := range []int{2, 1} {
		piece := sixelsOf(t, s.Expand(lines[2*i:2*i+n]))
		if whole == nil {
			whole = image.NewNRGBA(image.Rect(0, 0, 40, 26))
		}
		for y := range piece.Rect.Dy() {
			for x := range 40 {
				whole.SetNRGBA(x, 18*i+y, piece.NRGBAAt(x, y))
			}
		}
	}
	want := sixelsOf(t, show(flag4(), Style{Kind: Sixel, Cell: image.Pt(10, 9), Ground: color.White}))
	if worst, _ := farthest(want, whole); worst != 0 {
		t.Errorf("off by %v", worst)
	}
}

// What follows on a line, and what erases its end, leaves the picture alone.
func TestEveryLineStepsOverThePicture(t *testing.T) {
	for _, st := range []Style{{Kind: Sixel}, {Kind: Kitty}, {Kind: Kitty, Placeholders: true}} {
		st.Cell = image.Pt(10, 9)
		for i, l := range show(flag4(), st) {
			_, rest := decodeKitty(t, pixels.ReplaceAllString(l, ""))
			rest = strings.NewReplacer(ansi.SaveCursor, "", ansi.RestoreCursor, "").Replace(rest)
			if st.Placeholders {
				if n := ansi.StringWidth(rest); n != 4 {
					t.Errorf("line %d is %d cells wide, want 4: %q", i, n, rest)
				}
			} else if rest != "\x1b[4C" {
				t.Errorf("%v line %d: %q, want a step of 4 cells", st.Kind, i, rest)
			}
		}
	}
}

func TestKittyPlaceholders(t *testing.T) {
	img := shades(95, 61)
	lines := show(img, Style{Kind: Kitty, Cell: image.Pt(10, 20), Placeholders: true})
	list, _ := decodeKitty(t, strings.Join(lines, "\n"))
	if len(list) != 1 {
		t.Fatalf("%d commands, want 1", len(list))
	}
	keys := list[0].keys
	if keys["a"] != "T" || keys["U"] != "1" || keys["c"] != "10" || keys["r"] != "4" || keys["q"] != "2" || keys["f"] != "100" {
		t.Errorf("keys %v", keys)
	}
	sent := list[0].image(t)
	if worst, _ := farthest(sent, img); worst != 0 || sent.Bounds() != image.Rect(0, 0, 100, 80) {
		t.Errorf("off by %v, size %v, want whole cells", worst, sent.Bounds())
	}
	_, text := decodeKitty(t, lines[2])
	cells := strings.Split(strings.TrimSuffix(text, "\x1b[39m"), string(kitty.Placeholder))
	if len(cells) != 11 {
		t.Fatalf("%d placeholders, want 10", len(cells)-1)
	}
	var low int
	if _, err := fmt.Sscanf(cells[0], "\x1b[38;5;%dm", &low); err != nil {
		t.Fatalf("no colour before the placeholders: %q", cells[0])
	}
	for column, marks := range cells[1:] {
		m := []rune(marks)
		if len(m) != 3 || m[0] != kitty.Diacritic(2) || m[1] != kitty.Diacritic(column) {
			t.Errorf("column %d is marked %q", column, marks)
		}
		for high := range 256 {
			if m[2] == kitty.Diacritic(high) && keys["i"] != fmt.Sprint(high<<24|low) {
				t.Errorf("placeholders of image %d, sent as %s", high<<24|low, keys["i"])
			}
		}
	}
}

// Every number is one that a colour and a mark can tell.
func TestKittyNumbers(t *testing.T) {
	seen := map[int]bool{}
	for n := range 255 * 255 {
		k := kittyNumber(n)
		if seen[k] || k&0xff == 0 || k&0xffff00 != 0 || k>>24 < 1 || k>>24 > 255 {
			t.Fatalf("image %d is number %x", n, k)
		}
		seen[k] = true
	}
}

// Without placeholders the parts of a picture are put where their lines are.
func TestKittyPlacements(t *testing.T) {
	s := NewShelf(1)
	lines := s.Put(shades(40, 60), Style{Kind: Kitty, Cell: image.Pt(10, 20)})
	first, _ := decodeKitty(t, strings.Join(s.Expand(lines[:2]), ""))
	second, _ := decodeKitty(t, strings.Join(s.Expand(lines[2:]), ""))
	if len(first) != 2 || first[0].keys["a"] != "" || first[1].keys["a"] != "p" || len(second) != 1 {
		t.Fatalf("commands %v, then %v", first, second)
	}
	for want, keys := range map[string]map[string]string{"y=0 h=40 r=2": first[1].keys, "y=40 h=20 r=1": second[0].keys} {
		if got := fmt.Sprintf("y=%s h=%s r=%s", keys["y"], keys["h"], keys["r"]); got != want || keys["i"] != first[0].keys["i"] || keys["C"] != "1" || keys["c"] != "4" {
			t.Errorf("%s of %v, want %s", got, keys, want)
		}
	}
	if worst, _ := farthest(first[0].image(t), shades(40, 60)); worst != 0 {
		t.Errorf("the image is off by %v", worst)
	}
}

func TestKittyThroughTmux(t *testing.T) {
	lines := show(shades(40, 40), Style{Kind: Kitty, Cell: image.Pt(10, 20), Placeholders: true, Tmux: true})
	if !strings.HasPrefix(lines[0], "\x1bPtmux;\x1b\x1b_G") || strings.Contains(lines[1], "\x1bP") {
		t.Errorf("%.60q\n%.60q", lines[0], lines[1])
	}
}

func TestShelf(t *testing.T) {
	s := NewShelf(7)
	st := Style{Kind: Sixel, Cell: image.Pt(10, 20)}
	a, b := s.Put(shades(20, 40), st), s.Put(shades(20, 20), st)
	got := s.Expand([]string{"text", a[0], a[1], b[0], "end"})
	if len(got) != 5 || got[0] != "text" || got[4] != "end" || strings.Count(strings.Join(got, ""), "\x1bP") != 2 {
		t.Errorf("%.300q", got)
	}
	if len(s.pictures) != 0 {
		t.Errorf("%d pictures are kept for nothing", len(s.pictures))
	}
	if again := s.Expand(a); strings.Join(again, "|") != "|" {
		t.Errorf("a picture that is gone: %q", again)
	}
	if s.Put(image.NewNRGBA(image.Rectangle{}), st) != nil || s.Put(shades(1, 1), Style{Kind: Kitty}) != nil {
		t.Error("lines for a picture of no size")
	}
}

// broken is an image of a user that cannot be drawn.
type broken struct{ image.Image }

func (broken) At(int, int) color.Color { panic("no pixels") }

func TestAnImageThatPanicsIsBlank(t *testing.T) {
	for _, st := range []Style{{Kind: Sixel}, {Kind: Kitty}, {Kind: Kitty, Placeholders: true}} {
		st.Cell = image.Pt(10, 20)
		if lines := show(broken{shades(20, 40)}, st); len(lines) != 2 || strings.Contains(lines[0], "\x1bP") {
			t.Errorf("%v: %q", st.Kind, lines)
		}
		shelf := NewShelf(1)
		lines := shelf.Put(broken{shades(20, 40)}, st)
		if upper := shelf.Expand(lines[:1]); len(upper) != 1 || strings.Contains(upper[0], "\x1bP") {
			t.Errorf("the upper half of %v: %q", st.Kind, upper)
		}
	}
}

func TestGoldens(t *testing.T) {
	for name, st := range map[string]Style{
		"flag.sixel": {Kind: Sixel, Cell: image.Pt(10, 20)}, "flag.placeholders": {Kind: Kitty, Cell: image.Pt(10, 20), Placeholders: true}, "flag.kitty": {Kind: Kitty, Cell: image.Pt(10, 20)},
	} {
		goldentest.Equal(t, "testdata/"+name, strings.ReplaceAll(strings.Join(show(flag4(), st), "\n"), "\x1b", "␛")+"\n")
	}
}

// show is all that puts an image on the screen.
func show(img image.Image, st Style) []string {
	s := NewShelf(1)
	return s.Expand(s.Put(img, st))
}

// sixelsOf is the picture in the first line.
func sixelsOf(t *testing.T, lines []string) *image.NRGBA {
	t.Helper()
	m := pixels.FindStringSubmatch(lines[0])
	if m == nil {
		t.Fatalf("no sixels in %.60q", lines[0])
	}
	for i, l := range lines[1:] {
		if pixels.MatchString(l) {
			t.Errorf("sixels in line %d, too", i+1)
		}
	}
	return decodeSixel(t, m[1])
}
