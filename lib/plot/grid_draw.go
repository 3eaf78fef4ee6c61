package plot

import (
	"fmt"
	"slices"
	"strings"
)

// A terminal tile is tileWidth cells wide and tileRows lines high, a caption
// below it; notebooks get thumbnails of at most thumbSide pixels.
const (
	tileWidth, tileRows = 18, 9
	tileGap             = "  "
	tilesAcross         = 4 // on a page
	thumbSide           = 160
)

func mark(right *bool) (string, tone, string) {
	switch {
	case right == nil:
		return "", muted, ""
	case *right:
		return "✓", good, goodColour
	}
	return "✗", bad, badColour
}

// table lists the tiles, for outputs that show no pictures.
func (g Grid) table() Table {
	t := Table{Title: g.Title, Note: g.Note, Columns: []string{"image", "size", "caption", ""}}
	for i, tile := range g.Images {
		size := "none"
		if tile.Image != nil {
			b := tile.Image.Bounds()
			size = fmt.Sprintf("%dx%d", b.Dx(), b.Dy())
		}
		m, _, _ := mark(tile.Good)
		t.Rows = append(t.Rows, []string{fmt.Sprint(i + 1), size, tile.Caption, m})
	}
	return t
}

func (g Grid) terminal() string {
	var b strings.Builder
	b.WriteString(colourInk.heading(g.Title))
	for row := range slices.Chunk(g.Images, tilesAcross) {
		b.WriteString(sideBySide(row, func(t Tile) []string {
			return append(blockLines(t, false), captionLines(colourInk, t)...)
		}))
	}
	b.WriteString(colourInk.footnote(g.Note))
	return b.String()
}

// sideBySide sets the lines of tiles beside each other.
func sideBySide(tiles []Tile, lines func(Tile) []string) string {
	var b strings.Builder
	columns := make([][]string, len(tiles))
	height := 0
	for i, t := range tiles {
		columns[i] = lines(t)
		height = max(height, len(columns[i]))
	}
	for r := range height {
		for i := range columns {
			if i > 0 {
				b.WriteString(tileGap)
			}
			if r < len(columns[i]) {
				b.WriteString(columns[i][r])
			} else {
				b.WriteString(strings.Repeat(" ", tileWidth))
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

// blockLines is the picture of a tile in half blocks.
func blockLines(t Tile, indexed bool) []string {
	if t.Image == nil {
		return emptyLines(colourInk)
	}
	return halfBlocks(t.Image, tileWidth, tileRows, indexed)
}

// dotLines is the picture of a tile in braille.
func dotLines(k ink, t Tile, dark bool) []string {
	lines := emptyLines(k)
	if t.Image == nil {
		return lines
	}
	w, h := fitSize(t.Image.Bounds().Dx(), t.Image.Bounds().Dy(), 2*tileWidth, 4*tileRows)
	dots := brailleLines(t.Image, w, h, dark)
	for i := range lines {
		lines[i] = strings.Repeat(" ", tileWidth)
		if i < len(dots) {
			lines[i] = pad(dots[i], tileWidth, false)
		}
	}
	return lines
}

// emptyLines is the frame of a tile without a picture.
func emptyLines(k ink) []string {
	lines := slices.Repeat([]string{strings.Repeat(" ", tileWidth)}, tileRows)
	lines[tileRows/2] = k.paint(muted, pad("    (no image)", tileWidth, false))
	return lines
}

// captionLines is the caption in at most two lines, with the mark in front.
func captionLines(k ink, t Tile) []string {
	m, colour, _ := mark(t.Good)
	room := tileWidth
	if m != "" {
		room -= 2
	}
	out := wrap(oneLine(t.Caption), room, 2)
	for i := range out {
		out[i] = pad(out[i], room, false)
		switch {
		case m == "":
		case i == 0:
			out[i] = k.paint(colour, m) + " " + out[i]
		default:
			out[i] = "  " + out[i]
		}
	}
	return out
}

func (g Grid) html() string {
	var b strings.Builder
	b.WriteString(`<div style="display:grid;grid-template-columns:repeat(auto-fill,minmax(7.5em,10.5em));gap:.9em">`)
	for _, t := range g.Images {
		b.WriteString(tileHTML(t))
	}
	b.WriteString("</div>")
	return box(g.Title, b.String(), g.Note)
}

func tileHTML(t Tile) string {
	m, _, colour := mark(t.Good)
	edge, flag := "", ""
	if m != "" {
		edge = ";border-bottom:3px solid " + colour
		flag = fmt.Sprintf(`<span style="color:%s;font-weight:600">%s</span> `, colour, m)
	}
	picture := `<div style="aspect-ratio:1;border-radius:3px;background:rgba(127,127,127,.18)"></div>`
	if t.Image != nil {
		uri, w, h := dataURI(t.Image, thumbSide)
		picture = fmt.Sprintf(`<img src="%s" alt="%s" width="%d" height="%d" style="display:block;width:100%%;height:auto;max-width:none;aspect-ratio:1;object-fit:contain;border-radius:3px;background:rgba(127,127,127,.12)%s"/>`, uri, esc(firstOf(t.Caption, "image")), w, h, edge)
	}
	return fmt.Sprintf(`<figure style="margin:0;min-width:0">%s<figcaption style="font-size:12px;line-height:1.35;margin:.25em 0 0;overflow-wrap:anywhere">%s%s</figcaption></figure>`, picture, flag, esc(t.Caption))
}
