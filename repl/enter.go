package repl

import (
	"strings"

	tea "charm.land/bubbletea/v2"
)

// enter runs the cell if it is complete. In the middle of a cell it is a new line,
// and so it is where a bracket or a string waits for more.
func (m *model) enter() tea.Cmd {
	text := m.edit.Text()
	switch {
	case strings.TrimSpace(text) == "":
		m.edit.Reset()
		return nil
	case m.ended():
		text = m.edit.Text()
	case !m.edit.LastLine(), m.edit.Kind(m.edit.Cursor()).Long():
		m.newline()
		return nil
	}
	if name, level, ok := question(text); ok {
		return m.help(text, name, level)
	}
	m.phase = asking
	m.asks++
	question, opening, broken := m.asks, m.opening, m.broken()
	return func() tea.Msg {
		eng, err := opening.get()
		if err != nil {
			return nil
		}
		if broken != "" {
			if status, _ := eng.IsComplete(broken); status == "complete" {
				return judged{question, text, goesOn, ""}
			}
		}
		status, indent := eng.IsComplete(text)
		return judged{question, text, status, indent}
	}
}

// ended reports whether two empty lines end a block whose brackets have closed
// themselves, and takes them away.
func (m *model) ended() bool {
	if m.edit.LastLine() || !forced(m.edit.Before()) || !m.edit.Open() {
		return false
	}
	head := strings.TrimRight(m.edit.Before(), " \t\n")
	m.edit.Replace(len(head), m.edit.Cursor(), "")
	m.edit.Bottom()
	return true
}

// goesOn is the status of a cell that is complete only because its brackets close
// themselves: Go allows a line end at the cursor.
const goesOn = "goes on"

// broken is the cell with a line end at the cursor, if that is where a bracket is
// being filled: in the code of a block Enter goes to its next line, behind the last
// argument of a call it runs the cell.
func (m *model) broken() string {
	if text := m.edit.Text(); strings.HasPrefix(strings.TrimSpace(text), "!") || !m.edit.Open() {
		return ""
	}
	return m.edit.Before() + "\n" + m.edit.After()
}

// judge acts on the session's opinion of the cell. A cell that has become another one
// on the way, as by an editor that was away, waits for the next enter.
func (m *model) judge(j judged) tea.Cmd {
	if m.phase != asking || j.question != m.asks {
		return nil
	}
	if m.engine == nil { // it answers, so it has started; the news is still on its way
		m.opened()
	}
	m.phase = idle
	switch {
	case j.text != m.edit.Text():
		return nil
	case j.status == goesOn:
		m.newline()
		return nil
	case j.status == "incomplete" && !forced(j.text):
		m.edit.Bottom()
		m.insert("\n" + j.indent)
		return nil
	}
	return m.start(strings.TrimRight(j.text, "\n\t "))
}

// forced reports whether text ends in two empty lines, which run a cell that the
// session would rather see continued.
func forced(text string) bool {
	lines := strings.Split(text, "\n")
	n := len(lines)
	return n > 2 && strings.TrimSpace(lines[n-1]+lines[n-2]) == ""
}

func (m *model) runNow() tea.Cmd {
	if strings.TrimSpace(m.edit.Text()) == "" {
		return nil
	}
	if m.engine == nil {
		m.hint = "the session is still starting"
		return nil
	}
	return m.start(m.edit.Text())
}
