package repl

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"graft/repl/editor"
	"graft/repl/editor/vi"
)

// suggestion is the rest of the line of an earlier cell that begins with what is
// before the cursor. It takes the place of what is behind it: nothing, or brackets
// and quotes that have closed themselves.
func (m *model) suggestion() string {
	_, _, selected := m.edit.Region()
	closed := strings.Trim(m.edit.After(), ")]}\"'`") == ""
	if !closed || selected || m.menu != nil || m.search != nil || m.vi.Mode() != vi.Insert || m.history.Walking() || strings.Contains(m.edit.Text(), "\n") {
		return ""
	}
	s, _, _ := strings.Cut(m.history.Suggest(m.edit.Before()), "\n")
	if s == m.edit.After() {
		return ""
	}
	return s
}

// takeSuggestion takes a key that accepts the suggestion, or a word of it.
func (m *model) takeSuggestion(k tea.KeyPressMsg) bool {
	s := m.suggestion()
	switch {
	case s == "":
	case key.Matches(k, keys.Suggestion):
		m.accept(m.edit.Cursor(), len(m.edit.Text()), s)
		return true
	case key.Matches(k, keys.SuggestionWord):
		for _, r := range s[:editor.WordLen(s)] {
			m.edit.Type(string(r))
		}
		return true
	}
	return false
}
