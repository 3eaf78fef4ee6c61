package render

import (
	"image"
	"strings"

	"github.com/charmbracelet/colorprofile"

	"graft/lib/display"
	"graft/lib/plot"
	"graft/repl/graphics"
)

// kind is the way in which pictures are shown.
func (p Painter) kind() graphics.Kind {
	switch {
	case p.Profile == colorprofile.NoTTY:
		return graphics.Text
	case p.Style.Kind != graphics.Auto:
		return p.Style.Kind
	case p.Profile <= colorprofile.ASCII:
		return graphics.Braille
	}
	return graphics.Blocks
}

// screen is what a drawing may fill, without pixels.
func (p Painter) screen() display.Screen {
	rows := p.Height
	if rows <= 0 {
		rows = 24
	}
	return display.Screen{
		Columns: p.width(), Rows: rows, Ground: p.Style.Ground,
		Colour: p.Profile > colorprofile.ASCII, Indexed: p.Profile == colorprofile.ANSI256, Blocks: p.kind() >= graphics.Blocks, Typed: p.kind() == graphics.Text,
	}
}

// drawn are the parts of b as it draws itself on s, or of the image that it holds;
// nil if it is text. Nothing is drawn for files and pipes, and by a Draw that panics:
// it may be the user's own.
func (p Painter) drawn(b display.Bundle, s display.Screen) (list []display.Part) {
	defer func() {
		if recover() != nil {
			list = nil
		}
	}()
	switch {
	case p.Profile == colorprofile.NoTTY:
		return nil
	case b.Draw != nil:
		return asText(b.Draw(s), s)
	}
	if img, _ := picture(b); img != nil {
		return plot.Photo(img, s)
	}
	return nil
}

// asText draws the images among parts as text if s shows no pixels: a drawing of the
// user's own may not have asked.
func asText(list []display.Part, s display.Screen) (out []display.Part) {
	if s.Cell != (image.Point{}) || len(list) == 0 {
		return list
	}
	for _, part := range list {
		if part.Image == nil {
			out = append(out, part)
		} else {
			out = append(out, plot.Photo(part.Image, s)...)
		}
	}
	return out
}

// picture is the image that b holds, nil if there is none; the error says why one that
// it holds cannot be drawn.
func picture(b display.Bundle) (image.Image, error) {
	var broken error
	for _, mime := range []string{display.PNG, display.JPEG} {
		if file, ok := b.Data[mime].([]byte); ok {
			img, err := plot.Encoded(file)
			if err == nil {
				return img, nil
			}
			broken = err
		}
	}
	return nil, broken
}

// hasPicture reports whether b draws itself or holds an image that can be drawn.
func hasPicture(b display.Bundle) bool {
	img, _ := picture(b)
	return b.Draw != nil || img != nil
}

// Pixels draws b for the scrollback of a terminal that shows pixels. It reports false
// if there are none in b or on the terminal; [Painter.Bundle] then has all there is.
func (p Painter) Pixels(b display.Bundle) (string, bool) {
	if !p.kind().Pixels() || p.Shelf == nil || !hasPicture(b) {
		return "", false
	}
	s := p.screen()
	s.Cell = p.Style.Cell
	list := p.drawn(b, s)
	for _, part := range list {
		if part.Image != nil {
			return p.lay(list), true
		}
	}
	return "", false
}

// lay sets parts below each other. Images become lines that stand for them.
func (p Painter) lay(list []display.Part) string {
	var lines []string
	for _, part := range list {
		switch {
		case part.Image != nil:
			lines = append(lines, p.Shelf.Put(part.Image, p.Style)...)
		case p.kind() == graphics.Text:
			lines = append(lines, p.Fit(typed.Replace(part.Text)))
		default:
			lines = append(lines, p.Colour(p.Fit(part.Text)))
		}
	}
	return strings.Join(lines, "\n")
}

// typed turns the letters that our own pictures are drawn with, rules, marks and
// dots, into those of a typewriter.
var typed = strings.NewReplacer(
	"─", "-", "━", "=", "│", "|", "┤", "+", "┬", "+", "└", "+", "┆", ":",
	"✓", "+", "✗", "x", "■", "!", "•", "*", "‖", "=", "·", "-", "–", "-", "…", "~", "×", "x", "→", "->", "┄", ".",
	"▁", "_", "▂", ".", "▃", ":", "▄", "-", "▅", "=", "▆", "+", "▇", "*", "█", "#",
)
