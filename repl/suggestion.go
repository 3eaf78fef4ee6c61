package repl

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"graft/repl/editor"
	"graft/repl/editor/vi"
)

// suggestion is the rest of a line of an earlier cell that begins with what is
// before the cursor, of the first line of one if there is. It takes the place of
// what is behind the cursor on its line: nothing, or brackets and quotes that have
// closed themselves.
func (m *model) suggestion() string {
	before, line := m.edit.Before(), m.edit.Line()
	_, _, selected := m.edit.Region()
	closed := strings.Trim(line, ")]}\"'`") == ""
	if !closed || selected || m.menu != nil || m.search != nil || m.vi.Mode() != vi.Insert || m.history.Walking() {
		return ""
	}
	start := strings.LastIndexByte(before, '\n') + 1
	s, _, _ := strings.Cut(m.history.Suggest(before), "\n")
	if start > 0 || s == "" {
		s = m.history.SuggestLine(before[start:])
	}
	if s == line {
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
		m.accept(m.edit.Cursor(), m.edit.Cursor()+len(m.edit.Line()), s)
		return true
	case key.Matches(k, keys.SuggestionWord):
		for _, r := range s[:editor.WordLen(s)] {
			m.edit.Type(string(r))
		}
		return true
	}
	return false
}
