package plot

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"regexp"
	"testing"
	"time"

	"graft/lib/display"
)

// hostile are the lists of numbers that break drawings: what is not finite, spans
// that no float64 holds, numbers below the normal ones, steps that vanish in rounding.
var hostile = func() (all [][]float64) {
	nan, inf, most, least := math.NaN(), math.Inf(1), math.MaxFloat64, math.SmallestNonzeroFloat64
	numbers := []float64{nan, inf, -inf, most, -most, 1.7e308, -1.7e308, 1e300, -1e300, 1e-300, -2e-310, least, -least, math.Copysign(0, -1), 1, 1 + 1e-13, 1 << 62}
	for i, a := range numbers {
		all = append(all, []float64{a}, []float64{a, a, a})
		for _, b := range numbers[i:] {
			all = append(all, []float64{a, b}, []float64{a, 0.5, b, nan, b})
		}
	}
	long := make([]float64, 3*limit)
	for i := range long {
		long[i] = numbers[i%len(numbers)]
	}
	return append(all, nil, numbers, long)
}()

// pictured are all kinds of pictures of numbers.
var pictured = map[string]func([]float64) display.Displayer{
	"curves": func(v []float64) display.Displayer { return Curves{Series: []Series{{Name: "y", Y: v, Points: true}}} },
	"curves of x": func(v []float64) display.Displayer {
		return Curves{Series: []Series{{X: v, Y: v}, {X: v, Y: []float64{1, 2}}}}
	},
	"curves, logs": func(v []float64) display.Displayer {
		return Curves{LogX: true, LogY: true, Series: []Series{{X: v, Y: v}}}
	},
	"range": func(v []float64) display.Displayer {
		c := Curves{Series: []Series{{Y: []float64{1, 2}}}}
		for _, x := range v {
			c.YMin, c.YMax, c.Marks = min(c.YMin, x), x, append(c.Marks, Mark{x, "mark"})
		}
		return c
	},
	"bars":  func(v []float64) display.Displayer { return Bars{Values: v} },
	"gains": func(v []float64) display.Displayer { return Gains{Values: v} },
	"parallel": func(v []float64) display.Displayer {
		p := Parallel{Axes: []ParallelAxis{{Name: "a"}, {Name: "log", Log: true}, {Values: []string{"x", "y"}}, {Name: "score"}}}
		for _, x := range v {
			p.Lines = append(p.Lines, []float64{x, x, x, x}, []float64{1, x, 0, x}, nil)
		}
		return p
	},
	"fit": func(v []float64) display.Displayer {
		f := Fit{Metrics: []string{"accuracy"}, Planned: 3, Step: 1, Steps: 2, Loss: v}
		for i, x := range v {
			f.Rate, f.Images, f.LR = x, x, x
			f.Epochs = append(f.Epochs, Epoch{N: i + 1, TrainLoss: x, ValidLoss: x, Metrics: []float64{x}, LR: x})
		}
		return f
	},
	"fit that is over": func(v []float64) display.Displayer { return Fit{Steps: 1, Loss: v, State: Done} },
}

var screens = []display.Screen{
	{}, {Columns: -5, Rows: -5}, {Columns: 1, Rows: 1, Colour: true}, {Columns: 79, Rows: 20, Typed: true}, {Columns: 30, Rows: 6},
	{Columns: 140, Rows: 50, Colour: true, Blocks: true, Indexed: true}, {Columns: 79, Rows: 20, Colour: true, Cell: image.Pt(2, 4)},
}

// unplaced is a coordinate that no browser and no rasterizer knows.
var unplaced = regexp.MustCompile(`(?: [cx]?[xy12r]=| d=|width:)"?[^"<>;#]*(NaN|Inf|\de[+-]?\d)`)

// drawAll draws d in every way there is.
func drawAll(t *testing.T, name string, d display.Displayer) {
	t.Helper()
	defer func() {
		if r := recover(); r != nil {
			t.Errorf("%.300s: %v", name, r)
		}
	}()
	b := d.Display()
	if html := b.Data[display.HTML].(string); unplaced.MatchString(html) {
		t.Errorf("%.300s: coordinate %q", name, unplaced.FindString(html))
	}
	if b.Draw == nil {
		return
	}
	for _, s := range screens {
		b.Draw(s)
	}
}

func TestHostileNumbers(t *testing.T) {
	for kind, of := range pictured {
		t.Run(kind, func(t *testing.T) {
			for _, v := range hostile {
				drawAll(t, fmt.Sprint(v), of(v))
			}
		})
	}
}

// Numbers that count: of steps, of examples, of lines, of nanoseconds.
func TestHostileCounts(t *testing.T) {
	for _, a := range []int{math.MinInt, -7, -1, 0, 1, 3, math.MaxInt} {
		for _, b := range []int{math.MinInt, -6, 0, 1, math.MaxInt} {
			name := fmt.Sprint(a, " and ", b)
			drawAll(t, name, Matrix{Counts: [][]int{{a, b}, {b, a}, {a}}})
			drawAll(t, name, Progress{Done: a, Total: b, Elapsed: time.Duration(a), Remaining: time.Duration(b)})
			drawAll(t, name, Progress{Done: a, Total: b, Elapsed: time.Duration(a), State: State(b)})
			drawAll(t, name, Table{Rows: [][]string{{"a", "1"}, {"b"}}, Strong: []int{a, b}})
			for _, state := range []State{Running, Paused, Done, State(a)} {
				drawAll(t, name, Fit{Planned: a, Step: b, Steps: a, Fresh: b, State: state, StepLine: true, Elapsed: time.Duration(a), Remaining: time.Duration(b),
					Loss: []float64{1, 2}, Remarks: []Remark{{Text: "done"}}, Groups: []Group{{Name: "head", Trainable: true}, {Name: "stem"}},
					Memory: uint64(a), Device: uint64(b), Epochs: []Epoch{{N: a, Time: time.Duration(a)}, {N: b, Compile: time.Duration(b), Best: true}}})
			}
		}
	}
	drawAll(t, "no axes", Parallel{Lines: [][]float64{{}, {}}})
	drawAll(t, "one axis", Parallel{Axes: make([]ParallelAxis, 1), Lines: [][]float64{{1}, {2}}})
}

// An image may be of any size, and none of it may be in memory.
func TestHostileImages(t *testing.T) {
	for _, img := range []image.Image{
		image.NewUniform(color.White), image.NewGray(image.Rectangle{}), image.NewGray(image.Rect(-3, -5, -2, -4)),
		image.NewGray(image.Rect(0, 0, 1, 5000)), image.NewGray(image.Rect(7, 0, 5007, 1)),
	} {
		name := fmt.Sprint(img.Bounds())
		drawAll(t, name, Grid{Images: []Tile{{Image: img}, {Image: img}}})
		for _, s := range screens {
			for _, p := range Photo(img, s) {
				if p.Image != nil {
					p.Image.At(0, 0)
				}
			}
		}
		for _, n := range []int{-1, 0, 1, 40} {
			_, _ = Braille(img, n, n, true), Blocks(img, n, n)
		}
	}
}
