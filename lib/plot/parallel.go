package plot

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"graft/lib/display"
)

// Parallel is a picture of parallel coordinates: an axis for each number of many
// things, and a line for each thing through its numbers. The last axis is the score,
// which gives lines their weight.
type Parallel struct {
	Title  string
	Axes   []ParallelAxis
	Lines  [][]float64 // by line, one number for each axis; one that is not finite, or beyond ±1e300, leaves the line out
	Lowest bool        // small scores are good
}

// ParallelAxis is one axis.
type ParallelAxis struct {
	Name   string
	Log    bool
	Values []string // names of 0, 1, ... on an axis of choices; nil for numbers
}

// Display draws the lines, in a terminal as one strip of marks for each axis.
func (p Parallel) Display() display.Bundle {
	f := framed(p.Title, p.body, "@ best, o better third, . others")
	return charted(f.bundle(box(p.Title, p.svg(), "")), p.Title, p.svg)
}

// strip is an axis with its range and the places of the lines on it, 0 to 1.
type strip struct {
	ParallelAxis
	low, high string // labels of its ends
	at        []float64
}

// strips leaves out lines that cannot be drawn, and orders the others from the worst
// to the best, so that good ones lie on top.
func (p Parallel) strips() []strip {
	lines := slices.DeleteFunc(slices.Clone(p.Lines), func(l []float64) bool {
		return len(l) != len(p.Axes) || slices.ContainsFunc(l, func(v float64) bool { return !drawable(v) })
	})
	last := len(p.Axes) - 1
	if last < 0 {
		return nil
	}
	slices.SortStableFunc(lines, func(a, b []float64) int {
		if a[last] == b[last] {
			return 0
		}
		if a[last] < b[last] != p.Lowest {
			return -1
		}
		return 1
	})
	list := make([]strip, len(p.Axes))
	for i, a := range p.Axes {
		values := make([]float64, len(lines))
		for j, l := range lines {
			values[j] = l[i]
		}
		list[i] = a.strip(values)
	}
	return list
}

func (a ParallelAxis) strip(values []float64) strip {
	s := strip{ParallelAxis: a}
	lo, hi := math.Inf(1), math.Inf(-1)
	if n := len(a.Values); n > 0 {
		lo, hi = 0, float64(n-1)
		s.low, s.high = a.Values[0], a.Values[n-1]
	}
	for _, v := range values {
		lo, hi = min(lo, v), max(hi, v)
	}
	if len(a.Values) == 0 && len(values) > 0 {
		s.low, s.high = fmt.Sprintf("%.3g", lo), fmt.Sprintf("%.3g", hi)
	}
	log := a.Log && lo > 0
	lo, hi = scale(lo, log), scale(hi, log)
	for _, v := range values {
		share := 0.5
		if hi > lo {
			share = (scale(v, log) - lo) / (hi - lo)
		}
		s.at = append(s.at, share)
	}
	return s
}

// text draws each axis as a line of cells: · for a thing, o for the better third, and
// the best one filled.
func (p Parallel) body(k ink, width int) string {
	strips := p.strips()
	side, left := 0, 0
	for _, s := range strips {
		side, left = max(side, min(16, cells(s.Name))), max(left, min(10, cells(s.low)))
	}
	room := max(10, min(44*width/page, width-side-left-17))
	var b strings.Builder
	for _, s := range strips {
		row := slices.Repeat([]string{" "}, room)
		for i, at := range s.at {
			mark := k.paint(muted, ".")
			if n := len(s.at); i == n-1 {
				mark = k.paint(good, "@")
			} else if 3*i >= 2*n {
				mark = "o"
			}
			row[int(math.Round(at*float64(room-1)))] = mark
		}
		b.WriteString(pad(clip(s.Name, side), side, false) + "  " + pad(clip(s.low, left), left, true) + " |" + strings.Join(row, "") + "| " + clip(s.high, 10) + "\n")
	}
	return b.String()
}

// svg draws an axis upright for each number.
func (p Parallel) svg() string {
	strips := p.strips()
	var b strings.Builder
	title := firstOf(p.Title, "parallel coordinates")
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" role="img" aria-label="%s" style="display:block;width:100%%;max-width:44em;height:auto;color:inherit" font-family="system-ui,-apple-system,'Segoe UI',sans-serif" font-size="%s" fill="currentColor">`,
		px(svgWidth), px(svgHeight), esc(title), px(svgFont))
	fmt.Fprintf(&b, `<title>%s</title>`, esc(title))
	x := func(i int) float64 {
		return 44 + float64(i)*(svgWidth-88)/float64(max(1, len(strips)-1))
	}
	y := func(share float64) float64 { return svgHeight - svgBottom - share*(svgHeight-svgBottom-svgTop-8) }
	p.svgLines(&b, strips, x, y)
	for i, s := range strips {
		fmt.Fprintf(&b, `<path d="M%s %sV%s" stroke="currentColor" stroke-opacity=".5"/>`, px(x(i)), px(y(0)), px(y(1)))
		fmt.Fprintf(&b, `<text x="%s" y="14" text-anchor="middle" font-weight="600">%s</text>`, px(x(i)), esc(clip(s.Name, 12)))
		fmt.Fprintf(&b, `<text x="%s" y="%s" text-anchor="middle" opacity=".75">%s</text>`, px(x(i)), px(y(1)-6), esc(clip(s.high, 12)))
		fmt.Fprintf(&b, `<text x="%s" y="%s" text-anchor="middle" opacity=".75">%s</text>`, px(x(i)), px(y(0)+16), esc(clip(s.low, 12)))
	}
	b.WriteString("</svg>")
	return b.String()
}

func (p Parallel) svgLines(b *strings.Builder, strips []strip, x func(int) float64, y func(float64) float64) {
	if len(strips) == 0 {
		return
	}
	n := len(strips[0].at)
	for j := range n {
		colour, opacity, width := "currentColor", .1+.5*float64(j)/float64(max(1, n-1)), "1"
		if j == n-1 {
			colour, opacity, width = goodColour, 1, "2.5"
		}
		var path strings.Builder
		for i, s := range strips {
			fmt.Fprintf(&path, "%s%s %s", map[bool]string{true: "M", false: "L"}[i == 0], px(x(i)), px(y(s.at[j])))
		}
		fmt.Fprintf(b, `<path d="%s" fill="none" stroke="%s" stroke-opacity="%.2f" stroke-width="%s"/>`, path.String(), colour, opacity, width)
	}
}
