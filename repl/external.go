package repl

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
)

// edited is the end of a visit to an editor of the user's own.
type edited struct {
	path string
	err  error
}

// visit is a program that has the terminal for a while: the terminal itself, as what
// bubbletea v2.1.1 would give it are pipes to our readers and writers.
type visit struct {
	*exec.Cmd
	m *model
}

// unwinding is how long bubbletea v2.1.1 may take to stop its clock after it has said
// so; a program that ends sooner would leave the screen without one.
const unwinding = 50 * time.Millisecond

// SetStdin and its like take no notice of what bubbletea offers.
func (visit) SetStdin(io.Reader)  {}
func (visit) SetStdout(io.Writer) {}
func (visit) SetStderr(io.Writer) {}

// Run runs the program.
func (v visit) Run() error {
	if v.m.keyboard != nil {
		v.Stdin, v.Stdout, v.Stderr = v.m.keyboard.File, v.m.tty, v.m.tty
	}
	soonest := time.Now().Add(unwinding)
	err := v.Cmd.Run()
	time.Sleep(time.Until(soonest))
	return err
}

// external opens the cell in $VISUAL or $EDITOR, vi if there is neither. The
// screen is the editor's until it ends.
func (m *model) external() tea.Cmd {
	f, err := os.CreateTemp("", "cell-*.go")
	if err == nil {
		_, err = f.WriteString(m.edit.Text())
		if err = cmp.Or(err, f.Close()); err != nil {
			_ = os.Remove(f.Name())
		}
	}
	if err != nil {
		m.hint = fmt.Sprintf("no file for the editor: %v", err)
		return nil
	}
	words := append(strings.Fields(editorCommand()), f.Name())
	return tea.Exec(visit{exec.Command(words[0], words[1:]...), m}, func(err error) tea.Msg {
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

// comeBack takes the text that the editor left.
func (m *model) comeBack(e edited) {
	defer os.Remove(e.path)
	text, err := os.ReadFile(e.path)
	if err = cmp.Or(e.err, err); err != nil {
		m.hint = fmt.Sprintf("%s: %v (set EDITOR to the one you use)", editorCommand(), err)
		return
	}
	m.menu = nil // it is about the text from before
	m.edit.Set(strings.TrimRight(string(text), "\n"))
	m.history.Stop()
}
