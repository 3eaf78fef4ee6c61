package plot

import (
	"fmt"
	"slices"
	"strings"
)

// The drawing has its own units; it is scaled to the width of its place, and its
// letters are sized to be readable on a phone, where one unit is about 0.7 px.
const (
	svgWidth, svgHeight = 480.0, 250.0
	svgTop, svgBottom   = 30.0, 40.0
	svgRight            = 14.0
	svgFont             = 13.0
	// svgLetter is the mean width of a letter at svgFont.
	svgLetter = 7.3
)

// plotArea is where the lines go, in drawing units.
type plotArea struct {
	left, top, right, bottom float64
	f                        frame
}

func (a plotArea) x(v float64) float64 { return a.left + a.f.x.frac(v)*(a.right-a.left) }
func (a plotArea) y(v float64) float64 { return a.bottom - a.f.y.frac(v)*(a.bottom-a.top) }

func (c Curves) html() string { return box("", c.svg(), "") }

// svg draws the chart as an element to be put into a page.
func (c Curves) svg() string {
	f := c.frame(7, 5)
	left := 0
	for _, l := range f.y.labels {
		left = max(left, len(l))
	}
	area := plotArea{left: float64(left)*svgLetter + 12, top: svgTop, right: svgWidth - svgRight, bottom: svgHeight - svgBottom, f: f}
	var b strings.Builder
	title := c.describe(f)
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" role="img" aria-label="%s" style="display:block;width:100%%;max-width:40em;height:auto;color:inherit" font-family="system-ui,-apple-system,'Segoe UI',sans-serif" font-size="%s" fill="currentColor">`,
		px(svgWidth), px(svgHeight), esc(title), px(svgFont))
	fmt.Fprintf(&b, `<title>%s</title>`, esc(title))
	c.svgAxes(&b, area)
	c.svgMarks(&b, area)
	for _, l := range f.lines {
		svgLine(&b, area, l)
	}
	c.svgLegend(&b, area)
	b.WriteString("</svg>")
	return b.String()
}

// describe says in words what the chart shows, for those who hear it.
func (c Curves) describe(f frame) string {
	var parts []string
	for _, l := range f.lines {
		values := slices.DeleteFunc(slices.Clone(l.Y), func(v float64) bool { return !finite(v) })
		if n := len(values); n > 0 {
			parts = append(parts, strings.TrimSpace(fmt.Sprintf("%s from %.4g to %.4g", l.Name, values[0], values[n-1])))
		}
	}
	return strings.TrimSuffix(firstOf(c.Title, c.YLabel, "chart")+": "+strings.Join(parts, ", "), ": ")
}

func (c Curves) svgAxes(b *strings.Builder, a plotArea) {
	for i, t := range a.f.y.ticks {
		y := a.y(t)
		opacity := ".14"
		if i == 0 {
			opacity = ".5"
		}
		fmt.Fprintf(b, `<path d="M%s %sH%s" stroke="currentColor" stroke-opacity="%s"/>`, px(a.left), px(y), px(a.right), opacity)
		fmt.Fprintf(b, `<text x="%s" y="%s" text-anchor="end" opacity=".75">%s</text>`, px(a.left-6), px(y+4.5), a.f.y.labels[i])
	}
	end := -1.0
	for i, t := range a.f.x.ticks {
		x, half := a.x(t), float64(len(a.f.x.labels[i]))*svgLetter/2
		fmt.Fprintf(b, `<path d="M%s %sv4" stroke="currentColor" stroke-opacity=".5"/>`, px(x), px(a.bottom))
		if x-half < end+4 {
			continue
		}
		fmt.Fprintf(b, `<text x="%s" y="%s" text-anchor="middle" opacity=".75">%s</text>`, px(x), px(a.bottom+17), a.f.x.labels[i])
		end = x + half
	}
	if c.XLabel != "" {
		fmt.Fprintf(b, `<text x="%s" y="%s" text-anchor="middle" opacity=".75">%s</text>`, px((a.left+a.right)/2), px(svgHeight-5), esc(c.XLabel))
	}
}

// svgMarks draws the marks; a label that would touch another moves one line down.
func (c Curves) svgMarks(b *strings.Builder, a plotArea) {
	var lines lanes
	for _, m := range c.Marks {
		x := a.x(scale(m.X, c.LogX))
		if !finite(x) || x < a.left-0.5 || x > a.right+0.5 {
			continue
		}
		anchor, dx := "start", 5.0
		if x > (a.left+a.right)/2 {
			anchor, dx = "end", -5.0
		}
		fmt.Fprintf(b, `<path d="M%s %sV%s" stroke="currentColor" stroke-opacity=".6" stroke-dasharray="3 3"/>`, px(x), px(a.top), px(a.bottom))
		y := a.top + 11 + svgFont*1.2*float64(lines.place(stretch(x+dx, anchor, m.Label)))
		fmt.Fprintf(b, `<text x="%s" y="%s" text-anchor="%s" opacity=".85">%s</text>`, px(x+dx), px(y), anchor, esc(m.Label))
	}
}

// lanes are lines of text, and the stretches that are taken in each.
type lanes [][][2]float64

// place takes a stretch of the first lane that has room for it.
func (l *lanes) place(from, to float64) int {
	for i, taken := range *l {
		if !slices.ContainsFunc(taken, func(t [2]float64) bool { return from < t[1] && to > t[0] }) {
			(*l)[i] = append(taken, [2]float64{from, to})
			return i
		}
	}
	*l = append(*l, [][2]float64{{from, to}})
	return len(*l) - 1
}

// stretch is where a text stands that is anchored at x.
func stretch(x float64, anchor, text string) (from, to float64) {
	width := float64(cells(text)) * svgLetter
	if anchor == "end" {
		return x - width, x
	}
	return x, x + width
}

// fewPoints is the number up to which the points of a line are marked.
const fewPoints = 60

func svgLine(b *strings.Builder, a plotArea, l line) {
	if len(l.at) == 0 {
		return
	}
	colour := seriesColour(l.index)
	fmt.Fprintf(b, `<path d="%s" fill="none" stroke="%s" stroke-width="2" stroke-linejoin="round" stroke-linecap="round"/>`, a.path(l), colour)
	last := len(l.at) - 1
	for i, p := range l.at {
		if i == last || l.Points && len(l.at) <= fewPoints {
			fmt.Fprintf(b, `<circle cx="%s" cy="%s" r="3" fill="%s"/>`, px(a.x(p.x)), px(a.y(p.y)), colour)
		}
	}
}

// path joins the points of l. A point between two gaps becomes a line of no
// length, which round caps make a dot.
func (a plotArea) path(l line) string {
	var d strings.Builder
	for i, p := range l.at {
		start := i == 0 || p.cut
		letter := "L"
		if start {
			letter = "M"
		}
		d.WriteString(letter + px(a.x(p.x)) + " " + px(a.y(p.y)))
		if start && (i == len(l.at)-1 || l.at[i+1].cut) {
			d.WriteString("h0")
		}
	}
	return d.String()
}

// svgLegend sets title and series names on the line above the plot.
func (c Curves) svgLegend(b *strings.Builder, a plotArea) {
	x := 2.0
	if title := firstOf(c.Title, c.YLabel); title != "" {
		fmt.Fprintf(b, `<text x="%s" y="15" font-weight="600">%s</text>`, px(x), esc(title))
		x += float64(cells(title))*svgLetter*1.06 + 16
	}
	for _, l := range a.f.lines {
		if l.Name == "" {
			continue
		}
		fmt.Fprintf(b, `<path d="M%s 10.5h16" stroke="%s" stroke-width="3" stroke-linecap="round"/>`, px(x), seriesColour(l.index))
		fmt.Fprintf(b, `<text x="%s" y="15">%s</text>`, px(x+22), esc(l.Name))
		x += 22 + float64(cells(l.Name))*svgLetter + 16
	}
}
