package repl

import (
	"fmt"
	"os"
	"os/exec"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// edited is the end of a visit to an editor of the user's own.
type edited struct {
	path string
	err  error
}

// external opens the cell in $VISUAL or $EDITOR, vi if there is neither. The
// screen is the editor's until it ends.
func (m *model) external() tea.Cmd {
	f, err := os.CreateTemp("", "cell-*.go")
	if err == nil {
		_, err = f.WriteString(m.edit.Text())
		err = firstError(err, f.Close())
	}
	if err != nil {
		m.hint = fmt.Sprintf("no file for the editor: %v", err)
		return nil
	}
	words := append(strings.Fields(editorCommand()), f.Name())
	command := exec.Command(words[0], words[1:]...)
	if m.keyboard != nil { // the terminal itself, which is not what the program reads and writes
		command.Stdin, command.Stdout, command.Stderr = m.keyboard.File, m.tty, m.tty
	}
	return tea.ExecProcess(command, func(err error) tea.Msg {
		return edited{f.Name(), err}
	})
}

func editorCommand() string {
	for _, name := range []string{"VISUAL", "EDITOR"} {
		if v := strings.TrimSpace(os.Getenv(name)); v != "" {
			return v
		}
	}
	return "vi"
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// comeBack takes the text that the editor left.
func (m *model) comeBack(e edited) {
	defer os.Remove(e.path)
	text, err := os.ReadFile(e.path)
	if err = firstError(e.err, err); err != nil {
		m.hint = fmt.Sprintf("%s: %v (set EDITOR to the one you use)", editorCommand(), err)
		return
	}
	m.edit.Set(strings.TrimRight(string(text), "\n"))
	m.history.Stop()
}
