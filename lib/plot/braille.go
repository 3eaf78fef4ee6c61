package plot

import (
	"math"
	"strings"
)

// canvas is a field of braille cells, 2 dots across and 4 down in each. A cell
// has one colour: that of the line drawn over it last.
type canvas struct {
	w, h   int // in cells
	dots   []byte
	owner  []int
	dashed bool // tells lines apart where there is no colour
	steps  int  // drawn so far
}

// dashes are the dots that are drawn of a line, and those that are left out after
// them: series 0 is whole.
var dashes = [...][2]int{{1, 0}, {1, 2}, {4, 3}, {1, 5}, {8, 3}, {2, 2}}

// brailleBits are the dots of a braille pattern by row and column (Unicode
// block U+2800: the bits run down the columns, the fourth row comes last).
var brailleBits = [4][2]byte{{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}

func newCanvas(w, h int) *canvas {
	return &canvas{w: w, h: h, dots: make([]byte, w*h), owner: make([]int, w*h)}
}

func (c *canvas) set(x, y, owner int) {
	if x < 0 || y < 0 || x >= 2*c.w || y >= 4*c.h {
		return
	}
	i := y/4*c.w + x/2
	c.dots[i] |= brailleBits[y%4][x%2]
	c.owner[i] = owner
}

// draw joins two points given as fractions of the canvas, y upwards.
func (c *canvas) draw(a, b point, owner int) {
	x0, y0 := c.dot(a)
	x1, y1 := c.dot(b)
	n := max(1, int(math.Ceil(math.Max(math.Abs(x1-x0), math.Abs(y1-y0)))))
	for i := range n + 1 {
		if i > 0 {
			c.steps++
		}
		if d := dashes[owner%len(dashes)]; c.dashed && c.steps%(d[0]+d[1]) >= d[0] {
			continue
		}
		t := float64(i) / float64(n)
		c.set(int(math.Round(x0+t*(x1-x0))), int(math.Round(y0+t*(y1-y0))), owner)
	}
}

// mark is a point that can be seen beside and without its line.
func (c *canvas) mark(p point, owner int) {
	x, y := c.dot(p)
	left, top := int(math.Floor(x)), int(math.Floor(y))
	for i := range 4 {
		c.set(min(left, 2*c.w-2)+i%2, min(top, 4*c.h-2)+i/2, owner)
	}
}

func (c *canvas) dot(p point) (x, y float64) {
	return p.x * float64(2*c.w-1), (1 - p.y) * float64(4*c.h-1)
}

// row writes line y of the canvas.
func (c *canvas) row(k ink, y int) string {
	var b, run strings.Builder
	last := -1
	flush := func() {
		if last >= 0 {
			b.WriteString(k.paint(series(last), run.String()))
		} else {
			b.WriteString(run.String())
		}
		run.Reset()
	}
	for x := range c.w {
		i := y*c.w + x
		owner, r := -1, ' '
		if c.dots[i] != 0 {
			owner, r = c.owner[i], rune(0x2800+int(c.dots[i]))
		}
		if owner != last {
			flush()
			last = owner
		}
		run.WriteRune(r)
	}
	flush()
	return b.String()
}
