package repl

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"graft/repl/render"
)

// hold keeps a key or a paste until there is a prompt to take it; escape drops them.
func (m *model) hold(msg tea.Msg) {
	if k, ok := msg.(tea.KeyPressMsg); ok && key.Matches(k, keys.Cancel) {
		m.held = nil
		return
	}
	m.held = append(m.held, msg)
}

// ahead is what was typed ahead, as far as it is text.
func (m *model) ahead() string {
	var b []rune
	for _, msg := range m.held {
		switch msg := msg.(type) {
		case tea.PasteMsg:
			end := msg.Content[max(0, len(msg.Content)-shortPaste):] // more fits into no line
			b = append(b, []rune(strings.ToValidUTF8(end, ""))...)
		case tea.KeyPressMsg:
			switch {
			case key.Matches(msg, keys.Run), key.Matches(msg, keys.Newline):
				b = append(b, '⏎')
			case msg.String() == "backspace":
				b = b[:max(0, len(b)-1)]
			default:
				b = append(b, []rune(msg.Text)...)
			}
		}
	}
	return render.Sanitize(strings.ReplaceAll(string(b), "\n", "⏎"))
}
