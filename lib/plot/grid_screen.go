package plot

import (
	"image"
	"image/color"
	"slices"

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
		return []display.Part{words(g.plain())}
	}
	out := lineParts(k.folded(strong, g.Title, width))
	across := max(1, (width+len(tileGap))/(tileWidth+len(tileGap)))
	for row := range slices.Chunk(g.Images, across) {
		captions := sideBySide(row, func(t Tile) []string { return captionLines(k, t) })
		if (s.Cell != image.Point{}) {
			out = append(out, display.Part{Image: thumbStrip(row, s.Cell)}, words(captions))
			continue
		}
		out = append(out, words(sideBySide(row, func(t Tile) []string {
			if k == colourInk && s.Blocks {
				return blockLines(t)
			}
			return dotLines(k, t, isDark(s.Ground))
		})+captions))
	}
	return append(out, lineParts(k.folded(muted, g.Note, width))...)
}

// lineParts is a part of text, or none.
func lineParts(s string) []display.Part {
	if s == "" {
		return nil
	}
	return []display.Part{words(s)}
}

// thumbStrip is the pictures of a row of tiles, each above its caption.
func thumbStrip(tiles []Tile, cell image.Point) image.Image {
	w, h, step := tileWidth*cell.X, tileRows*cell.Y, (tileWidth+len(tileGap))*cell.X
	out := image.NewRGBA(image.Rect(0, 0, len(tiles)*step, h))
	for i, t := range tiles {
		var img image.Image = image.NewUniform(color.NRGBA{0x7f, 0x7f, 0x7f, 0x30}) // an empty frame
		size := image.Pt(min(w, h), min(w, h))
		if t.Image != nil {
			img = sized(t.Image, w, h, h)
			size = img.Bounds().Size()
		}
		at := image.Pt(i*step, 0)
		draw.Draw(out, image.Rectangle{Min: at, Max: at.Add(size)}, img, img.Bounds().Min, draw.Src)
	}
	return out
}
