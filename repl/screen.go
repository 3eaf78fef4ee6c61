package repl

import (
	"context"
	"errors"
	"os"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
)

// patience is how long leaving waits for the session to end.
const patience = 3 * time.Second

// runScreen serves a session on a terminal.
func runScreen(ctx context.Context, o Options, start starter) error {
	term, err := seize(o.Out)
	if err != nil {
		return err
	}
	defer term.release()
	opening := open(func() (engine, error) { return start(term.drain) })
	m := newModel(ctx, opening, o.Cells)
	m.painter.Profile = colorprofile.Detect(term.screen, os.Environ())
	program := tea.NewProgram(m, tea.WithContext(ctx), tea.WithInput(o.In), tea.WithOutput(term.screen), tea.WithFilter(outside))
	out := newPrinter()
	emit := func(msg any) { out.wait(); program.Send(msg) }
	m.emit, m.print, m.leave, m.room = emit, out.add, out.close, out.setRoom
	term.forward(func(text string) {
		if eng, err := opening.get(); err == nil {
			eng.Native(text)
		}
	})
	if g := greeting(o.Version); g != "" {
		out.add(m.painter.Wrap(m.painter.Theme.Muted.Render(g)))
	}
	go out.run(program)
	_, err = program.Run()
	out.close()
	return ended(ctx, err, m, opening)
}

// outside turns signals that would end the program into messages that do what
// the key does.
func outside(_ tea.Model, msg tea.Msg) tea.Msg {
	if _, ok := msg.(tea.InterruptMsg); ok {
		return signaled{}
	}
	return msg
}

// ended closes the session and tells why the program has ended.
func ended(ctx context.Context, err error, m *model, o *opening) error {
	closed := make(chan error, 1)
	go func() {
		eng, err := o.get()
		if err == nil {
			eng.Interrupt()
			err = eng.Close()
		}
		closed <- err
	}()
	select {
	case closeErr := <-closed:
		m.err = errors.Join(m.err, closeErr)
	case <-time.After(patience):
	}
	if errors.Is(err, tea.ErrProgramKilled) && ctx.Err() != nil {
		err = nil
	}
	return errors.Join(m.err, err)
}
