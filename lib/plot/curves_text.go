package plot

import (
	"math"
	"regexp"
	"strings"
)

// markers tell series apart where there is no colour.
const markers = "*o+x#@"

// text draws the chart width cells wide with height rows of canvas.
func (c Curves) text(k ink, width, height int) string {
	f := c.frame(8, min(5, height/2+1))
	label := 0
	for _, l := range f.y.labels {
		label = max(label, len(l))
	}
	w := max(10, width-label-2)
	rows := c.rows(k, f, w, height)
	names := make([]string, height)
	for i, t := range f.y.ticks {
		r := int(math.Round((1 - f.y.frac(t)) * float64(height-1)))
		names[r] = f.y.labels[i]
	}
	var b strings.Builder
	b.WriteString(c.legend(k, f, width))
	for r := range height {
		edge := "│"
		if names[r] != "" {
			edge = "┤"
		}
		b.WriteString(k.paint(muted, pad(names[r], label, true)+" "+edge) + rows[r] + "\n")
	}
	b.WriteString(k.paint(muted, strings.Repeat(" ", label+1)+"└"+xRule(f.x, w)) + "\n")
	b.WriteString(k.paint(muted, strings.Repeat(" ", label+2)+c.xLabels(f.x, w)) + "\n")
	return b.String()
}

// legend is the title and the names of the series, in lines of width cells.
func (c Curves) legend(k ink, f frame, width int) string {
	parts := []string{}
	if title := firstOf(c.Title, c.YLabel); title != "" {
		parts = append(parts, k.paint(strong, title))
	}
	for _, l := range f.lines {
		if l.Name == "" {
			continue
		}
		parts = append(parts, c.sample(k, l.index)+" "+l.Name)
	}
	for _, m := range c.Marks {
		parts = append(parts, k.paint(muted, "┆ "+m.Label))
	}
	return flow(parts, "   ", width)
}

// sample shows what the line of a series looks like.
func (c Curves) sample(k ink, index int) string {
	switch k {
	case plainInk:
		return string(markers[index%len(markers)])
	case monoInk:
		field := newCanvas(3, 1)
		field.dashed = true
		field.draw(point{x: 0, y: 0.4}, point{x: 1, y: 0.4}, index)
		return field.row(k, 0)
	}
	return k.paint(series(index), "━")
}

// flow sets parts one after the other in lines of width cells.
func flow(parts []string, gap string, width int) string {
	var b strings.Builder
	used := 0
	for i, p := range parts {
		w := cellsOf(p)
		switch {
		case i == 0:
		case used+len(gap)+w > width:
			b.WriteString("\n")
			used = 0
		default:
			b.WriteString(gap)
			used += len(gap)
		}
		b.WriteString(p)
		used += w
	}
	if b.Len() > 0 {
		b.WriteString("\n")
	}
	return b.String()
}

// unpainted matches what paint puts around text.
var unpainted = regexp.MustCompile("\x1b\\[[0-9;]*m")

func firstOf(s ...string) string {
	for _, x := range s {
		if x != "" {
			return x
		}
	}
	return ""
}

func (c Curves) rows(k ink, f frame, w, h int) []string {
	out := make([]string, h)
	if k == plainInk {
		return c.typed(f, w, h)
	}
	field := newCanvas(w, h)
	field.dashed = k == monoInk
	for _, m := range c.Marks {
		x := f.x.frac(scale(m.X, c.LogX))
		for y := 0; y < 4*h; y += 2 {
			field.set(int(math.Round(x*float64(2*w-1))), y, len(seriesTones)-1)
		}
	}
	for _, l := range f.lines {
		for i, p := range l.at {
			field.draw(f.place(l.before(i)), f.place(p), l.index)
		}
		if l.Points && len(l.at) <= fewPoints {
			for _, p := range l.at {
				field.mark(f.place(p), l.index)
			}
		}
	}
	for r := range h {
		out[r] = field.row(k, r)
	}
	return out
}

// typed draws the chart in typewriter characters, one mark a column.
func (c Curves) typed(f frame, w, h int) []string {
	field := make([][]byte, h)
	for r := range field {
		field[r] = []byte(strings.Repeat(" ", w))
	}
	for _, l := range f.lines {
		for i, p := range l.at {
			stroke(field, f.place(l.before(i)), f.place(p), markers[l.index%len(markers)])
		}
	}
	out := make([]string, h)
	for r := range field {
		out[r] = string(field[r])
	}
	return out
}

// place is p as fractions of the drawing, y upwards.
func (f frame) place(p point) point { return point{x: f.x.frac(p.x), y: f.y.frac(p.y)} }

// before is where the line to point i starts: at the point itself after a gap.
func (l line) before(i int) point {
	if i == 0 || l.at[i].cut {
		return l.at[i]
	}
	return l.at[i-1]
}

func stroke(field [][]byte, a, b point, mark byte) {
	h, w := len(field), len(field[0])
	x0, x1 := int(math.Round(a.x*float64(w-1))), int(math.Round(b.x*float64(w-1)))
	for x := x0; x <= x1; x++ {
		t := 1.0
		if x1 > x0 {
			t = float64(x-x0) / float64(x1-x0)
		}
		y := int(math.Round((1 - (a.y + t*(b.y-a.y))) * float64(h-1)))
		if x >= 0 && x < w && y >= 0 && y < h {
			field[y][x] = mark
		}
	}
}

func xRule(a axis, w int) string {
	rule := []rune(strings.Repeat("─", w))
	for _, t := range a.ticks {
		if i := int(math.Round(a.frac(t) * float64(w-1))); i >= 0 && i < w {
			rule[i] = '┬'
		}
	}
	return string(rule)
}

// xLabels sets tick labels under their ticks, leaving out those that would
// touch, and the name of the axis at the right end.
func (c Curves) xLabels(a axis, w int) string {
	name := ""
	if c.XLabel != "" {
		name = "  " + c.XLabel
	}
	out, end := []rune(strings.Repeat(" ", w)), -1
	for i, t := range a.ticks {
		l := []rune(a.labels[i])
		at := max(0, int(math.Round(a.frac(t)*float64(w-1)))-len(l)/2)
		at = min(at, w-len(l))
		if at <= end || at < 0 || at+len(l) > w-len(name) && i > 0 {
			continue
		}
		copy(out[at:], l)
		end = at + len(l)
	}
	if len(name) > 0 && len(name) <= w-max(end, 0) {
		copy(out[w-len(name)+0:], []rune(name))
	}
	return string(out)
}
