package plot

import (
	"strings"

	"graft/lib/display"
)

// page is the width in cells of text that is set once for all: that of bundles in
// files, logs and notebooks.
const page = 80

// widest is the number of cells that a text picture fills at most on a screen:
// eyes do not follow longer lines.
const widest = 96

// inkOf is the ink that s can show.
func inkOf(s display.Screen) ink {
	switch {
	case s.Typed:
		return plainInk
	case s.Colour:
		return colourInk
	}
	return monoInk
}

// drawn adds a drawing to b.
func drawn(b display.Bundle, draw func(display.Screen) []display.Part) display.Bundle {
	b.Draw = draw
	return b
}

// frameText is a text picture with what stands above and below it.
type frameText struct {
	title, note string
	body        func(k ink, width int) string
	widest      int
	// fits reports whether body can be drawn that narrow; else narrow is. May be nil.
	fits   func(width int) bool
	narrow func(k ink, width int) string
}

func framed(title string, body func(k ink, width int) string, note string) frameText {
	return frameText{title: title, body: body, note: note, widest: widest}
}

// bundle is the picture for a page and for screens, with its HTML.
func (f frameText) bundle(html string) display.Bundle {
	return drawn(bundle(f.paged(plainInk), f.paged(colourInk), html), f.draw)
}

func (f frameText) paged(k ink) string {
	return k.heading(f.title) + f.body(k, page) + k.footnote(f.note)
}

// draw sets the picture in the width of s.
func (f frameText) draw(s display.Screen) []display.Part {
	k, width, body := inkOf(s), max(1, min(s.Columns, f.widest)), f.body
	if f.fits != nil && !f.fits(width) {
		body = f.narrow
	}
	return []display.Part{words(k.folded(strong, f.title, width) + body(k, width) + k.folded(muted, f.note, width))}
}

func words(s string) display.Part { return display.Part{Text: trimLines(s)} }

// parts is what b shows on s, also if it has no drawing.
func parts(b display.Bundle, s display.Screen) []display.Part {
	if b.Draw != nil {
		return b.Draw(s)
	}
	mimes := []string{display.Text}
	if inkOf(s) == colourInk {
		mimes = []string{display.Terminal, display.Text}
	}
	return []display.Part{{Text: strings.TrimRight(pick(b, mimes...), "\n")}}
}
