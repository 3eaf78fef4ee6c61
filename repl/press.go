package repl

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// press takes a key at the prompt.
func (m *model) press(k tea.KeyPressMsg) tea.Cmd {
	m.hint = ""
	if leaving := m.leaving; leaving != "" && k.String() != leaving {
		m.leaving = ""
	}
	if m.search != nil {
		if m.searchKey(k) {
			return nil
		}
	}
	if m.menu != nil {
		if cmd, done := m.menuKey(k); done {
			return cmd
		}
	}
	return m.promptKey(k)
}

// promptKey takes a key while nothing is open over the prompt.
func (m *model) promptKey(k tea.KeyPressMsg) tea.Cmd {
	switch {
	case key.Matches(k, keys.Run):
		return m.enter()
	case key.Matches(k, keys.RunNow):
		return m.runNow()
	case key.Matches(k, keys.Newline):
		m.insert("\n" + m.edit.Indent())
	case key.Matches(k, keys.Complete):
		return m.tab()
	case key.Matches(k, keys.External):
		return m.external()
	case key.Matches(k, keys.Search):
		m.search = newSearch(&m.edit, m.history)
	case key.Matches(k, keys.Up):
		if !m.edit.Up() {
			m.history.Older(&m.edit)
		}
	case key.Matches(k, keys.Down):
		if !m.edit.Down() {
			m.history.Newer(&m.edit)
		}
	case key.Matches(k, keys.Cancel):
		m.history.Draft(&m.edit)
	case key.Matches(k, keys.Interrupt):
		return m.interrupt()
	case key.Matches(k, keys.Leave) && m.edit.Empty():
		return m.leaveOnSecond("ctrl+d")
	case key.Matches(k, keys.Clear):
		return tea.Sequence(tea.Raw(ansi.CursorHomePosition+ansi.EraseEntireScreen), tea.ClearScreen)
	default:
		m.editKey(k)
	}
	return nil
}

// editKey takes a key that edits, or text.
func (m *model) editKey(k tea.KeyPressMsg) {
	if s := m.suggestion(); s != "" && key.Matches(k, keys.Suggestion) {
		m.insert(s)
		return
	}
	before := m.edit.Text()
	switch {
	case m.editing(k):
	case k.Text != "":
		m.edit.Type(k.Text)
	}
	if m.edit.Text() != before {
		m.history.Stop()
	}
}

// editing applies the editing key k and reports whether it is one.
func (m *model) editing(k tea.KeyPressMsg) bool {
	for _, e := range edits {
		if key.Matches(k, e.Binding) {
			e.do(&m.edit)
			return true
		}
	}
	return false
}

func (m *model) insert(s string) {
	m.edit.Insert(s)
	m.history.Stop()
}

// paste inserts text as it is: line ends in it do not run anything.
func (m *model) paste(text string) {
	m.menu, m.search = nil, nil
	m.insert(text)
}

// suggestion is the rest of an earlier cell that begins like this one.
func (m *model) suggestion() string {
	if m.edit.After() != "" || m.menu != nil || m.history.Walking() || strings.Contains(m.edit.Text(), "\n") {
		return ""
	}
	s := m.history.Suggest(m.edit.Text())
	if i := strings.IndexByte(s, '\n'); i >= 0 {
		s = s[:i]
	}
	return s
}

// enter runs the cell if it is complete. In the middle of a cell it is a new line.
func (m *model) enter() tea.Cmd {
	text := m.edit.Text()
	switch {
	case strings.TrimSpace(text) == "":
		m.edit.Reset()
		return nil
	case !m.edit.LastLine():
		m.insert("\n" + m.edit.Indent())
		return nil
	}
	if name, level, ok := question(text); ok {
		return m.help(text, name, level)
	}
	m.phase = asking
	opening := m.opening
	return func() tea.Msg {
		eng, err := opening.get()
		if err != nil {
			return nil
		}
		status, indent := eng.IsComplete(text)
		return judged{text, status, indent}
	}
}

// judge acts on the session's opinion of the cell.
func (m *model) judge(j judged) tea.Cmd {
	if m.phase != asking || j.text != m.edit.Text() {
		return nil
	}
	m.phase = idle
	if j.status == "incomplete" && !forced(j.text) {
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

// help prints what is known about a name, or the keys.
func (m *model) help(text, name string, level int) tea.Cmd {
	m.print(m.painter.Theme.In.Render("? ") + strings.TrimSpace(strings.TrimRight(text, "? \t")))
	m.history.Add(text)
	m.edit.Reset()
	opening := m.opening
	return func() tea.Msg {
		eng, err := opening.get()
		if err != nil {
			return nil
		}
		return helpOn(eng, name, level)
	}
}

// reply edits and sends the line that a cell has asked for.
func (m *model) reply(msg tea.Msg) tea.Cmd {
	k, isKey := msg.(tea.KeyPressMsg)
	switch {
	case !isKey:
		m.answer.Insert(strings.ReplaceAll(msg.(tea.PasteMsg).Content, "\n", " "))
	case key.Matches(k, keys.Run):
		m.send(m.answer.Text(), true)
	case key.Matches(k, keys.Leave) && m.answer.Empty():
		m.send("", false)
	case k.Text != "":
		m.answer.Insert(k.Text)
	default:
		for _, e := range edits {
			if key.Matches(k, e.Binding) {
				e.do(&m.answer)
			}
		}
	}
	return nil
}

// send gives the cell its line, which stays on the screen unless it is secret.
func (m *model) send(line string, ok bool) {
	shown := line
	if m.question.secret {
		shown = ""
	}
	m.transcript.Write(m.question.prompt + shown + "\n")
	m.answer.Reset()
	m.phase = running
	m.settle()
	m.question.reply(line, ok)
}
