package plot

import (
	"image"
	"image/color"
	"strings"

	"golang.org/x/image/draw"
	"graft/lib/display"
)

// gridWidest is the number of cells that tiles side by side fill at most.
const gridWidest = 140

// draw sets as many tiles side by side as s is wide. Where there are pixels, the
// pictures of a row are one image and the captions text below it.
func (g Grid) draw(s display.Screen) []display.Part {
	k, width := inkOf(s), min(s.Columns, gridWidest)
	if k == plainInk {
		return g.table().framed().draw(s)
	}
	out := lineParts(k.folded(strong, g.Title, width))
	across := max(1, (width+len(tileGap))/(tileWidth+len(tileGap)))
	for i := 0; i < len(g.Images); i += across {
		row := g.Images[i:min(i+across, len(g.Images))]
		if i > 0 {
			out = append(out, display.Part{}) // a line between them
		}
		captions := sideBySide(row, func(t Tile) []string { return captionLines(k, t) })
		if (s.Cell != image.Point{}) {
			out = append(append(out, display.Part{Image: thumbStrip(row, s.Cell)}), lineParts(captions)...)
			continue
		}
		out = append(out, words(sideBySide(row, func(t Tile) []string {
			if k == colourInk && s.Blocks {
				return blockLines(t, s.Indexed)
			}
			return dotLines(k, t, isDark(s.Ground))
		})+captions))
	}
	return append(out, lineParts(k.folded(muted, g.Note, width))...)
}

// lineParts is a part of text, or none.
func lineParts(s string) []display.Part {
	if strings.TrimSpace(s) == "" {
		return nil
	}
	return []display.Part{words(s)}
}

// thumbStrip is the pictures of a row of tiles, each above its caption.
func thumbStrip(tiles []Tile, cell image.Point) image.Image {
	w, h, step := tileWidth*cell.X, tileRows*cell.Y, (tileWidth+len(tileGap))*cell.X
	var size image.Point
	thumbs := make([]image.Image, len(tiles))
	for i, t := range tiles {
		thumbs[i] = thumb(t.Image, w, h)
		has := thumbs[i].Bounds().Size()
		size = image.Pt(i*step+has.X, max(size.Y, has.Y))
	}
	return drawnLater(size, func(out *image.RGBA) {
		for i, img := range thumbs {
			draw.Draw(out, out.Rect.Add(image.Pt(i*step, 0)), img, img.Bounds().Min, draw.Src)
		}
	})
}

// thumb is img as large as fits into w×h pixels; those of tiny pictures are squares.
func thumb(img image.Image, w, h int) image.Image {
	if img == nil || img.Bounds().Empty() {
		return drawnLater(image.Pt(min(w, h), min(w, h)), func(out *image.RGBA) {
			draw.Draw(out, out.Rect, image.NewUniform(color.NRGBA{0x7f, 0x7f, 0x7f, 0x30}), image.Point{}, draw.Src)
		})
	}
	size := img.Bounds().Size()
	if f := min(w/size.X, h/size.Y); f >= 3 {
		return scaledLater(img, size.Mul(f), draw.NearestNeighbor)
	}
	w, h = fitSize(size.X, size.Y, w, h)
	return scaledLater(img, image.Pt(w, h), draw.CatmullRom)
}
