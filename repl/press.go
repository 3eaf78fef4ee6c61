package repl

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"graft/repl/editor"
	"graft/repl/editor/vi"
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
		if cmd, done := m.menuKey(k); done {
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
	case key.Matches(k, keys.External):
		return m.external()
	case key.Matches(k, keys.Interrupt):
		return m.interrupt()
	case key.Matches(k, keys.Leave) && m.edit.Empty():
		return m.leaveOnSecond("ctrl+d")
	case key.Matches(k, keys.Clear):
		return tea.Sequence(tea.Raw(ansi.CursorHomePosition+ansi.EraseEntireScreen), tea.ClearScreen)
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
	case key.Matches(k, keys.Search):
		m.search = newSearch(&m.edit, m.history)
	case key.Matches(k, keys.Up):
		m.older()
	case key.Matches(k, keys.Down):
		m.newer()
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
	if s := m.suggestion(); s != "" {
		switch {
		case key.Matches(k, keys.Suggestion):
			m.accept(m.edit.Cursor(), len(m.edit.Text()), s)
			return nil
		case key.Matches(k, keys.SuggestionWord):
			for _, r := range s[:editor.WordLen(s)] {
				m.edit.Type(string(r))
			}
			return nil
		}
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
	for _, e := range edits {
		if key.Matches(k, e.Binding) {
			before := m.edit.Text()
			if e.do(&m.edit); m.edit.Text() != before {
				m.history.Stop()
			}
			return true
		}
	}
	return false
}

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

func (m *model) insert(s string) {
	m.edit.Insert(s)
	m.history.Stop()
}

func (m *model) newline() {
	m.edit.Newline()
	m.history.Stop()
}

// paste inserts text as it is: line ends in it do not run anything.
func (m *model) paste(text string) {
	m.menu, m.search = nil, nil
	m.insert(text)
}

// suggestion is the rest of the line of an earlier cell that begins with what is
// before the cursor. It takes the place of what is behind it: nothing, or brackets
// and quotes that have closed themselves.
func (m *model) suggestion() string {
	_, _, selected := m.edit.Region()
	closed := strings.Trim(m.edit.After(), ")]}\"'`") == ""
	if !closed || selected || m.menu != nil || m.search != nil || m.vi.Mode() != vi.Insert || m.history.Walking() || strings.Contains(m.edit.Text(), "\n") {
		return ""
	}
	s, _, _ := strings.Cut(m.history.Suggest(m.edit.Before()), "\n")
	if s == m.edit.After() {
		return ""
	}
	return s
}

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
	opening, broken := m.opening, m.broken()
	return func() tea.Msg {
		eng, err := opening.get()
		if err != nil {
			return nil
		}
		if broken != "" {
			if status, _ := eng.IsComplete(broken); status == "complete" {
				return judged{text, goesOn, ""}
			}
		}
		status, indent := eng.IsComplete(text)
		return judged{text, status, indent}
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

// judge acts on the session's opinion of the cell.
func (m *model) judge(j judged) tea.Cmd {
	if m.phase != asking || j.text != m.edit.Text() {
		return nil
	}
	m.phase = idle
	switch {
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
		return helped{helpOn(eng, name, level)}
	}
}

// reply edits and sends the line that a cell has asked for.
func (m *model) reply(msg tea.Msg) tea.Cmd {
	k, isKey := msg.(tea.KeyPressMsg)
	switch {
	case !isKey:
		m.answer.Insert(strings.ReplaceAll(m.keyboard.text(msg.(tea.PasteMsg).Content), "\n", " "))
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
