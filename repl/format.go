package repl

import (
	tea "charm.land/bubbletea/v2"

	"graft/internal/session"
)

// formatted is a cell in gofmt's form.
type formatted struct {
	text, form string
	err        error
}

// format asks for the cell in gofmt's form.
func (m *model) format() tea.Cmd {
	text := m.edit.Text()
	return func() tea.Msg {
		form, err := session.Format(text)
		return formatted{text, form, err}
	}
}

// takeFormat puts the new form in the place of the cell, unless that has changed.
// The cursor stays at its token.
func (m *model) takeFormat(f formatted) {
	switch {
	case f.text != m.edit.Text() || m.phase != idle:
	case f.err != nil:
		m.hint = "gofmt: " + f.err.Error()
	case f.form == f.text:
		m.hint = "gofmt: nothing to change"
	default:
		m.edit.Reformat(f.form)
		m.history.Stop()
		m.menu = nil
	}
}
