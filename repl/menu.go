package repl

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"graft/repl/render"
)

// menu is the list of proposals under the prompt.
type menu struct {
	items      []choice
	start, end int // what a proposal replaces; follows what is typed until the list does
	at         int
	help       map[int]render.Help // on proposals, empty for those nothing is known of
}

// proposed brings the proposals for a text.
type proposed struct {
	text       string
	cursor     int
	items      []choice
	start, end int
	refresh    bool // the list was open: typing narrows it
}

// menuRows is the height of the list.
const menuRows = 8

// tab completes the name at the cursor; at the start of a line it indents.
func (m *model) tab() tea.Cmd {
	line := m.edit.Before()[strings.LastIndexByte(m.edit.Before(), '\n')+1:]
	if strings.TrimSpace(line) == "" {
		m.insert("\t")
		return nil
	}
	return m.complete(false)
}

func (m *model) complete(refresh bool) tea.Cmd {
	p := proposed{text: m.edit.Text(), cursor: m.edit.Cursor(), refresh: refresh}
	opening := m.opening
	return func() tea.Msg {
		eng, err := opening.get()
		if err != nil {
			return nil
		}
		p.items, p.start, p.end = eng.Complete(p.text, p.cursor)
		return p
	}
}

// propose opens the list, or inserts what all proposals have in common.
func (m *model) propose(p proposed) {
	if p.text != m.edit.Text() || p.cursor != m.edit.Cursor() || m.phase != idle || p.end > len(p.text) || p.start > p.end || p.start < 0 {
		return
	}
	m.menu = nil
	switch {
	case len(p.items) == 0:
		if !p.refresh {
			m.hint = "nothing to complete"
		}
		return
	case len(p.items) == 1 && !p.refresh:
		m.take(p.items[0], p.start, p.end)
		return
	}
	if c := common(p.items); !p.refresh && len(c) > p.end-p.start && strings.HasPrefix(c, p.text[p.start:p.end]) {
		m.accept(p.start, p.end, c)
		p.end = p.start + len(c)
	}
	m.menu = &menu{items: p.items, start: p.start, end: p.end, help: map[int]render.Help{}}
}

// take inserts a proposal. One that a string may hold goes on behind the quote that
// has closed itself.
func (m *model) take(c choice, start, end int) {
	m.accept(start, end, c.Text)
	if c.Kind != "text" && c.Kind != "file" || start == 0 || m.edit.After() == "" {
		return
	}
	if q := m.edit.After()[0]; q == m.edit.Text()[start-1] && strings.IndexByte("\"`", q) >= 0 {
		m.edit.Right()
	}
}

func (m *model) accept(start, end int, text string) {
	m.edit.Replace(start, end, text)
	m.history.Stop()
}

// common is the longest prefix of all proposals.
func common(items []choice) string {
	c := items[0].Text
	for _, it := range items[1:] {
		for !strings.HasPrefix(it.Text, c) {
			_, n := utf8.DecodeLastRuneInString(c)
			c = c[:len(c)-n]
		}
	}
	return c
}

// menuKey takes a key while the list is open; done is false for keys that close
// it and then do what they always do.
func (m *model) menuKey(k tea.KeyPressMsg) (cmd tea.Cmd, done bool) {
	n := len(m.menu.items)
	switch {
	case key.Matches(k, keys.Complete), key.Matches(k, keys.Down):
		m.menu.at = (m.menu.at + 1) % n
	case key.Matches(k, keys.Back), key.Matches(k, keys.Up):
		m.menu.at = (m.menu.at + n - 1) % n
	case key.Matches(k, keys.Run):
		m.take(m.menu.items[m.menu.at], m.menu.start, m.menu.end)
		m.menu = nil
	case key.Matches(k, keys.Cancel):
		m.menu = nil
	case narrows(k):
		before := len(m.edit.Text())
		m.editKey(k)
		if m.menu.end += len(m.edit.Text()) - before; m.menu.end < m.menu.start {
			m.menu = nil
		}
		return m.complete(true), true
	default:
		m.menu = nil
		return nil, false
	}
	return nil, true
}

// narrows reports whether k goes on with the name being completed.
func narrows(k tea.KeyPressMsg) bool {
	if k.String() == "backspace" {
		return true
	}
	r, n := utf8.DecodeRuneInString(k.Text)
	return n > 0 && n == len(k.Text) && (r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r))
}

// explains reports whether anything may be known of a proposal.
func (mn *menu) explains() bool {
	return slices.ContainsFunc(mn.items, func(c choice) bool { return !plainKinds[c.Kind] })
}

// plainKinds are the kinds of proposals that say all by themselves.
var plainKinds = map[string]bool{"keyword": true, "text": true, "file": true, "folder": true}

// wants reports whether nothing was found out yet on the chosen proposal.
func (mn *menu) wants() bool {
	_, known := mn.help[mn.at]
	return !known && !plainKinds[mn.items[mn.at].Kind]
}

// describe finds out what is known of the chosen proposal, as if it stood in text.
func (mn *menu) describe(eng engine, text string) tea.Cmd {
	at, start, end := mn.at, mn.start, mn.end
	name := mn.items[at].Text
	return func() tea.Msg {
		help, ok := eng.Inspect(text[:start]+name+text[end:], start+len(name), 0)
		if !ok {
			help = render.Help{}
		}
		return described{mn, at, help}
	}
}
