package data

import (
	"image"
	"image/color"
)

// flatten makes an opaque RGB picture of width x height: img, which may be a part
// of that (the first frame of a GIF), laid on white.
func flatten(img image.Image, width, height int, video bool) *image.RGBA {
	b := img.Bounds()
	if (b.Dx() != width || b.Dy() != height) && !b.In(image.Rect(0, 0, width, height)) {
		width, height = b.Dx(), b.Dy() // the header was wrong
	}
	out := image.NewRGBA(image.Rect(0, 0, width, height))
	if b.Dx() == width && b.Dy() == height {
		b = out.Rect
	} else {
		for i := range out.Pix {
			out.Pix[i] = 255
		}
	}
	lay(out, b, img, video)
	return out
}

// lay copies img into the part of out, converting rows in the way of its type.
func lay(out *image.RGBA, part image.Rectangle, img image.Image, video bool) {
	row := rowsOf(img, video)
	for y := range part.Dy() {
		start := out.PixOffset(part.Min.X, part.Min.Y+y)
		row(y, out.Pix[start:start+4*part.Dx()])
	}
}

// rowsOf returns a function that writes row y of img as opaque RGBA.
func rowsOf(img image.Image, video bool) func(y int, dst []uint8) {
	b := img.Bounds()
	switch img := img.(type) {
	case *image.Gray:
		return func(y int, dst []uint8) { greyRow(dst, img.Pix[img.PixOffset(b.Min.X, b.Min.Y+y):]) }
	case *image.Paletted:
		return palettedRows(img)
	case *image.NRGBA:
		return func(y int, dst []uint8) { onWhite(dst, img.Pix[img.PixOffset(b.Min.X, b.Min.Y+y):]) }
	case *image.YCbCr:
		return colourRows(img, nil, video)
	case *image.NYCbCrA:
		return colourRows(&img.YCbCr, img, video)
	}
	return func(y int, dst []uint8) {
		for x := range len(dst) / 4 {
			put(dst[4*x:], color.NRGBAModel.Convert(img.At(b.Min.X+x, b.Min.Y+y)).(color.NRGBA))
		}
	}
}

func greyRow(dst, src []uint8) {
	for x := range len(dst) / 4 {
		v := src[x]
		dst[4*x], dst[4*x+1], dst[4*x+2], dst[4*x+3] = v, v, v, 255
	}
}

func onWhite(dst, src []uint8) {
	for i := 0; i < len(dst); i += 4 {
		put(dst[i:], color.NRGBA{R: src[i], G: src[i+1], B: src[i+2], A: src[i+3]})
	}
}

func palettedRows(img *image.Paletted) func(int, []uint8) {
	var table [256][4]uint8 // indices beyond the palette stay transparent: white
	for i := range table {
		c := color.NRGBA{}
		if i < len(img.Palette) {
			c = color.NRGBAModel.Convert(img.Palette[i]).(color.NRGBA)
		}
		put(table[i][:], c)
	}
	b := img.Bounds()
	return func(y int, dst []uint8) {
		src := img.Pix[img.PixOffset(b.Min.X, b.Min.Y+y):]
		for x := range len(dst) / 4 {
			copy(dst[4*x:], table[src[x]][:])
		}
	}
}

// put writes one pixel laid on white.
func put(dst []uint8, c color.NRGBA) {
	dst[0], dst[1], dst[2], dst[3] = over(c.R, c.A), over(c.G, c.A), over(c.B, c.A), 255
}

func over(v, alpha uint8) uint8 {
	return uint8((uint32(v)*uint32(alpha) + 255*(255-uint32(alpha)) + 127) / 255)
}
