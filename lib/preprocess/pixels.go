package preprocess

import (
	"image"
	"image/color"
)

// pixels is an image as rows of red, green, blue bytes without gaps.
type pixels struct {
	width, height int
	rgb           []uint8
}

func newPixels(width, height int) pixels {
	return pixels{width, height, make([]uint8, width*height*Channels)}
}

// from copies an image's colours. Transparency is not looked at: package data
// lays images on a ground when it decodes them.
func from(img image.Image) pixels {
	b := img.Bounds()
	p := newPixels(b.Dx(), b.Dy())
	switch img := img.(type) {
	case *image.RGBA:
		p.copyRows(img.Pix[img.PixOffset(b.Min.X, b.Min.Y):], img.Stride)
	case *image.NRGBA:
		p.copyRows(img.Pix[img.PixOffset(b.Min.X, b.Min.Y):], img.Stride)
	case *image.Gray:
		p.copyGrey(img.Pix[img.PixOffset(b.Min.X, b.Min.Y):], img.Stride)
	default:
		p.copyAny(img)
	}
	return p
}

func (p pixels) copyRows(pix []uint8, stride int) {
	i := 0
	for y := range p.height {
		row := pix[y*stride:]
		for x := range p.width {
			copy(p.rgb[i:i+Channels], row[4*x:4*x+Channels])
			i += Channels
		}
	}
}

func (p pixels) copyGrey(pix []uint8, stride int) {
	i := 0
	for y := range p.height {
		for _, v := range pix[y*stride : y*stride+p.width] {
			p.rgb[i], p.rgb[i+1], p.rgb[i+2] = v, v, v
			i += Channels
		}
	}
}

func (p pixels) copyAny(img image.Image) {
	b := img.Bounds()
	i := 0
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			c := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
			p.rgb[i], p.rgb[i+1], p.rgb[i+2] = c.R, c.G, c.B
			i += Channels
		}
	}
}

// picture returns the pixels as an opaque image.
func (p pixels) picture() *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, p.width, p.height))
	for i := range p.width * p.height {
		copy(img.Pix[4*i:], p.rgb[Channels*i:Channels*i+Channels])
		img.Pix[4*i+3] = 255
	}
	return img
}
