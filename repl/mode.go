package repl

import (
	"fmt"
	"os"

	tea "charm.land/bubbletea/v2"

	"graft/internal/near"
	"graft/repl/editor/vi"
	"graft/repl/render"
)

// editModes are the sets of keys that can be chosen.
var editModes = []string{"emacs", "vi"}

// editMode is the mode that was asked for.
func (o Options) editMode() string {
	for _, name := range []string{o.EditMode, os.Getenv("GRAFT_EDIT_MODE")} {
		if name != "" {
			return name
		}
	}
	return editModes[0]
}

// setEditMode chooses the keys of the prompt, "emacs" or "vi", from the next key on.
func (m *model) setEditMode(name string) error {
	switch name {
	case "emacs":
		m.vi = nil
	case "vi":
		m.vi = vi.New()
	default:
		return fmt.Errorf("repl: edit mode %q%s; it is emacs or vi (GRAFT_EDIT_MODE sets it)", name, near.Hint(name, editModes))
	}
	return nil
}

// setKeys answers the command of that name.
func (m *model) setKeys(value string) (string, tea.Cmd, error) {
	if value != "" {
		if err := m.setEditMode(value); err != nil {
			return "", nil, err
		}
	}
	if m.vi == nil {
		return editModes[0], nil, nil
	}
	return editModes[1], nil, nil
}

// toggleMode goes over to vi's keys, or back to Emacs'.
func (m *model) toggleMode() {
	if m.vi == nil {
		m.vi = vi.New()
	} else {
		m.vi = nil
	}
}

// viKey gives vi the key and does what it leaves to do; done is false for keys that
// are none of vi's.
func (m *model) viKey(k tea.KeyPressMsg) (cmd tea.Cmd, done bool) {
	name := k.String()
	if k.Text == " " {
		name = k.Text
	}
	before := m.edit.Text()
	switch m.vi.Key(&m.edit, name) {
	case vi.Pass:
		return nil, false
	case vi.Older:
		m.history.Older(&m.edit)
		m.edit.OffEnd()
	case vi.Newer:
		m.history.Newer(&m.edit)
		m.edit.OffEnd()
	case vi.Format:
		return m.format(), true
	case vi.Search:
		m.search = newSearch(&m.edit, m.history)
	case vi.Done:
		if m.edit.Text() != before {
			m.history.Stop()
		}
	}
	return m.copied(), true
}

// in is the prompt of the cell being typed; with vi's keys it tells the mode.
func (m *model) in() render.Prompt {
	if m.vi == nil {
		return render.In(m.count)
	}
	return render.In(m.count).Marked("[" + m.vi.Mode().String() + "] ")
}

// shape is that of the cursor: with vi's keys it tells the mode as well.
func (m *model) shape() tea.CursorShape {
	if m.vi != nil && m.vi.Mode() == vi.Insert {
		return tea.CursorBar
	}
	return tea.CursorBlock
}
