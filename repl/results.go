package repl

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"graft/lib/display"
	"graft/repl/render"
)

// resultHead is how much of a long result stays in the scrollback, in lines.
const resultHead = 10

// page is a text that a cell gives to read.
func page(b display.Bundle) document {
	draw := func(p render.Painter) string { return p.Page(b) }
	return document{title: "help", draw: draw, short: func(p render.Painter) string { return firstLines(draw(p), 3) }}
}

// longResult is a result that the window does not hold, as a text to read. Pictures
// are not read.
func (m *model) longResult(r resulted) (document, bool) {
	if pictured(r.bundle) {
		return document{}, false
	}
	draw := func(p render.Painter) string { return p.Result(r.count, r.bundle) }
	if strings.Count(draw(m.painter), "\n") < m.height-2 {
		return document{}, false
	}
	return document{
		title: fmt.Sprintf("Out[%d]", r.count), draw: draw,
		short: func(p render.Painter) string { return firstLines(draw(p), min(resultHead, max(1, m.height/2))) },
	}, true
}

// pictured reports whether a bundle is a picture, or has some.
func pictured(b display.Bundle) bool {
	for _, mime := range []string{display.PNG, display.JPEG, display.SVG} {
		if b.Data[mime] != nil {
			return true
		}
	}
	page, _ := b.Data[display.HTML].(string)
	return strings.Contains(page, "<img") || strings.Contains(page, "<svg")
}

// readResults shows what the cell that ended gives to read, as one text.
func (m *model) readResults() {
	list := m.results
	m.results = nil
	if len(list) == 0 {
		return
	}
	all := list[0]
	if len(list) > 1 {
		join := func(of func(document) func(render.Painter) string) func(render.Painter) string {
			return func(p render.Painter) string {
				var parts []string
				for _, r := range list {
					parts = append(parts, of(r)(p))
				}
				return strings.Join(parts, "\n\n")
			}
		}
		all.draw = join(func(r document) func(render.Painter) string { return r.draw })
		all.short = join(func(r document) func(render.Painter) string { return r.short })
	}
	m.read(all)
}

// setPager switches the pager on or off.
func (m *model) setPager(value string) (string, tea.Cmd, error) {
	if value != "" {
		m.unpaged = value == "off"
	}
	return map[bool]string{true: "off", false: "on"}[m.unpaged], nil, nil
}
