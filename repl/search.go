package repl

import (
	"fmt"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"graft/repl/editor"
)

// search is a walk through the history for a part of a cell.
type search struct {
	query   editor.Editor
	history *editor.History
	draft   string
	cursor  int // in draft
	found   editor.Found
	step    int // -1 towards older cells, 1 towards newer ones
	failed  bool
}

func newSearch(e *editor.Editor, h *editor.History) *search {
	return &search{history: h, draft: e.Text(), cursor: e.Cursor(), found: editor.Found{At: h.Len()}, step: -1}
}

// searchKey takes a key while searching; it reports false for keys that end the
// search and then do what they always do.
func (m *model) searchKey(k tea.KeyPressMsg) bool {
	s := m.search
	switch {
	case key.Matches(k, keys.Search):
		s.step = -1
		m.seek(s.found.At - 1)
	case key.Matches(k, keys.SearchOn):
		s.step = 1
		m.seek(s.found.At + 1)
	case key.Matches(k, keys.Cancel):
		m.edit.Set(s.draft)
		m.edit.MoveTo(s.cursor)
		m.search = nil
	case key.Matches(k, keys.Run), key.Matches(k, keys.Complete):
		m.edit.Bottom()
		m.search = nil
	case k.String() == "backspace":
		s.query.Backspace()
		s.step = -1
		m.seek(s.history.Len())
	case k.Text != "":
		s.query.Insert(k.Text)
		m.seek(s.found.At)
	default:
		m.search = nil
		return false
	}
	return true
}

// seek shows the nearest entry from index from on that fits, with the cursor at
// what was searched for.
func (m *model) seek(from int) {
	s := m.search
	found, ok := s.history.Search(s.query.Text(), from, s.step)
	s.failed = !ok && !s.query.Empty()
	if ok {
		s.found = found
		m.edit.Set(found.Entry)
		m.edit.MoveTo(found.Start)
		m.history.Stop()
	}
}

func (s *search) line(m *model) string {
	state := "search the history"
	if s.failed {
		state = map[int]string{-1: "nothing older", 1: "nothing newer"}[s.step]
	}
	return m.painter.Theme.Muted.Render(state+": ") + m.painter.Theme.Match.Render(s.query.Text())
}

// plural writes a number with its noun.
func plural(n int, noun string) string {
	if n == 1 {
		return fmt.Sprintf("%d %s", n, noun)
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
