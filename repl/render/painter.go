package render

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"graft/repl/editor"
	"graft/repl/graphics"
	"graft/repl/style"
)

// Painter draws for one window.
type Painter struct {
	Width   int // of the window in cells; 0 means 80
	Theme   style.Theme
	Profile colorprofile.Profile // colours that the terminal has
	Measure editor.Measure       // nil means editor.ByRune
	Height  int                  // that a picture may fill, in lines; 0 means 24
	// Style is how pictures are shown; Auto means blocks, or braille without colour.
	Style graphics.Style
	Shelf *graphics.Shelf // takes pictures in pixels; nil for none
}

func (p Painter) width() int {
	if p.Width <= 0 {
		return 80
	}
	return p.Width
}

func (p Painter) measure() editor.Measure {
	if p.Measure == nil {
		return editor.ByRune
	}
	return p.Measure
}

// Colour brings the colours of s down to what the terminal has.
func (p Painter) Colour(s string) string {
	if p.Profile == colorprofile.TrueColor {
		return s
	}
	var b strings.Builder
	w := colorprofile.Writer{Forward: &b, Profile: p.Profile}
	if _, err := w.Write([]byte(s)); err != nil {
		return ansi.Strip(s)
	}
	return b.String()
}

// Fit cuts the lines of a picture at the right edge: charts and tables that are
// folded cannot be read.
func (p Painter) Fit(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		if p.method().StringWidth(l) > p.width() {
			// Truncate of x/ansi v0.11.9 measures joined characters one way only.
			start := ""
			if p.width() > 1 { // Hardwrap to nothing leaves all
				start, _, _ = strings.Cut(p.method().Hardwrap(l, p.width()-1, true), "\n")
			}
			lines[i] = start + "…\x1b[m"
		}
	}
	return strings.Join(lines, "\n")
}

// Wrap folds the lines of running text at the right edge. Each line ends its colours.
func (p Painter) Wrap(s string) string {
	return new(Pen).Lines(p.method().Hardwrap(s, p.width(), true))
}

// method is Measure for whole lines.
func (p Painter) method() ansi.Method {
	const joined = "\U0001f469\u200d\U0001f52c" // woman and microscope
	if p.measure()(joined) == ansi.StringWidth(joined) {
		return ansi.GraphemeWidth
	}
	return ansi.WcWidth
}

// Prompt is the gutter of a cell: a first line and the one of further lines,
// equally wide.
type Prompt struct {
	First, More string
	Style       style.Style
}

// In is the prompt of cell n.
func In(n int) Prompt {
	first := fmt.Sprintf("In [%d]: ", n)
	return Prompt{First: first, More: strings.Repeat(" ", max(0, len(first)-5)) + "...: "}
}

// Marked puts a mark in front of the prompt.
func (p Prompt) Marked(mark string) Prompt {
	p.First, p.More = mark+p.First, strings.Repeat(" ", ansi.StringWidthWc(mark))+p.More
	return p
}

// gutter is the width of the prompt, nothing in a window too narrow for it.
func (p Painter) gutter(prompt Prompt) int {
	if w := ansi.StringWidthWc(prompt.First); w+8 <= p.width() {
		return w
	}
	return 0
}

// Rows lays text out behind the prompt.
func (p Painter) Rows(text string, prompt Prompt) []editor.Row {
	return editor.Layout(text, p.width()-p.gutter(prompt), p.measure())
}

// Window lays out the part of text that v shows in height rows behind the prompt,
// with the cursor, at byte offset at, in it.
func (p Painter) Window(v *editor.Viewport, text string, at int, prompt Prompt, height int) []editor.Row {
	return v.Rows(text, at, p.width()-p.gutter(prompt), height, p.measure())
}

// Cell draws a cell that was run: prompt and coloured source. Long comments are
// folded between words: lessons explain themselves in comments.
func (p Painter) Cell(text string, prompt Prompt) string {
	text, left := head(text)
	text = foldComments(text, p.width()-p.gutter(prompt))
	lines := p.Lines(p.Rows(text, prompt), prompt, p.Spans(text))
	if n := len(lines); n > 1 && strings.TrimSpace(ansi.Strip(lines[n-1])) == "" {
		lines = lines[:n-1]
	}
	if left != "" {
		lines = append(lines, p.Theme.Muted.Render(left))
	}
	return strings.Join(lines, "\n")
}

// Of a longer cell only the start is drawn once it has run.
const (
	cellLines = 400
	cellBytes = 64 << 10
)

// head cuts a long cell and tells what is left out.
func head(text string) (shown, left string) {
	at := 0
	for range cellLines {
		at = min(len(text), editor.LineEnd(text, at)+1)
	}
	if at > cellBytes {
		at = editor.Prev(text, cellBytes)
	}
	if at == len(text) {
		return text, ""
	}
	rest := strings.TrimRight(text[at:], "\n")
	return strings.TrimSuffix(text[:at], "\n"), fmt.Sprintf("… and %d more lines (%d bytes)", strings.Count(rest, "\n")+1, len(rest))
}

func foldComments(text string, width int) string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, "// ") && width > 20 {
			line = "// " + strings.ReplaceAll(ansi.WrapWc(line[3:], width-4, ""), "\n", "\n// ")
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

// Lines draws rows with their prompts, coloured by spans; where spans overlap
// the later one adds to the earlier.
func (p Painter) Lines(rows []editor.Row, prompt Prompt, spans []Span) []string {
	out := make([]string, len(rows))
	for i, row := range rows {
		out[i] = p.prefix(prompt, row) + paint(row, over(row, spans))
		if i+1 < len(rows) && rows[i+1].First && row.Width+p.gutter(prompt) < p.width() {
			out[i] += lineEnd(row.End(), spans)
		}
	}
	return out
}

func (p Painter) prefix(prompt Prompt, row editor.Row) string {
	if p.gutter(prompt) == 0 {
		return ""
	}
	st := prompt.Style
	if st == "" {
		st = p.Theme.In
	}
	switch {
	case row.First && row.Start == 0:
		return st.Render(prompt.First)
	case row.First:
		return p.Theme.More.Render(prompt.More)
	}
	return strings.Repeat(" ", ansi.StringWidthWc(prompt.First))
}

// Cursor returns the place of byte offset at on the lines of [Painter.Lines].
func (p Painter) Cursor(rows []editor.Row, prompt Prompt, at int) (x, y int) {
	y, x = editor.Place(rows, at)
	return x + p.gutter(prompt), y
}

// over returns the spans that colour some of the row.
func over(row editor.Row, spans []Span) []Span {
	var out []Span
	for _, s := range spans {
		if s.Start < row.End() && s.End > row.Start {
			out = append(out, s)
		}
	}
	return out
}

// lineEnd draws the line end at a place, if a span wants it.
func lineEnd(at int, spans []Span) string {
	for _, s := range spans {
		if s.LineEnds && s.Start <= at && at < s.End {
			return s.Style.Render(" ")
		}
	}
	return ""
}

func paint(row editor.Row, spans []Span) string {
	var b, run strings.Builder
	var last style.Style
	for _, g := range row.Glyphs {
		if st := styleAt(spans, g.Start); st != last {
			b.WriteString(last.Render(run.String()))
			run.Reset()
			last = st
		}
		run.WriteString(g.Text)
	}
	b.WriteString(last.Render(run.String()))
	return b.String()
}

func styleAt(spans []Span, at int) style.Style {
	var st style.Style
	for _, s := range spans {
		if s.Start <= at && at < s.End {
			st = st.And(s.Style)
		}
	}
	return st
}
