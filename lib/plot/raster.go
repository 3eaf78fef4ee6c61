package plot

import (
	"encoding/xml"
	"image"
	"image/color"
	"math"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
	"graft/lib/display"
)

// A chart fills at most chartWidth cells and chartRows lines of a screen that shows
// pixels: its letters are then about as large as the text around it.
const chartWidth, chartRows = 60, 16

// charted adds to b, which draws itself as text, a drawing in pixels of the SVG that
// pages get, so that a chart looks the same everywhere. The title is one that is
// not in the SVG.
func charted(b display.Bundle, title string, svg func() string) display.Bundle {
	text := b.Draw
	return drawn(b, func(s display.Screen) []display.Part {
		if (s.Cell != image.Point{}) && !s.Typed {
			if img, ok := chartImage(svg(), s); ok {
				return append(lineParts(inkOf(s).folded(strong, title, s.Columns)), display.Part{Image: img})
			}
		}
		return text(s)
	})
}

// chartImage is the SVG of a chart in pixels, as large as suits s.
func chartImage(svg string, s display.Screen) (image.Image, bool) {
	return raster(svg, min(s.Columns, chartWidth)*s.Cell.X, min(s.Rows, chartRows)*s.Cell.Y, s.Ground)
}

// sketch is an SVG of this package being drawn in pixels.
type sketch struct {
	img   *image.RGBA
	scale float64 // pixels a unit
	ink   color.NRGBA
	fonts [2]font.Face // regular and bold
	ok    bool
}

// raster draws an SVG as large as fits into width×height pixels, on a clear ground.
// It knows the elements that this package writes and no others, which a test holds
// it to, and reports false if its fonts lack a letter.
func raster(svg string, width, height int, ground color.Color) (image.Image, bool) {
	scale := math.Min(float64(width)/svgWidth, float64(height)/svgHeight)
	s := &sketch{scale: scale, ink: color.NRGBA{0x30, 0x30, 0x30, 0xff}, ok: true}
	if isDark(ground) {
		s.ink = color.NRGBA{0xd8, 0xd8, 0xd8, 0xff}
	}
	s.img = image.NewRGBA(image.Rect(0, 0, int(scale*svgWidth), int(scale*svgHeight)))
	if s.img.Bounds().Empty() {
		return nil, false
	}
	for i, f := range typefaces() {
		face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: svgFont * scale, DPI: 72, Hinting: font.HintingNone})
		if err != nil {
			return nil, false
		}
		s.fonts[i] = face
	}
	s.read(xml.NewDecoder(strings.NewReader(svg)))
	return s.img, s.ok
}

// typefaces are the fonts of letters, regular and bold.
var typefaces = sync.OnceValue(func() (list [2]*opentype.Font) {
	for i, ttf := range [][]byte{goregular.TTF, gobold.TTF} {
		f, err := opentype.Parse(ttf)
		if err != nil {
			panic("plot: a font of golang.org/x/image cannot be read: " + err.Error())
		}
		list[i] = f
	}
	return list
})

// shape is an element with its attributes.
type shape map[string]string

func (e shape) number(name string, otherwise float64) float64 {
	if v, err := strconv.ParseFloat(e[name], 64); err == nil {
		return v
	}
	return otherwise
}

func (s *sketch) read(d *xml.Decoder) {
	var e shape
	var name string
	for {
		token, err := d.Token()
		if err != nil {
			return
		}
		switch t := token.(type) {
		case xml.StartElement:
			e, name = shape{}, t.Name.Local
			for _, a := range t.Attr {
				e[a.Name.Local] = a.Value
			}
			if draw, ok := drawers[name]; ok {
				draw(s, e)
			}
		case xml.CharData:
			if name == "text" {
				s.text(e, string(t))
			}
		case xml.EndElement:
			name = ""
		}
	}
}

// drawers draw the elements that are drawn when they begin.
var drawers = map[string]func(*sketch, shape){
	"path": (*sketch).path,
	"circle": func(s *sketch, e shape) {
		at := spot{e.number("cx", 0), e.number("cy", 0)}
		s.fill([][]spot{disc(at, e.number("r", 0))}, s.colour(e["fill"], 1))
	},
}

// colour reads "#rrggbb" or "currentColor".
func (s *sketch) colour(name string, opacity float64) color.NRGBA {
	c := s.ink
	if v, err := strconv.ParseUint(strings.TrimPrefix(name, "#"), 16, 32); err == nil && len(name) == 7 {
		c = color.NRGBA{uint8(v >> 16), uint8(v >> 8), uint8(v), 0xff}
	}
	c.A = uint8(math.Round(255 * opacity))
	return c
}

// spot is a place in units of the drawing.
type spot struct{ x, y float64 }

func (a spot) plus(b spot, times float64) spot { return spot{a.x + times*b.x, a.y + times*b.y} }

// path strokes a path with round ends and joints: the charts have no others that
// anyone could see.
func (s *sketch) path(e shape) {
	half := e.number("stroke-width", 1) / 2
	var outline [][]spot
	for _, line := range lines(e["d"]) {
		if e["stroke-dasharray"] != "" {
			for _, part := range dashed(line, 3) {
				outline = append(outline, outlined(part, half)...)
			}
			continue
		}
		outline = append(outline, outlined(line, half)...)
	}
	s.fill(outline, s.colour(e["stroke"], e.number("stroke-opacity", 1)))
}

// lines reads the commands of path data that this package writes: M, L, H, V, h, v.
func lines(d string) (all [][]spot) {
	var at spot
	for _, c := range strings.FieldsFunc(separated.Replace(d), func(r rune) bool { return r == '|' }) {
		args := strings.Fields(c[1:])
		n := make([]float64, 2)
		for i := range min(2, len(args)) {
			n[i], _ = strconv.ParseFloat(args[i], 64)
		}
		switch c[0] {
		case 'M', 'L':
			at = spot{n[0], n[1]}
		case 'H':
			at.x = n[0]
		case 'V':
			at.y = n[0]
		case 'h':
			at.x += n[0]
		case 'v':
			at.y += n[0]
		}
		if c[0] == 'M' || len(all) == 0 {
			all = append(all, nil)
		}
		all[len(all)-1] = append(all[len(all)-1], at)
	}
	return all
}

var separated = strings.NewReplacer("M", "|M", "L", "|L", "H", "|H", "V", "|V", "h", "|h", "v", "|v")

// dashed cuts a line into strokes of n units with gaps as long.
func dashed(line []spot, n float64) (all [][]spot) {
	for i := 1; i < len(line); i++ {
		a, b := line[i-1], line[i]
		length := math.Hypot(b.x-a.x, b.y-a.y)
		way := spot{(b.x - a.x) / length, (b.y - a.y) / length}
		for t := 0.0; t < length; t += 2 * n {
			all = append(all, []spot{a.plus(way, t), a.plus(way, math.Min(length, t+n))})
		}
	}
	return all
}

// outlined are the shapes that a line covers: a box along each stretch, a disc at
// each end of one. All run the same way round, so that none clears another.
func outlined(line []spot, half float64) (all [][]spot) {
	for i, b := range line {
		if len(line) > 2 || len(line) == 1 || b == line[0] && i > 0 {
			all = append(all, disc(b, half))
		}
		if i == 0 || b == line[i-1] {
			continue
		}
		a := line[i-1]
		length := math.Hypot(b.x-a.x, b.y-a.y)
		side := spot{-(b.y - a.y) / length, (b.x - a.x) / length}
		all = append(all, []spot{a.plus(side, half), b.plus(side, half), b.plus(side, -half), a.plus(side, -half)})
	}
	return all
}

func disc(at spot, r float64) []spot {
	const corners = 24
	out := make([]spot, corners)
	for i := range out {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / corners)
		out[i] = spot{at.x + r*sin, at.y + r*cos}
	}
	return out
}

// fill covers shapes with a colour, where they lie over each other once.
func (s *sketch) fill(shapes [][]spot, c color.NRGBA) {
	box := s.box(shapes).Intersect(s.img.Bounds())
	if box.Empty() {
		return
	}
	r := vector.NewRasterizer(box.Dx(), box.Dy())
	for _, points := range shapes {
		for i, p := range points {
			x, y := float32(p.x*s.scale)-float32(box.Min.X), float32(p.y*s.scale)-float32(box.Min.Y)
			if i == 0 {
				r.MoveTo(x, y)
			} else {
				r.LineTo(x, y)
			}
		}
		r.ClosePath()
	}
	r.Draw(s.img, box, image.NewUniform(c), image.Point{})
}

// box is the part of the picture that shapes touch.
func (s *sketch) box(shapes [][]spot) image.Rectangle {
	lo, hi := spot{math.Inf(1), math.Inf(1)}, spot{math.Inf(-1), math.Inf(-1)}
	for _, points := range shapes {
		for _, p := range points {
			lo = spot{math.Min(lo.x, p.x), math.Min(lo.y, p.y)}
			hi = spot{math.Max(hi.x, p.x), math.Max(hi.y, p.y)}
		}
	}
	if lo.x > hi.x {
		return image.Rectangle{}
	}
	return image.Rect(int(lo.x*s.scale)-1, int(lo.y*s.scale)-1, int(hi.x*s.scale)+2, int(hi.y*s.scale)+2)
}

// text sets letters on their base line.
func (s *sketch) text(e shape, letters string) {
	face := s.fonts[0]
	if e["font-weight"] == "600" {
		face = s.fonts[1]
	}
	for _, r := range letters {
		if _, ok := face.GlyphAdvance(r); !ok {
			s.ok = false
		}
	}
	pen := font.Drawer{Dst: s.img, Src: image.NewUniform(s.colour("", e.number("opacity", 1))), Face: face}
	x := e.number("x", 0) * s.scale
	switch width := float64(pen.MeasureString(letters)) / 64; e["text-anchor"] {
	case "middle":
		x -= width / 2
	case "end":
		x -= width
	}
	pen.Dot = fixed.Point26_6{X: fixed.Int26_6(x * 64), Y: fixed.Int26_6(e.number("y", 0) * s.scale * 64)}
	pen.DrawString(letters)
}
