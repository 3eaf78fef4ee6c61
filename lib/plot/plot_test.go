package plot

import (
	"encoding/xml"
	"errors"
	"image"
	"image/color"
	"io"
	"math"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"graft/internal/goldentest"
	"graft/lib/display"
)

// samples are the pictures whose goldens are committed.
func samples() map[string]display.Displayer {
	yes, no := true, false
	return map[string]display.Displayer{
		"table": Table{Title: "ledger", Columns: []string{"group", "params", "lr", "写真"},
			Rows:   [][]string{{"features.0", "928", "", "frozen"}, {"features.18", "412 160", "0.0001", "train <&>"}, {"head"}},
			Footer: []string{"total", "2 226 434"}, Strong: []int{1}, Note: "2 of 19 groups train"},
		"curves": Curves{Title: "loss", XLabel: "epoch", Series: []Series{
			{Name: "train", Y: []float64{0.9, 0.6, 0.45, 0.35, 0.3, 0.26}},
			{Name: "valid", Y: []float64{0.8, math.NaN(), 0.6, 0.55, math.Inf(1), 0.5}, Points: true}}},
		"findlr": Curves{Title: "loss by learning rate", XLabel: "learning rate", LogX: true,
			Series: []Series{{X: []float64{1e-5, 1e-4, 1e-3, 1e-2, 1e-1}, Y: []float64{0.70, 0.69, 0.5, 0.4, 2}}},
			Marks:  []Mark{{X: 2e-3, Label: "suggested 2e-3"}}},
		"fit":      running(),
		"fit-done": done(),
		"grid": Grid{Title: "top losses", Images: []Tile{
			{Image: ramp(40, 20, 90), Caption: "mono · defect .93"}, {Image: ramp(30, 30, 0), Caption: "poly <1>", Good: &yes},
			{Image: ramp(20, 40, 200), Caption: "a caption that is too long for its tile", Good: &no}, {Caption: "unreadable"}, {Image: ramp(1, 1, 9)}}},
		"matrix": Matrix{Title: "validation", Labels: []string{"sound", "defect"}, Counts: [][]int{{120, 14}, {21, 45}}},
		"bars":   Bars{Title: "images per class", Labels: []string{"mono", "poly"}, Values: []float64{1074, 1550}},
		"gains": Gains{Title: "gain in recall over the linear probe", Labels: []string{"mono", "poly <1>", "rare"}, Format: "%+.1f",
			Values: []float64{12.5, -4, math.NaN()}, Notes: []string{"40 images", "25 images", "0 images"}, Note: "points"},
		"parallel": Parallel{Title: "search", Axes: []ParallelAxis{{Name: "LR", Log: true}, {Name: "Layers", Values: []string{"last 1", "all <&>"}}, {Name: "score"}},
			Lines: [][]float64{{1e-4, 0, .5}, {1e-3, 1, .9}, {1e-2, 1, .7}, {1e-1, 0, .4}, {1, 0, math.NaN()}}},
		"progress":      Progress{Title: "features", Done: 320, Total: 1200, Unit: "images", Remaining: 83 * time.Second},
		"progress-done": Progress{Title: "features", Done: 1200, Total: 1200, Unit: "images", Elapsed: 91 * time.Second, State: Done},
	}
}

func running() Fit {
	return Fit{Title: "frozen + linear", Metrics: []string{"accuracy"}, Planned: 5, Step: 2, Steps: 7, Rate: 11.9, Remaining: 64 * time.Second,
		Epochs: []Epoch{
			{N: 1, TrainLoss: 0.7011, ValidLoss: 0.6402, Metrics: []float64{0.62}, LR: 1e-3, Time: 3100 * time.Millisecond, Cache: "0/100"},
			{N: 2, TrainLoss: 0.5021, ValidLoss: math.NaN(), Metrics: []float64{math.NaN()}, LR: 1e-3, Time: 200 * time.Millisecond, Cache: "100/100", Best: true}},
		Loss: []float64{.9, .8, .7, .65, .66, .6, .6, .55, .5, .52, .5, .49, .48, .45, .44, .42}, EpochEnd: true}
}

func done() Fit {
	f := running()
	f.State, f.Elapsed, f.Step, f.EpochEnd, f.Planned = Done, 15*time.Second, 0, false, 2
	f.Note = "weights of epoch 2 restored"
	return f
}

func ramp(w, h int, blue uint8) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.Set(x, y, color.RGBA{uint8(255 * x / w), uint8(255 * y / h), blue, 255})
		}
	}
	return img
}

// TestMarksDoNotTouch: labels of marks that lie near each other stand on lines of their own.
func TestMarksDoNotTouch(t *testing.T) {
	c := Curves{LogX: true, Series: []Series{{X: []float64{1e-5, 1e-1}, Y: []float64{1, 0}}},
		Marks: []Mark{{4.4e-3, "valley 0.0044"}, {1e-5, "steep 1e-05"}, {1e-2, "minimum/10 0.01"}}}
	heights := map[string]string{}
	for _, found := range regexp.MustCompile(`y="([0-9.]+)"[^>]*>((?:valley|steep|minimum)[^<]*)<`).FindAllStringSubmatch(c.html(), -1) {
		heights[found[2]] = found[1]
	}
	require.Len(t, heights, 3)
	require.NotEqual(t, heights["valley 0.0044"], heights["minimum/10 0.01"])
	require.Equal(t, heights["valley 0.0044"], heights["steep 1e-05"], "far apart")
}

func TestGolden(t *testing.T) {
	for name, d := range samples() {
		t.Run(name, func(t *testing.T) {
			b := d.Display()
			for ending, mime := range map[string]string{".txt": display.Text, ".ansi": display.Terminal, ".html": display.HTML} {
				if text, ok := b.Data[mime].(string); ok {
					golden(t, name+ending, strings.ReplaceAll(text, "\x1b", "␛")+"\n")
				}
			}
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	goldentest.Equal(t, filepath.Join("testdata", name), got)
}

// Notebooks keep HTML for years and show it offline.
func TestHTMLIsSelfContainedAndWellFormed(t *testing.T) {
	for name, d := range samples() {
		html := d.Display().Data[display.HTML].(string)
		plain := strings.ReplaceAll(html, `xmlns="http://www.w3.org/2000/svg"`, "")
		for _, bad := range []string{"http:", "https:", "<script", "<style", "<link", "NaN", "Inf"} {
			if strings.Contains(plain, bad) {
				t.Errorf("%s: HTML holds %q", name, bad)
			}
		}
		dec := xml.NewDecoder(strings.NewReader(html))
		dec.Entity = xml.HTMLEntity
		for {
			if _, err := dec.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v in %s", name, err, html)
			}
		}
	}
}

func TestTextFitsTheScreen(t *testing.T) {
	for name, d := range samples() {
		for _, l := range strings.Split(d.Display().Data[display.Text].(string), "\n") {
			if w := cells(l); w > 80 {
				t.Errorf("%s: a line of %d cells: %q", name, w, l)
			}
		}
	}
}

func TestDrawingIsTotal(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, d := range []display.Displayer{
		Table{}, Curves{}, Fit{}, Grid{}, Matrix{}, Bars{}, Progress{},
		Table{Rows: [][]string{{"a\nb\x1b[2J", "b"}, nil}},
		Curves{Series: []Series{{Y: []float64{nan, inf, -inf}}, {X: []float64{1}, Y: []float64{1, 2}}, {}}},
		Curves{LogX: true, LogY: true, Series: []Series{{X: []float64{-1, 0, 1}, Y: []float64{0, -1, 1}}}, Marks: []Mark{{X: -1}}},
		Curves{Series: []Series{{Y: []float64{1e300, -1e300, 5e-324}}}},
		Fit{Planned: -1, Step: 9, Steps: 3, Loss: []float64{nan, inf}, Epochs: []Epoch{{TrainLoss: nan, ValidLoss: inf}}},
		Grid{Images: []Tile{{}, {Image: image.NewGray(image.Rect(0, 0, 0, 0))}}},
		Matrix{Labels: []string{"a"}, Counts: [][]int{{1, 2}, nil, {3}}},
		Bars{Labels: []string{"a", "b"}, Values: []float64{nan}},
		Progress{Done: 5, Total: 2, State: Failed},
	} {
		b := d.Display()
		for mime, v := range b.Data {
			if s := v.(string); strings.Contains(s, "\x1b[2J") {
				t.Errorf("%T %s passes control characters on: %q", d, mime, s)
			}
		}
	}
}

func TestFitLines(t *testing.T) {
	var out strings.Builder
	live := display.NewLive(display.Lines(&out))
	f := running()
	live.Update(f.Display())
	f.EpochEnd, f.Step = false, 3
	live.Update(f.Display())
	live.Update(done().Display())
	want := "epoch 2/5  train_loss 0.5021  lr 0.001  time 0.2s  cache 100/100\n" +
		"frozen + linear: done: 2 epochs in 15.0s · best epoch 2\nweights of epoch 2 restored\n"
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}

// TestLongRun bounds what a front end is sent ten times a second, and what a notebook
// keeps: not even a thousand epochs more make it longer.
func TestLongRun(t *testing.T) {
	board := func(epochs int, state State) string {
		f := Fit{Metrics: []string{"accuracy"}, Planned: epochs, Steps: 10, State: state}
		for i := range epochs {
			f.Epochs = append(f.Epochs, Epoch{N: i + 1, TrainLoss: 1, ValidLoss: 1, Metrics: []float64{.5}, LR: .1, Best: i == 1})
			f.Loss = append(f.Loss, make([]float64, 10)...)
		}
		return f.Display().Data["text/html"].(string)
	}
	running, done := board(1500, Running), board(1500, Done)
	require.Less(t, len(running), 48<<10)
	require.Less(t, len(done), 192<<10)
	require.True(t, strings.Contains(running, "1487 earlier epochs not shown"))
	require.True(t, strings.Contains(done, "1299 earlier epochs not shown"))
	require.Equal(t, strings.Count(board(3000, Running), "<tr"), strings.Count(running, "<tr"))
	require.False(t, strings.Contains(board(12, Running), "not shown"))
}

// A value that is missing parts the line in two: nobody may read it as zero.
func TestNaNIsAGap(t *testing.T) {
	c := Curves{Series: []Series{{Y: []float64{1, 2, math.NaN(), 3, 4}}}}
	path := c.html()
	if n := strings.Count(path[strings.Index(path, `fill="none"`)-200:], "M"); n < 2 {
		t.Errorf("%d strokes, want 2: %s", n, path)
	}
	for _, l := range strings.Split(strings.TrimSpace(c.text(plainInk, 30, 8)), "\n") {
		if cols := []rune(l); len(cols) > 16 && cols[16] == '*' {
			t.Errorf("the gap is drawn over: %s", l)
		}
	}
}

func TestStack(t *testing.T) {
	b := Stack(Table{Rows: [][]string{{"a"}}}.Display(), display.Plain("x < y"))
	if got := b.Data[display.Text]; got != "a\nx < y" {
		t.Errorf("text %q", got)
	}
	if html := b.Data[display.HTML].(string); !strings.Contains(html, "x &lt; y") || !strings.Contains(html, "<table") {
		t.Errorf("html %q", html)
	}
}

func BenchmarkFit(b *testing.B) {
	f := running()
	f.Loss = make([]float64, 2000)
	for b.Loop() {
		f.Display()
	}
}
