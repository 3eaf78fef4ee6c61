package repl

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"graft/repl/editor"
)

// press takes a key at the prompt.
func (m *model) press(k tea.KeyPressMsg) tea.Cmd {
	m.hint = ""
	if leaving := m.leaving; leaving != "" && k.String() != leaving {
		m.leaving = ""
	}
	if m.prefixed {
		m.prefixed = false
		return m.chordKey(chord(keys.Prefix.Keys()[0] + " " + k.String()))
	}
	if m.search != nil {
		if m.searchKey(k) {
			return nil
		}
	}
	if m.menu != nil {
		cmd, done := m.menuKey(k)
		if leaves := m.vi != nil && key.Matches(k, keys.Cancel); done && !leaves {
			return cmd
		}
	}
	if cmd, done := m.viKey(k); done {
		return cmd
	}
	return m.promptKey(k)
}

// chord is two keys pressed one after the other, as the tables name them.
type chord string

// String returns the names of both keys.
func (c chord) String() string { return string(c) }

func (m *model) chordKey(c chord) tea.Cmd {
	switch {
	case key.Matches(c, keys.External):
		return m.external()
	case key.Matches(c, keys.Steer):
		return m.nextFocus()
	case m.editing(c):
		return m.copied()
	}
	m.hint = string(c) + " means nothing (? shows the keys)"
	return nil
}

// promptKey takes a key while nothing is open over the prompt.
func (m *model) promptKey(k tea.KeyPressMsg) tea.Cmd {
	switch {
	case key.Matches(k, keys.Run):
		return m.enter()
	case key.Matches(k, keys.RunNow):
		return m.runNow()
	case key.Matches(k, keys.Newline):
		m.newline()
	case m.shiftLines(k):
	case key.Matches(k, keys.Complete):
		return m.tab()
	case key.Matches(k, keys.Format):
		return m.format()
	case key.Matches(k, keys.About):
		return m.about()
	case key.Matches(k, keys.External):
		return m.external()
	case key.Matches(k, keys.Interrupt):
		return m.interrupt()
	case key.Matches(k, keys.Leave) && m.edit.Empty():
		return m.leaveOnSecond("ctrl+d")
	case key.Matches(k, keys.Clear):
		return tea.Sequence(func() tea.Msg { return wipe }, tea.ClearScreen)
	case key.Matches(k, keys.Mode):
		m.toggleMode()
	case key.Matches(k, keys.Prefix):
		m.prefixed, m.hint = true, "ctrl+x …"
	case m.pastKey(k):
	default:
		return m.editKey(k)
	}
	return nil
}

// shiftLines moves lines in or out. Without a selection the one key completes.
func (m *model) shiftLines(k tea.KeyPressMsg) bool {
	_, _, selected := m.edit.Region()
	switch {
	case key.Matches(k, keys.Complete) && selected:
		m.edit.IndentLines()
	case key.Matches(k, keys.Back):
		m.edit.DedentLines()
	default:
		return false
	}
	m.history.Stop()
	return true
}

// pastKey takes a key that goes to other lines or to other cells.
func (m *model) pastKey(k tea.KeyPressMsg) bool {
	switch {
	case key.Matches(k, keys.Search, keys.SearchOn):
		m.search = newSearch(&m.edit, m.history)
	case key.Matches(k, keys.Up):
		m.older()
	case key.Matches(k, keys.Down):
		m.newer()
	case key.Matches(k, keys.Older):
		m.history.Older(&m.edit)
	case key.Matches(k, keys.Newer):
		m.history.Newer(&m.edit)
	case key.Matches(k, keys.PageUp):
		m.page((*editor.Editor).Up)
	case key.Matches(k, keys.PageDown):
		m.page((*editor.Editor).Down)
	case key.Matches(k, keys.Cancel):
		if !m.edit.Unmark() {
			m.history.Draft(&m.edit)
		}
	default:
		return false
	}
	return true
}

func (m *model) older() {
	if !m.edit.Up() {
		m.history.Older(&m.edit)
	}
}

func (m *model) newer() {
	if !m.edit.Down() {
		m.history.Newer(&m.edit)
	}
}

// page moves by half a window.
func (m *model) page(step func(*editor.Editor) bool) {
	for range max(1, m.height/2) {
		if !step(&m.edit) {
			return
		}
	}
}

// editKey takes a key that edits, or text.
func (m *model) editKey(k tea.KeyPressMsg) tea.Cmd {
	if m.takeSuggestion(k) {
		return nil
	}
	switch {
	case m.editing(k):
	case k.Text != "":
		m.edit.Type(k.Text)
		m.history.Stop()
	}
	return m.copied()
}

// editing applies the editing key k and reports whether it is one.
func (m *model) editing(k fmt.Stringer) bool {
	before := m.edit.Text()
	found := applyEdit(&m.edit, k)
	if m.edit.Text() != before {
		m.history.Stop()
	}
	return found
}

func (m *model) insert(s string) {
	m.edit.Insert(s)
	m.history.Stop()
}

func (m *model) newline() {
	m.edit.Newline()
	m.history.Stop()
}

// paste inserts text as it is: line ends in it do not run anything. In a search it
// is searched for.
func (m *model) paste(text string) {
	m.menu, m.hint, m.leaving, m.prefixed = nil, "", "", false
	if m.search != nil {
		line, _, _ := strings.Cut(editor.Clean(text), "\n")
		m.search.query.Insert(line)
		m.seek(m.search.found.At)
		return
	}
	m.insert(unprompted(text))
}

// clear makes room for the next cell.
func (m *model) clear() {
	m.edit.Reset()
	m.vi.Reset()
}

// help prints what is known about a name, or the keys.
func (m *model) help(text, name string, level int) tea.Cmd {
	m.print(m.painter.Theme.In.Render("? ") + strings.TrimSpace(strings.TrimRight(text, "? \t")))
	m.history.Add(text)
	m.clear()
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
	default:
		typeLine(&m.answer, k)
	}
	return nil
}

// send gives the cell its line, which stays on the screen unless it is secret.
func (m *model) send(line string, ok bool) {
	shown := line
	if m.question.secret {
		shown = ""
	}
	m.forgetAnswer()
	m.transcript.Write(m.question.prompt + shown + "\n")
	m.phase = running
	m.settle()
	m.question.reply(line, ok)
}

// forgetAnswer makes room for the next answer. A secret cannot be yanked later.
func (m *model) forgetAnswer() {
	m.answer.Reset()
	if m.question.secret {
		m.answer = editor.Editor{}
	}
}
