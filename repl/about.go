package repl

import tea "charm.land/bubbletea/v2"

// about shows what is known about the name at the cursor, or the keys if there is
// none. The cell stays as it is.
func (m *model) about() tea.Cmd {
	text, cursor, opening := m.edit.Text(), m.edit.Cursor(), m.opening
	return func() tea.Msg {
		eng, err := opening.get()
		if err != nil {
			return nil
		}
		if help, ok := eng.Inspect(text, cursor, 0); ok {
			return helped{help: help}
		}
		return helped{other: keyHelp()}
	}
}
