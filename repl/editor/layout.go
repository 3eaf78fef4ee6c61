package editor

import (
	"github.com/charmbracelet/x/ansi"
	"github.com/clipperhouse/uax29/v2/graphemes"
)

// TabWidth is the distance of tab stops in cells.
const TabWidth = 4

// Glyph is one character as it is drawn.
type Glyph struct {
	Start, End int    // its bytes in the text
	Text       string // what is drawn: tabs are blanks
	Width      int    // in cells
}

// Row is one line of the window.
type Row struct {
	Start  int  // offset of its first byte in the text
	First  bool // whether a line of the text starts here, rather than goes on
	Glyphs []Glyph
	Width  int // in cells
}

// End is the offset behind the last byte of the row, in front of a line feed.
func (r Row) End() int {
	if n := len(r.Glyphs); n > 0 {
		return r.Glyphs[n-1].End
	}
	return r.Start
}

// Measure returns the width of one character in cells. Terminals disagree on
// joined emoji, so that it depends on the terminal.
type Measure func(string) int

// ByRune adds up the widths of code points, as most terminals do; ByCluster
// takes a joined sequence as one character, as terminals in mode 2027 do.
var (
	ByRune    Measure = ansi.StringWidthWc
	ByCluster Measure = ansi.StringWidth
)

// Layout breaks text into rows of at most width cells. Wide characters are never
// split. A text that fills its last row gets an empty one behind it, where its
// cursor can stand. It takes 50 bytes of memory for each character: a [Viewport]
// lays out what a window shows.
func Layout(text string, width int, measure Measure) []Row {
	return closed(layout(text, 0, true, width, measure), len(text), width)
}

// layout breaks text, which begins at offset base, into rows.
func layout(text string, base int, first bool, width int, measure Measure) []Row {
	rows := []Row{{Start: base, First: first}}
	g := graphemes.FromString(text)
	for pos := base; g.Next(); {
		s := g.Value()
		row := &rows[len(rows)-1]
		start := pos
		pos += len(s)
		if s == "\n" {
			rows = append(rows, Row{Start: pos, First: true})
			continue
		}
		glyph := measured(s, row.Width, measure)
		glyph.Start, glyph.End = start, pos
		if row.Width+glyph.Width > width && row.Width > 0 {
			rows = append(rows, Row{Start: start})
			row = &rows[len(rows)-1]
		}
		row.Glyphs = append(row.Glyphs, glyph)
		row.Width += glyph.Width
	}
	return rows
}

// closed adds a row for the cursor at the end of the text if the last row is full.
func closed(rows []Row, end, width int) []Row {
	if last := rows[len(rows)-1]; last.Width >= width && width > 0 {
		rows = append(rows, Row{Start: end})
	}
	return rows
}

func measured(s string, column int, measure Measure) Glyph {
	if s == "\t" {
		n := TabWidth - column%TabWidth
		return Glyph{Text: "    "[:n], Width: n}
	}
	return Glyph{Text: s, Width: measure(s)}
}

// Place returns the row and the column in cells of byte offset at.
func Place(rows []Row, at int) (row, column int) {
	for i, r := range rows {
		if r.Start > at {
			break
		}
		row = i
	}
	for _, g := range rows[row].Glyphs {
		if g.Start >= at {
			break
		}
		column += g.Width
	}
	return row, column
}

// Width is the width of a line of text in cells, with tabs.
func Width(s string) int {
	n := 0
	for g := graphemes.FromString(s); g.Next(); {
		n += glyphWidth(g.Value(), n)
	}
	return n
}

func glyphWidth(s string, column int) int { return measured(s, column, ByRune).Width }
