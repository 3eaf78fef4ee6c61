package repl

import (
	"fmt"
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"graft/repl/editor"
	"graft/repl/editor/syntax"
	"graft/repl/render"
	"graft/repl/style"
)

// View draws what can still change: the output of a running cell, or the prompt
// with what hangs below it. Everything else is scrollback.
func (m *model) View() tea.View {
	if m.pager != nil && !m.away {
		return m.pagerView()
	}
	lines, cursor := m.screen()
	v := tea.NewView(m.painter.Colour(strings.Join(lines, "\n")))
	v.WindowTitle = m.drew(max(1, len(lines)))
	if m.boards.focus == "" && m.boards.asking == nil {
		v.Cursor = cursor
	}
	return v
}

func (m *model) screen() ([]string, *tea.Cursor) {
	if m.away {
		return nil, tea.NewCursor(0, 0)
	}
	switch m.phase {
	case running:
		lines := m.window(m.height - 2)
		if s := m.status(); s != "" {
			lines = append(lines, m.painter.Fit(s))
		}
		return lines, nil
	case input:
		return m.inputLine()
	}
	return m.prompt()
}

// inputLine is the line that a cell has asked for, below its output.
func (m *model) inputLine() ([]string, *tea.Cursor) {
	above := m.window(m.height - 3)
	text, before := m.answer.Text(), m.answer.Cursor()
	if m.question.secret {
		text, before = hidden(text), len(hidden(m.answer.Before()))
	}
	full := m.question.prompt + text
	at := len(m.question.prompt) + before
	rows := m.painter.Window(new(editor.Viewport), full, at, render.Prompt{}, m.height-1-len(above))
	row, column := editor.Place(rows, at)
	lines := append(above, m.painter.Lines(rows, render.Prompt{}, nil)...)
	return lines, tea.NewCursor(column, len(above)+row)
}

// hidden is a dot for each character of a secret.
func hidden(s string) string { return strings.Repeat("•", utf8.RuneCountInString(s)) }

// prompt is the cell being typed and what hangs below it. Of a cell higher than the
// window the part around the cursor is shown.
func (m *model) prompt() ([]string, *tea.Cursor) {
	spare := max(0, m.height-2) // a row for the cell, and one for what is printed above
	below := m.below()
	below = below[:min(len(below), spare)]
	above := m.window(min(m.height/2, spare-len(below)))
	text, at, ghost := m.edit.Text(), m.edit.Cursor(), m.suggestion()
	if ghost != "" {
		text = m.edit.Before() + ghost + m.edit.After()[len(m.edit.Line()):]
	}
	prompt := m.in()
	room := max(1, m.height-1-len(above)-len(below))
	rows := m.painter.Window(&m.port, text, at, prompt, room)
	if part(rows, text) && room > 3 {
		rows = m.painter.Window(&m.port, text, at, prompt, room-1)
		below = append([]string{m.painter.Theme.Muted.Render(m.line())}, below...)
	}
	lines := m.painter.Lines(rows, prompt, m.spans(rows, text, ghost))
	x, y := m.painter.Cursor(rows, prompt, at)
	cursor := tea.NewCursor(x, len(above)+y)
	cursor.Shape = m.shape()
	return append(append(above, lines...), below...), cursor
}

// part reports whether rows are less than the text.
func part(rows []editor.Row, text string) bool {
	return rows[0].Start > 0 || rows[len(rows)-1].End() < len(strings.TrimRight(text, "\n"))
}

// line says where the cursor is in a cell that is not seen as a whole.
func (m *model) line() string {
	n := strings.Count(m.edit.Before(), "\n")
	return fmt.Sprintf("line %d of %d", n+1, n+1+strings.Count(m.edit.After(), "\n"))
}

func (m *model) below() []string {
	switch {
	case m.search != nil:
		return []string{m.search.line(m)}
	case m.menu != nil:
		return m.menu.lines(m, max(2, m.height-2))
	case m.hint != "":
		return strings.Split(m.painter.Theme.Muted.Render(m.painter.Hang(m.hint)), "\n")
	case m.assist.known:
		return []string{m.signatureLine()}
	}
	return nil
}

// margin is how far beyond the window, in bytes, its lines are read for colours.
const margin = 4 << 10

// spans are the colours of the rows: of their source, of the suggestion at the
// cursor, of what is selected or was searched for, and of the bracket at the cursor
// with its partner, if both are near.
func (m *model) spans(rows []editor.Row, text, ghost string) []render.Span {
	t, at := m.painter.Theme, m.edit.Cursor()
	first, last := rows[0].Start, rows[len(rows)-1].End()
	from, to := max(editor.LineStart(text, first), first-margin), min(editor.LineEnd(text, last), last+margin)
	kind := m.edit.Kind(from)
	spans := m.colourSource(text[from:to], from, kind)
	for i := range spans {
		spans[i].Start, spans[i].End = spans[i].Start+from, spans[i].End+from
	}
	add := func(start, end int, st style.Style) {
		spans = append(spans, render.Span{Start: start, End: end, Style: st})
	}
	if ghost != "" {
		add(at, at+len(ghost), t.Muted)
	}
	if start, end, ok := m.region(); ok {
		spans = append(spans, render.Span{Start: start, End: end, Style: t.Selection, LineEnds: true})
	}
	if own, other, ok := syntax.Partner(text[from:to], kind, at-from); ok {
		add(own+from, own+from+1, t.Match)
		add(other+from, other+from+1, t.Match)
	}
	return spans
}

// colourSource colours a part of a cell, which begins with commands if it is the first.
func (m *model) colourSource(part string, from int, kind syntax.Kind) []render.Span {
	if from == 0 {
		return m.painter.Spans(part)
	}
	return render.Source(part, kind, m.painter.Theme)
}

// region is what is to be seen as selected.
func (m *model) region() (start, end int, ok bool) {
	switch {
	case m.search != nil:
		return m.search.found.Start, m.search.found.End, m.search.found.End > 0
	case m.vi.Selecting():
		start, end = m.vi.Region(&m.edit)
		return start, end, true
	}
	return m.edit.Region()
}
