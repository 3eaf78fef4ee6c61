package plot

import (
	"bytes"
	"image"
	"image/color"
	_ "image/jpeg" // Encoded reads JPEG
	_ "image/png"  // and PNG
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

// scaledLater is img at another size; clear parts stay clear.
func scaledLater(img image.Image, size image.Point, how draw.Scaler) image.Image {
	return drawnLater(size, func(out *image.RGBA) { how.Scale(out, out.Rect, img, img.Bounds(), draw.Src, nil) })
}

// ColorModel is that of image.RGBA.
func (l later) ColorModel() color.Model { return color.RGBAModel }

// Bounds starts at 0, 0.
func (l later) Bounds() image.Rectangle { return image.Rectangle{Max: l.size} }

// At draws the image if that has not happened yet.
func (l later) At(x, y int) color.Color { return l.pixels().At(x, y) }

// Encoded is the image in a PNG or JPEG file, which is decoded when its pixels are
// first looked at; nil if it is no such file. Where the file turns out to be broken the
// image is clear.
func Encoded(file []byte) image.Image {
	head, _, err := image.DecodeConfig(bytes.NewReader(file))
	if err != nil {
		return nil
	}
	return drawnLater(image.Pt(head.Width, head.Height), func(out *image.RGBA) {
		if img, _, err := image.Decode(bytes.NewReader(file)); err == nil {
			draw.Draw(out, out.Rect, img, img.Bounds().Min, draw.Src)
		}
	})
}
