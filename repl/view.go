package repl

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"graft/repl/editor"
	"graft/repl/render"
)

// View draws what can still change: the output of a running cell, or the prompt
// with what hangs below it. Everything else is scrollback.
func (m *model) View() tea.View {
	lines, cursor := m.screen()
	m.room(m.height - len(lines))
	v := tea.NewView(m.painter.Colour(strings.Join(lines, "\n")))
	if m.boards.focus == "" && m.boards.asking == nil {
		v.Cursor = cursor
	}
	return v
}

func (m *model) screen() ([]string, *tea.Cursor) {
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
	text := m.answer.Text()
	if m.question.secret {
		text = strings.Repeat("•", len([]rune(text)))
	}
	full := m.question.prompt + text
	rows := editor.Layout(full, m.painter.Width, editor.ByRune)
	row, column := editor.Place(rows, len(m.question.prompt)+min(m.answer.Cursor(), len(text)))
	lines := append(above, m.painter.Lines(rows, render.Prompt{}, nil)...)
	return lines, tea.NewCursor(column, len(above)+row)
}

// prompt is the cell being typed and what hangs below it. A cell higher than the
// window is shown around the cursor.
func (m *model) prompt() ([]string, *tea.Cursor) {
	above := m.window(m.height / 2)
	below := m.below()
	suggestion := m.suggestion()
	prompt, text := render.In(m.count), m.edit.Text()
	rows := m.painter.Rows(text+suggestion, prompt)
	lines := m.painter.Lines(rows, prompt, m.spans(text, suggestion))
	x, y := m.painter.Cursor(rows, prompt, m.edit.Cursor())
	if room := max(1, m.height-1-len(above)-len(below)); len(lines) > room {
		first := min(max(0, y-room/2), len(lines)-room)
		lines, y = lines[first:first+room], y-first
	}
	lines = append(above, lines...)
	return append(lines, below...), tea.NewCursor(x, len(above)+y)
}

func (m *model) below() []string {
	switch {
	case m.search != nil:
		return []string{m.search.line(m)}
	case m.menu != nil:
		return m.menu.lines(m)
	case m.hint != "":
		return []string{m.painter.Theme.Muted.Render(m.hint)}
	}
	return nil
}

// spans are the colours of the text, of the suggestion behind it, and of the
// bracket at the cursor with its partner.
func (m *model) spans(text, suggestion string) []render.Span {
	t := m.painter.Theme
	spans := render.Source(text, t)
	if suggestion != "" {
		spans = append(spans, render.Span{Start: len(text), End: len(text) + len(suggestion), Style: t.Muted})
	}
	if own, other, ok := render.Partner(text, m.edit.Cursor()); ok {
		spans = append(spans, render.Span{Start: own, End: own + 1, Style: t.Match}, render.Span{Start: other, End: other + 1, Style: t.Match})
	}
	return spans
}
