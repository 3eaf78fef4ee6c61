package repl

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"graft/internal/session/capture"
	"graft/repl/render"
)

// patience is how long leaving waits for the session to end.
const patience = 3 * time.Second

// runScreen serves a session on a terminal.
func runScreen(ctx context.Context, o Options, start starter) error {
	opening := &opening{done: make(chan struct{})}
	native, screen, err := seize(o.Out, func(stream string, text []byte) {
		if eng, err := opening.get(); err == nil {
			eng.Native(stream, text)
		}
	})
	if err != nil {
		return err
	}
	defer native.Close()
	opening.begin(func() (engine, error) { return start(native.Drain) })
	m := newModel(ctx, opening, o.Cells)
	if err := m.setEditMode(o.editMode()); err != nil {
		return err
	}
	m.keyboard, m.tty = newKeyboard(o.In), screen
	m.tint.profile = colorprofile.Detect(screen, os.Environ())
	m.colour()
	m.showPictures(o, screen)
	watched := &canvas{File: screen, drawn: make(chan struct{})}
	program := tea.NewProgram(m, tea.WithContext(ctx), tea.WithInput(m.keyboard), tea.WithOutput(watched), tea.WithFilter(outside))
	out := newPrinter()
	out.expand = m.pictures.expand
	m.emit = func(msg any) { out.wait(); program.Send(msg) }
	m.print, m.leave, m.room = out.add, out.close, out.setRoom
	m.hidden = true
	go func() { <-watched.drawn; program.Send(drawn{}) }()
	if g := greeting(o.Version); g != "" {
		_, _ = fmt.Fprintln(screen, m.painter.Colour(m.painter.Theme.Muted.Render(g)))
	}
	go out.run(program)
	_, err = program.Run()
	out.close()
	return ended(ctx, err, m, opening)
}

// canvas is the terminal, and tells when the first prompt is on it: bubbletea
// inserts text above what it has drawn, and before that it would take the whole
// window for its own.
type canvas struct {
	*os.File
	once  sync.Once
	drawn chan struct{}
}

// Write writes to the terminal.
func (c *canvas) Write(p []byte) (int, error) {
	n, err := c.File.Write(p)
	if bytes.Contains(p, []byte(render.In(1).First[:4])) {
		c.once.Do(func() { close(c.drawn) })
	}
	return n, err
}

// seize takes the process's own output out of the way while a screen is drawn on
// it: native libraries write there without asking, and a single line of theirs
// would break the screen. The terminal itself is screen.
func seize(out *os.File, take func(stream string, text []byte)) (native *capture.Capture, screen *os.File, err error) {
	if out.Fd() != os.Stdout.Fd() {
		return &capture.Capture{}, out, nil
	}
	native, err = capture.Start(take)
	if err != nil {
		return nil, nil, fmt.Errorf("repl: %w", err)
	}
	return native, native.Stdout(), nil
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
