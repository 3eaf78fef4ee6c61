package repl

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"

	"graft/internal/session/capture"
)

// patience is how long leaving waits for the running cell and for the session to
// end, and for a terminal that takes no more output.
const patience = 3 * time.Second

// runScreen serves a session on a terminal.
func runScreen(ctx context.Context, o Options, start starter) error {
	ctx, lost := context.WithCancel(ctx)
	defer lost()
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
	m.tint.profile = colorprofile.Detect(screen, os.Environ())
	m.colour()
	m.showPictures(o, screen)
	m.greet(screen, greeting(o.Version), charset(os.Getenv))
	out := newPrinter()
	program := newProgram(ctx, m, out, newKeyboard(o.In, lost), screen)
	defer signals(program, lost)()
	ended := make(chan error, 1)
	go func() {
		_, err := program.Run()
		out.stop()
		ended <- err
	}()
	return leave(ctx, wait(ctx, ended), m)
}

// greet writes what is said before the first prompt.
func (m *model) greet(screen *os.File, lines ...string) {
	if width, _, err := term.GetSize(screen.Fd()); err == nil && width > spare {
		m.painter.Width = width - spare
	}
	for _, line := range lines {
		if line != "" {
			line = ansi.Wordwrap(line, m.painter.Width, "")
			_, _ = fmt.Fprintln(screen, m.painter.Colour(m.painter.Theme.Muted.Render(line)))
		}
	}
}

// newProgram connects a model and a printer to a terminal.
func newProgram(ctx context.Context, m *model, out *printer, in *keyboard, screen *os.File, more ...tea.ProgramOption) *tea.Program {
	// A key waits for the next frame: at 60 a second that may be longer than a frame of the screen.
	options := []tea.ProgramOption{tea.WithContext(ctx), tea.WithFPS(120), tea.WithoutSignalHandler(), tea.WithInput(in),
		tea.WithOutput(canvas{screen, out}), tea.WithFilter(out.filter)}
	program := tea.NewProgram(m, append(options, more...)...)
	m.keyboard, m.tty = in, screen
	out.size = func() (int, int, error) { return term.GetSize(screen.Fd()) }
	m.emit = func(msg any) { out.wait(); program.Send(msg) }
	out.shelf = m.shelf()
	m.print, m.leave, m.drew, m.withhold, m.elsewhere = out.add, out.close, out.drew, out.hold, out.elsewhere
	go out.run(program.Send, program.Quit)
	return program
}

// canvas is the terminal; the printer sees what is written to it.
type canvas struct {
	*os.File
	out *printer
}

// Write writes to the terminal.
func (c canvas) Write(p []byte) (int, error) {
	c.out.switches(p)
	if _, err := c.File.Write(c.out.unmarked(p)); err != nil {
		return 0, err
	}
	return len(p), nil
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

// wait returns when the program has ended. Once ctx is done that is soon: a program
// that still writes to a terminal that takes nothing is left behind.
func wait(ctx context.Context, ended <-chan error) error {
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	select {
	case err := <-ended:
		return err
	case <-time.After(patience):
		return nil
	}
}

// leave closes the session and tells why the program has ended. The running cell
// may end in its own way, unless the user wants to leave at once.
func leave(ctx context.Context, err error, m *model) error {
	closed := make(chan error, 1)
	go func() {
		eng, err := m.opening.get()
		if err == nil {
			eng.Interrupt()
			if !m.hurry {
				m.cells.Wait()
				m.afloat.park()
			}
			err = eng.Close()
		}
		closed <- err
	}()
	select {
	case closeErr := <-closed:
		m.err = errors.Join(m.err, closeErr)
	case <-time.After(patience):
	}
	if ctx.Err() != nil {
		err = nil // the terminal is gone, or somebody wants the process gone
	}
	return errors.Join(m.err, err)
}
