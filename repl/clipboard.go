package repl

import tea "charm.land/bubbletea/v2"

// clipboardBytes is how much terminals take for the clipboard of the system.
const clipboardBytes = 74 << 10

// copied sends what was cut or copied to the clipboard of the system.
func (m *model) copied() tea.Cmd {
	s := m.edit.Copied()
	switch {
	case s == "":
		return nil
	case len(s) > clipboardBytes:
		m.hint = "copied; too long for the clipboard outside (ctrl+y inserts it)"
		return nil
	}
	return tea.SetClipboard(s)
}
