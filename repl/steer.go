package repl

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"graft/lib/display"
	"graft/repl/editor"
	"graft/repl/render"
)

// acted is what came of an action on a board.
type acted struct {
	said  string
	err   error
	board *board
	since int // updates of the board when the action began
}

// steers reports whether a key or a paste is for a board. While a cell with a board
// runs, single keys are, until something else is typed ahead.
func (m *model) steers(msg tea.Msg) bool {
	k, isKey := msg.(tea.KeyPressMsg)
	if m.boards.asking != nil {
		return !isKey || !key.Matches(k, keys.Interrupt) || m.phase == idle
	}
	if !isKey || len(m.boards.list) == 0 || m.prefixed || m.phase == input || m.phase == asking {
		return false
	}
	if key.Matches(k, keys.Steer) {
		return true
	}
	b := m.steered()
	if b == nil || len(m.held) > 0 {
		return false
	}
	_, known := b.bundle.Action(k.Text)
	return m.boards.focus != "" || known || k.Text == "?"
}

// steer does what a key for a board says.
func (m *model) steer(msg tea.Msg) tea.Cmd {
	if m.boards.asking != nil {
		return m.answerBoard(msg)
	}
	k, b := msg.(tea.KeyPressMsg), &m.boards
	helped := b.help
	b.said, b.failed, b.help = "", false, false
	if key.Matches(k, keys.Steer) {
		return m.nextFocus()
	}
	main := m.steered()
	if main == nil {
		return nil
	}
	a, known := main.bundle.Action(k.Text)
	switch {
	case known && a.Ask != "":
		b.asking, b.answer = &pending{a, main}, editor.Editor{}
	case known:
		return act(main, a, "")
	case k.Text == "?":
		b.help = !helped
	case key.Matches(k, keys.Cancel), key.Matches(k, keys.Interrupt), key.Matches(k, keys.Run):
		b.focus = ""
	default:
		b.said = "esc goes back to the prompt"
	}
	return nil
}

// act does an action of a board beside the screen.
func act(b *board, a display.Action, answer string) tea.Cmd {
	since := b.updates
	return func() tea.Msg {
		said, err := a.Do(answer)
		return acted{said, err, b, since}
	}
}

// told shows what came of an action until the next key, or until the board shows it.
func (m *model) told(a acted) {
	switch b := &m.boards; {
	case a.err != nil:
		b.said, b.failed = a.err.Error(), true
	case a.board.updates == a.since:
		b.said, b.failed = a.said, false
	}
}

// nextFocus gives the keys to the next board, and after the last one back to the
// prompt.
func (m *model) nextFocus() tea.Cmd {
	b := &m.boards
	if len(b.list) == 0 {
		m.hint = "no fit runs"
	}
	i := slices.IndexFunc(b.list, func(o *board) bool { return o.bundle.ID == b.focus }) + 1
	b.focus = ""
	if i < len(b.list) {
		b.focus = b.list[i].bundle.ID
	}
	return nil
}

// answerBoard edits and sends the answer that an action has asked for.
func (m *model) answerBoard(msg tea.Msg) tea.Cmd {
	b := &m.boards
	k, isKey := msg.(tea.KeyPressMsg)
	switch {
	case !isKey:
		if p, ok := msg.(tea.PasteMsg); ok {
			b.answer.Insert(strings.ReplaceAll(strings.TrimSpace(p.Content), "\n", " "))
		}
	case key.Matches(k, keys.Cancel), key.Matches(k, keys.Interrupt):
		b.asking = nil
	case key.Matches(k, keys.Run):
		ask, answer := b.asking, strings.TrimSpace(b.answer.Text())
		b.asking = nil
		if answer != "" {
			return act(ask.board, ask.Action, answer)
		}
	default:
		typeLine(&b.answer, k)
	}
	return nil
}

// steerLines is what hangs below the boards: the keys, a question, or what came of
// the last key.
func (m *model) steerLines(rows int) []string {
	b, t := &m.boards, m.painter.Theme
	if rows < 3 && b.asking == nil && b.said == "" {
		return nil
	}
	main := m.steered()
	switch {
	case b.asking != nil:
		return []string{m.painter.Fit(b.asking.Ask + ": " + b.answer.Before() + t.Selected.Render(" ") + b.answer.After())}
	case main == nil:
		return []string{m.painter.Fit(t.Muted.Render(keys.Steer.Keys()[0] + " steers: " + labels(m.boards.list[0].bundle.Actions)))}
	case b.help:
		return m.actionHelp(main.bundle.Actions, rows-1)
	}
	var out []string
	if b.said != "" {
		st := t.Muted
		if b.failed {
			st = t.Error
		}
		out = strings.Split(st.Render(ansi.WrapWc(render.Sanitize(b.said), max(m.painter.Width, 1), "")), "\n")
		out = out[:min(len(out), max(rows-1, 1))]
	}
	if rows > len(out)+1 {
		out = append(out, m.actionLine(main.bundle.Actions))
	}
	return out
}

// keyed are the actions that have a key.
func keyed(actions []display.Action) []display.Action {
	return slices.DeleteFunc(slices.Clone(actions), func(a display.Action) bool { return a.Key == "" })
}

func labels(actions []display.Action) string {
	var words []string
	for _, a := range keyed(actions) {
		words = append(words, a.Label)
	}
	return strings.Join(words, ", ")
}

// actionLine lists the keys, without their labels where the window is narrow.
func (m *model) actionLine(actions []display.Action) string {
	t := m.painter.Theme
	list := append(keyed(actions), display.Action{Key: "?", Label: "help"})
	if m.boards.focus != "" {
		list = append(list, display.Action{Key: "esc", Label: "back"})
	}
	var long, brief []string
	for _, a := range list {
		long = append(long, t.In.Render(a.Key)+" "+t.Muted.Render(a.Label))
		brief = append(brief, t.In.Render(a.Key))
	}
	if line := strings.Join(long, "  "); ansi.StringWidthWc(line) <= m.painter.Width {
		return line
	}
	return m.painter.Fit(t.Muted.Render("keys ") + strings.Join(brief, " "))
}

// actionHelp explains the keys.
func (m *model) actionHelp(actions []display.Action, rows int) []string {
	t := m.painter.Theme
	var out []string
	for _, a := range keyed(actions) {
		text := t.In.Render(a.Key) + " " + a.Help
		out = append(out, strings.Split(ansi.WrapWc(text, max(m.painter.Width, 1), ""), "\n")...)
	}
	return out[:min(len(out), max(rows, 1))]
}
