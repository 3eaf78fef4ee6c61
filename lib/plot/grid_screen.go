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
	out := image.NewRGBA(image.Rect(0, 0, len(tiles)*step, h))
	var used image.Rectangle
	for i, t := range tiles {
		img := thumb(t.Image, w, h)
		at := img.Bounds().Sub(img.Bounds().Min).Add(image.Pt(i*step, 0))
		draw.Draw(out, at, img, img.Bounds().Min, draw.Src)
		used = used.Union(at)
	}
	used.Max.Y = (used.Max.Y + cell.Y - 1) / cell.Y * cell.Y
	return out.SubImage(used)
}

// thumb is img as large as fits into w×h pixels; those of tiny pictures are squares.
func thumb(img image.Image, w, h int) image.Image {
	if img == nil || img.Bounds().Empty() {
		frame := image.NewRGBA(image.Rect(0, 0, min(w, h), min(w, h)))
		draw.Draw(frame, frame.Rect, image.NewUniform(color.NRGBA{0x7f, 0x7f, 0x7f, 0x30}), image.Point{}, draw.Src)
		return frame
	}
	size := img.Bounds().Size()
	if f := min(w/size.X, h/size.Y); f >= 3 {
		return scaled(img, f*size.X, f*size.Y, draw.NearestNeighbor)
	}
	w, h = fitSize(size.X, size.Y, w, h)
	return scaled(img, w, h, draw.CatmullRom)
}
