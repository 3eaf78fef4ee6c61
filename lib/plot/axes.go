package plot

import "math"

// point is a place in axis units. No line leads to it from the point before if
// cut is set: a value between them was missing.
type point struct {
	x, y float64
	cut  bool
}

// line is a series cleaned for drawing: finite, in axis units (log10 on a
// logarithmic axis), and no longer than anyone can see.
type line struct {
	Series
	index int
	at    []point
}

type axis struct {
	lo, hi float64
	ticks  []float64
	labels []string
}

// frac is the place of v between the ends of the axis, 0 to 1.
func (a axis) frac(v float64) float64 { return (v - a.lo) / (a.hi - a.lo) }

type frame struct {
	x, y  axis
	lines []line
}

// limit is the number of points that a drawn line has at most.
const limit = 240

func (c Curves) frame(xTicks, yTicks int) frame {
	var f frame
	x, y := empty(), empty()
	for i, s := range c.Series {
		l := line{Series: s, index: i, at: thin(c.points(s), limit)}
		for _, p := range l.at {
			x, y = x.with(p.x), y.with(p.y)
		}
		f.lines = append(f.lines, l)
	}
	if c.YMin < c.YMax {
		y = y.with(scale(c.YMin, c.LogY)).with(scale(c.YMax, c.LogY))
	}
	f.x, f.y = x.ticked(c.LogX, xTicks, false, c.whole()), y.ticked(c.LogY, yTicks, true, false)
	return f
}

func scale(v float64, log bool) float64 {
	if log {
		return math.Log10(v)
	}
	return v
}

// points returns the values of s that can be drawn.
func (c Curves) points(s Series) []point {
	out := make([]point, 0, len(s.Y))
	cut := false
	for i, y := range s.Y {
		x := float64(i + 1)
		if s.X != nil {
			if i >= len(s.X) {
				break
			}
			x = s.X[i]
		}
		p := point{scale(x, c.LogX), scale(y, c.LogY), cut}
		cut = !drawable(p.x) || !drawable(p.y)
		if !cut {
			out = append(out, p)
		}
	}
	return out
}

// thin replaces equal stretches of p by their means, down to n points.
func thin(p []point, n int) []point {
	if len(p) <= n {
		return p
	}
	out := make([]point, n)
	for i := range n {
		part := p[i*len(p)/n : (i+1)*len(p)/n]
		for _, q := range part {
			out[i].x += q.x / float64(len(part))
			out[i].y += q.y / float64(len(part))
			out[i].cut = out[i].cut || q.cut
		}
	}
	return out
}

// whole says whether x counts something, so that ticks between whole numbers
// would mean nothing.
func (c Curves) whole() bool {
	for _, s := range c.Series {
		for _, x := range s.X {
			if x != math.Trunc(x) {
				return false
			}
		}
	}
	return true
}

func empty() axis { return axis{lo: math.Inf(1), hi: math.Inf(-1)} }

func (a axis) with(v float64) axis {
	if drawable(v) {
		a.lo, a.hi = math.Min(a.lo, v), math.Max(a.hi, v)
	}
	return a
}

// ticked sets round ticks. A stretched axis ends at its outer ticks, the other
// kind at its data.
func (a axis) ticked(log bool, n int, stretch, whole bool) axis {
	if a.lo > a.hi {
		a.lo, a.hi = 0, 1
	}
	if a.hi-a.lo <= math.Max(1e-12*math.Abs(a.lo), 1/farthest) { // equal but for rounding: no steps lie between
		d := math.Max(math.Abs(a.lo)*0.05, 1e-9)
		if whole {
			d = math.Max(math.Abs(a.lo)*1e-9, 0.5)
		}
		a.lo, a.hi = a.lo-d, a.hi+d
	}
	var at []float64
	var labels []string
	switch {
	case log:
		at, labels = logTicks(a.lo, a.hi)
	case whole:
		at, labels = ticks(a.lo, a.hi, int(math.Min(float64(n), a.hi-a.lo+1)))
	default:
		at, labels = ticks(a.lo, a.hi, n)
	}
	if stretch {
		a.lo, a.hi = at[0], at[len(at)-1]
	}
	for i, v := range at {
		inside := v >= a.lo-1e-9*math.Abs(a.lo) && v <= a.hi+1e-9*math.Abs(a.hi)
		if inside && !(whole && v != math.Trunc(v)) {
			a.ticks, a.labels = append(a.ticks, v), append(a.labels, labels[i])
		}
	}
	return a
}
