package render

import (
	"fmt"
	"html"
	"regexp"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"graft/lib/display"
	"graft/repl/graphics"
)

// Bundle draws the richest form of b that is text: pixels cannot be drawn again and
// again in a view.
func (p Painter) Bundle(b display.Bundle) string {
	if list := p.drawn(b, p.screen()); list != nil {
		return p.lay(list)
	}
	if s := text(b, display.Terminal); s != "" && p.screen().Colour && p.kind() > graphics.Text {
		return p.Colour(p.Fit(s))
	}
	for _, mime := range []string{display.Text, display.Markdown} {
		if s := text(b, mime); s != "" {
			return p.Wrap(Sanitize(s))
		}
	}
	if s := text(b, display.HTML); s != "" {
		return p.Wrap(Sanitize(Readable(s)))
	}
	if _, err := picture(b); err != nil {
		return p.Wrap(p.Theme.Muted.Render(fmt.Sprintf("(%s)", Sanitize(err.Error()))))
	}
	return p.Theme.Muted.Render(fmt.Sprintf("(%s: nothing a terminal can show)", kinds(b)))
}

// Result draws the value of cell n: behind its prompt if it is one line, below it
// otherwise.
func (p Painter) Result(n int, b display.Bundle) string {
	prompt, value := p.Out(n), p.Bundle(b)
	if !strings.Contains(value, "\n") && ansi.StringWidthWc(prompt)+1+ansi.StringWidthWc(value) <= p.width() {
		return prompt + " " + value
	}
	return prompt + "\n" + value
}

// Out is the prompt of the value of cell n.
func (p Painter) Out(n int) string { return p.Theme.Out.Render(fmt.Sprintf("Out[%d]:", n)) }

// Error draws the lines of an error: the message first, carets in its colour.
func (p Painter) Error(text string) string {
	lines := p.frame(strings.Split(strings.TrimRight(Sanitize(text), "\n"), "\n"))
	for i, l := range lines {
		switch {
		case i == 0:
			lines[i] = p.Theme.Error.Render(ansi.WrapWc(l, p.width(), ""))
		case carets(l):
			lines[i] = p.Theme.Error.Render(l)
		case strings.HasPrefix(l, "\t"):
			lines[i] = p.Theme.Muted.Render(l)
		}
	}
	return p.Wrap(strings.Join(lines, "\n"))
}

func text(b display.Bundle, mime string) string {
	s, _ := b.Data[mime].(string)
	return strings.TrimRight(s, "\n")
}

func kinds(b display.Bundle) string {
	var out []string
	for _, mime := range []string{display.SVG, display.PNG, display.JPEG, display.HTML} {
		if b.Data[mime] != nil {
			out = append(out, mime)
		}
	}
	if len(out) == 0 {
		return "display"
	}
	return strings.Join(out, ", ")
}

var (
	unread  = regexp.MustCompile(`(?is)<(script|style|svg|head)\b.*?</(script|style|svg|head)>`)
	breaks  = regexp.MustCompile(`(?i)<(br|/p|/div|/tr|/li|/h[1-6]|/pre)\b[^>]*>`)
	columns = regexp.MustCompile(`(?i)</(td|th)>`)
	tags    = regexp.MustCompile(`(?s)<[^>]*>`)
	trail   = regexp.MustCompile(`(?m)[ \t]+$`)
	blank   = regexp.MustCompile(`\n{3,}`)
)

// Readable is the text of an HTML page, for displays that have no other form.
func Readable(page string) string {
	s := unread.ReplaceAllString(page, "")
	s = columns.ReplaceAllString(breaks.ReplaceAllString(s, "\n"), "  ")
	s = html.UnescapeString(trail.ReplaceAllString(tags.ReplaceAllString(s, ""), ""))
	return strings.Trim(blank.ReplaceAllString(s, "\n\n"), "\n")
}
