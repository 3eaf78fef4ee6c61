package plot

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	_ "image/jpeg" // Encoded reads JPEG
	_ "image/png"  // and PNG
	"strings"
	"sync"

	"golang.org/x/image/draw"
)

// later is an image whose size is known and whose pixels are made when they are first
// looked at, so that a front end can make room for it at once and draw it beside
// its screen.
type later struct {
	size   image.Point
	pixels func() *image.RGBA
}

// drawnLater is an image of a size that paint fills.
func drawnLater(size image.Point, paint func(*image.RGBA)) image.Image {
	return later{size, sync.OnceValue(func() *image.RGBA {
		out := image.NewRGBA(image.Rectangle{Max: size})
		paint(out)
		return out
	})}
}

// scaledLater is img at another size; clear parts stay clear. What is larger than any
// file, such as an image.Uniform, is sampled: kernels keep a row for each of its lines.
func scaledLater(img image.Image, size image.Point, how draw.Scaler) image.Image {
	if b := img.Bounds(); b.Dx() > mostPixels/b.Dy() {
		how = draw.ApproxBiLinear
	}
	return drawnLater(size, func(out *image.RGBA) { how.Scale(out, out.Rect, img, img.Bounds(), draw.Src, nil) })
}

// ColorModel is that of image.RGBA.
func (l later) ColorModel() color.Model { return color.RGBAModel }

// Bounds starts at 0, 0.
func (l later) Bounds() image.Rectangle { return image.Rectangle{Max: l.size} }

// At draws the image if that has not happened yet.
func (l later) At(x, y int) color.Color { return l.pixels().At(x, y) }

// mostPixels is the size of the largest picture that is decoded, that of package data:
// a header of fifty bytes may claim any.
const mostPixels = 64_000_000

// Encoded is the image in a PNG or JPEG file, which is decoded when its pixels are
// first looked at. It reads the header alone: a file that is neither, or claims more
// than 64 million pixels, is an error; where one turns out to be broken further on, the
// image is clear.
func Encoded(file []byte) (image.Image, error) {
	head, kind, err := image.DecodeConfig(bytes.NewReader(file))
	switch {
	case err != nil:
		return nil, fmt.Errorf("plot: the picture cannot be read: %w (Encoded reads PNG and JPEG)", err)
	case head.Width < 1 || head.Height < 1 || head.Width > mostPixels/head.Height:
		return nil, fmt.Errorf("plot: a %s picture of %dx%d pixels (the limit is %d million: make it smaller)",
			strings.ToUpper(kind), head.Width, head.Height, mostPixels/1_000_000)
	}
	return drawnLater(image.Pt(head.Width, head.Height), func(out *image.RGBA) {
		if img, _, err := image.Decode(bytes.NewReader(file)); err == nil {
			draw.Draw(out, out.Rect, img, img.Bounds().Min, draw.Src)
		}
	}), nil
}
