package repl

import (
	"fmt"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"graft/repl/editor"
)

// search is a walk back through the history for a part of a cell.
type search struct {
	query   editor.Editor
	history *editor.History
	draft   string
	at      int // of the entry that is shown; history.Len for none yet
	failed  bool
}

func newSearch(e *editor.Editor, h *editor.History) *search {
	return &search{history: h, draft: e.Text(), at: h.Len()}
}

// searchKey takes a key while searching; it reports false for keys that end the
// search and then do what they always do.
func (m *model) searchKey(k tea.KeyPressMsg) bool {
	s := m.search
	switch {
	case key.Matches(k, keys.Search):
		m.seek(s.at - 1)
	case key.Matches(k, keys.Cancel):
		m.edit.Set(s.draft)
		m.search = nil
	case key.Matches(k, keys.Run), key.Matches(k, keys.Complete):
		m.search = nil
	case k.String() == "backspace":
		s.query.Backspace()
		m.seek(s.history.Len())
	case k.Text != "":
		s.query.Insert(k.Text)
		m.seek(min(s.at, s.history.Len()))
	default:
		m.search = nil
		return false
	}
	return true
}

// seek shows the newest entry at or before index from that fits.
func (m *model) seek(from int) {
	s := m.search
	entry, at, ok := s.history.Search(s.query.Text(), from)
	s.failed = !ok && !s.query.Empty()
	if ok {
		s.at = at
		m.edit.Set(entry)
		m.history.Stop()
	}
}

func (s *search) line(m *model) string {
	state := "search the history"
	if s.failed {
		state = "nothing older"
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
