package repl

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"graft/repl/editor"
	"graft/repl/render"
)

// assist is what is looked up beside the typing: the signature of the call at the
// cursor, and what is known of the chosen proposal. One question at a time is on its
// way; an answer to a text that has changed since is not used.
type assist struct {
	busy   bool
	text   string // and cursor: what the signature was asked for
	cursor int
	call   call
	known  bool // call is an answer
}

// longest is the length of a cell, in bytes, beyond which calls are not looked up with
// every key.
const longest = 64 << 10

// Answers of the session.
type (
	signed struct {
		text   string
		cursor int
		call   call
		known  bool
	}
	described struct {
		menu *menu
		at   int
		help render.Help
	}
)

// look asks what is wanted beside the text, if that is not on its way already.
func (m *model) look() tea.Cmd {
	if m.phase != idle || m.engine == nil {
		return nil
	}
	text, cursor := m.edit.Text(), m.edit.Cursor()
	a := &m.assist
	moved := a.text != text || a.cursor != cursor
	if moved && (len(text) > longest || !strings.Contains(text[:cursor], "(")) {
		a.text, a.cursor, a.known = text, cursor, false
		moved = false
	}
	eng := m.engine
	switch {
	case a.busy:
		return nil
	case m.menu != nil && m.menu.wants():
		a.busy = true
		return m.menu.describe(eng, text)
	case m.menu == nil && moved:
		a.busy = true
		return func() tea.Msg {
			call, known := eng.Signature(text, cursor)
			return signed{text, cursor, call, known}
		}
	}
	return nil
}

// signature takes the answer on a call, unless the text has changed.
func (m *model) signature(s signed) {
	m.assist.busy = false
	if s.text == m.edit.Text() && s.cursor == m.edit.Cursor() {
		m.assist.text, m.assist.cursor, m.assist.call, m.assist.known = s.text, s.cursor, s.call, s.known
	}
}

// describe takes the answer on a proposal.
func (m *model) describe(d described) {
	m.assist.busy = false
	d.menu.help[d.at] = d.help
}

// signatureLine draws the call at the cursor in one line, the parameter at the
// cursor strong; where it does not fit, what stands before that parameter goes.
func (m *model) signatureLine() string {
	c := m.assist.call
	t := m.painter.Theme
	text := strings.ReplaceAll(c.text, "\n", " ")
	if c.end > len(text) {
		return ""
	}
	if width := m.painter.Width; ansi.StringWidthWc(text[:c.end]) > width-1 {
		name := text[:strings.IndexByte(text, '(')+1] + "… "
		if ansi.StringWidthWc(name)+ansi.StringWidthWc(text[c.start:c.end]) > width-1 {
			name = "… "
		}
		text, c.start, c.end = name+text[c.start:], len(name), len(name)+c.end-c.start
	}
	rows := editor.Layout(text, 1<<20, editor.ByRune)
	spans := []render.Span{{Start: 0, End: c.start, Style: t.Muted}, {Start: c.start, End: c.end, Style: t.Match}, {Start: c.end, End: len(text), Style: t.Muted}}
	return m.painter.Fit(m.painter.Lines(rows, render.Prompt{}, spans)[0])
}
