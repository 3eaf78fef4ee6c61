package graphics

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"strconv"

	"github.com/charmbracelet/x/ansi"
)

// sixelPicture shows an image as sixels. Terminals keep no more than a few dozen of
// them, so that it is written whole where it fits.
type sixelPicture struct {
	img    image.Image
	grid   image.Point // size in cells
	cell   image.Point
	ground color.Color
	whole  func() []byte // all of it, encoded once
}

func (p *sixelPicture) rows() int { return p.grid.Y }

func (p *sixelPicture) prepare() { p.whole() }

// part returns rows from to to: the pixels in the first, and in every row a step over
// them, so that erasing what is on the right leaves them alone.
func (p *sixelPicture) part(from, to int) []string {
	lines := make([]string, to-from)
	for i := range lines {
		lines[i] = ansi.CursorForward(p.grid.X)
	}
	if pixels := p.encode(from, to); pixels != nil {
		lines[0] = ansi.SaveCursor + ansi.SixelGraphics(0, 1, 0, pixels) + ansi.RestoreCursor + lines[0]
	}
	return lines
}

func (p *sixelPicture) encode(from, to int) []byte {
	if from == 0 && to == p.rows() {
		return p.whole()
	}
	b := p.img.Bounds()
	r := image.Rect(b.Min.X, b.Min.Y+from*p.cell.Y, b.Max.X, min(b.Max.Y, b.Min.Y+to*p.cell.Y))
	return once(func() []byte { return encodeSixel(p.img, r, p.ground) })()
}

// encodeSixel writes the part of img in r. Clear pixels are left out; half clear ones,
// which sixel does not have, are mixed with the ground. The encoder of x/ansi does not
// mix, nor does it dither.
func encodeSixel(img image.Image, r image.Rectangle, ground color.Color) []byte {
	flat, solid := flatten(img, r, ground)
	if flat.Rect.Empty() {
		return nil
	}
	palette, index := reduce(flat, solid)
	if len(palette) == 0 {
		return nil
	}
	var b bytes.Buffer
	w, h := flat.Rect.Dx(), flat.Rect.Dy()
	fmt.Fprintf(&b, `"1;1;%d;%d`, w, h)
	for i, c := range palette {
		fmt.Fprintf(&b, "#%d;2;%d;%d;%d", i, percent(c[0]), percent(c[1]), percent(c[2]))
	}
	for y := 0; y < h; y += 6 {
		if y > 0 {
			b.WriteByte('-')
		}
		writeBand(&b, index[y*w:min(h, y+6)*w], w)
	}
	return b.Bytes()
}

// percent is the unit of sixel's colours.
func percent(v uint8) int { return (int(v)*100 + 127) / 255 }

// flatten draws the part of img in r on the ground, and tells which pixels are not
// clear.
func flatten(img image.Image, r image.Rectangle, ground color.Color) (*image.RGBA, []bool) {
	if ground == nil {
		ground = color.Black
	}
	size := image.Rectangle{Max: r.Size()}
	top := image.NewRGBA(size)
	draw.Draw(top, size, img, r.Min, draw.Src)
	solid := make([]bool, len(top.Pix)/4)
	for i := range solid {
		solid[i] = top.Pix[4*i+3] > 8
	}
	flat := image.NewRGBA(size)
	draw.Draw(flat, size, image.NewUniform(ground), image.Point{}, draw.Src)
	draw.Draw(flat, size, top, image.Point{}, draw.Over)
	return flat, solid
}

// writeBand writes up to six lines of pixels, one colour after the other.
func writeBand(b *bytes.Buffer, index []int16, w int) {
	var bits [mostColours][]byte // of each colour, by column
	var order []int16
	for i, c := range index {
		if c == clear {
			continue
		}
		if bits[c] == nil {
			bits[c] = make([]byte, w)
			order = append(order, c)
		}
		bits[c][i%w] |= 1 << (i / w)
	}
	for n, c := range order {
		if n > 0 {
			b.WriteByte('$')
		}
		b.WriteString("#" + strconv.Itoa(int(c)))
		writeRuns(b, bits[c])
	}
}

// writeRuns writes columns of six bits, equal ones in short.
func writeRuns(b *bytes.Buffer, columns []byte) {
	columns = bytes.TrimRight(columns, "\x00")
	for len(columns) > 0 {
		n := 1
		for n < len(columns) && columns[n] == columns[0] {
			n++
		}
		letter := '?' + columns[0]
		if n > 3 {
			fmt.Fprintf(b, "!%d%c", n, letter)
		} else {
			b.Write(bytes.Repeat([]byte{letter}, n))
		}
		columns = columns[n:]
	}
}
