package repl

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"graft/repl/editor"
	"graft/repl/editor/vi"
	"graft/repl/render"
	"graft/repl/style"
)

// frame is the time between two drawings of what moves.
const frame = 100 * time.Millisecond

// phase is what the front end is doing.
type phase int

const (
	idle    phase = iota // the prompt takes keys
	asking               // the session is asked whether the cell is complete
	running              // a cell runs
	input                // a running cell waits for a line
)

// model is the whole state of the screen. It is changed by Update alone.
type model struct {
	ctx       context.Context
	opening   *opening
	engine    engine // nil until it has started
	emit      func(any)
	print     func(string)     // one block of lines above the prompt
	leave     func()           // ends the program once everything is printed
	withhold  func(bool)       // keeps what is printed back while the pager is open
	elsewhere func() bool      // the terminal shows its other screen
	drew      func(int) string // takes the height of the newest view and returns its title

	keyboard *keyboard // nil in tests
	tty      *os.File  // the terminal's output, for other programs; nil in tests

	painter render.Painter
	tint    tint
	height  int
	phase   phase
	count   int      // number of the next cell
	queue   []string // cells that run without being typed

	edit     editor.Editor
	port     editor.Viewport // what the window shows of a long cell
	vi       *vi.Vi          // nil for Emacs' keys
	prefixed bool            // ctrl+x was pressed
	history  *editor.History
	menu     *menu
	assist   assist
	search   *search
	pager    *pager
	results  []document // of the running cell, to read when it ends
	unpaged  bool       // long texts are printed as they are
	hint     string
	leaving  string // the key that leaves when it is pressed once more
	held     []tea.Msg

	transcript render.Transcript
	clearing   bool // take the output away when the next one comes
	boards     boards
	afloat     *afloat
	started    time.Time
	timed      bool // the cell itself says how long it takes
	frames     int
	ticking    bool // the next frame is on its way
	interrupts int
	cancel     context.CancelCauseFunc // of the running cell
	cells      sync.WaitGroup          // that run
	hurry      bool                    // leave without waiting for them
	away       bool                    // suspended
	answer     editor.Editor
	question   asked
	asks       int // how often the session was asked whether a cell is complete
	err        error
	pictures   pictures
}

func newModel(ctx context.Context, o *opening, cells []string) *model {
	return &model{
		ctx: ctx, opening: o, queue: cells, count: 1, height: 24, history: editor.NewHistory(nil),
		painter: render.Painter{Width: 80, Theme: style.For(true)}, tint: tint{dark: true},
		emit: func(any) {}, afloat: newAfloat(), print: func(string) {}, leave: func() {}, withhold: func(bool) {},
		elsewhere: func() bool { return false }, drew: func(int) string { return "" },
	}
}

// Messages between the model and the commands it starts.
type (
	ready  struct{}
	judged struct {
		question             int // which one it answers
		text, status, indent string
	}
	finished struct{ outcome outcome }
	ticked   struct{}
	recalled struct {
		cells   []string
		trouble error
	}
	signaled   struct{} // an interrupt from outside, such as kill -INT
	terminated struct{} // the process should end
	helped     struct {
		name  string
		help  render.Help
		other string // in place of help
	}
)

// Init asks the terminal for its colours and waits for the session, and for its
// history, whose file may be slow.
func (m *model) Init() tea.Cmd {
	return tea.Batch(tea.RequestBackgroundColor, m.askPictures(), func() tea.Msg {
		_, _ = m.opening.get()
		return ready{}
	}, m.recall)
}

// Update takes one message, and then the keys that were held back while the
// prompt was not there to take them.
func (m *model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	cmds := []tea.Cmd{m.handle(msg)}
	for len(m.held) > 0 && m.typable() {
		next := m.held[0]
		m.held = m.held[1:]
		cmds = append(cmds, m.handle(next))
	}
	return m, tea.Batch(append(cmds, m.look())...)
}

func (m *model) typable() bool { return m.pager == nil && (m.phase == idle || m.phase == input) }

func (m *model) handle(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.painter.Width, m.height = max(1, msg.Width-spare), msg.Height
		return m.pictureResize()
	case tea.BackgroundColorMsg:
		m.tint.dark, m.painter.Style.Ground = msg.IsDark(), msg.Color
		m.colour()
	case tea.ColorProfileMsg:
		m.tint.profile = msg.Profile
		m.colour()
	case tea.ModeReportMsg:
		m.widthMode(msg)
	case tea.KeyPressMsg:
		return m.typed(msg)
	case tea.PasteMsg:
		msg.Content = m.keyboard.text(msg.Content)
		return m.typed(msg)
	case signaled:
		return m.interrupt()
	case terminated:
		m.end()
	case ready:
		return m.opened()
	case tea.ResumeMsg:
		m.away = false
		return tea.ClearScreen
	case recalled:
		m.remember(msg)
	case judged:
		return m.judge(msg)
	case finished:
		return m.finish(msg.outcome)
	case helped:
		m.read(msg.document())
	case edited:
		m.comeBack(msg)
		return tea.ClearScreen // whatever the editor has left in the view's place
	case proposed:
		m.propose(msg)
	case formatted:
		m.takeFormat(msg)
	case signed:
		m.signature(msg)
	case described:
		m.describe(msg)
	case setting:
		return m.set(msg)
	case ticked:
		return m.tick()
	default:
		if cmd, mine := m.pictureReply(msg); mine {
			return cmd
		}
		m.output(msg)
	}
	return nil
}

// spare is the last column, which stays empty: terminals disagree on where the
// cursor is behind it, and bubbletea counts a full line as two when it inserts.
const spare = 1

// modeUnicodeCore is the private mode in which terminals measure joined
// characters as one; bubbletea turns it on where it is offered.
const modeUnicodeCore = 2027

func (m *model) widthMode(msg tea.ModeReportMsg) {
	if joins(msg) {
		m.painter.Measure = editor.ByCluster
	}
}

// joins reports whether the terminal says that it has, or can have, that mode.
func joins(msg tea.ModeReportMsg) bool {
	return msg.Mode.Mode() == modeUnicodeCore && (msg.Value.IsSet() || msg.Value.IsReset() || msg.Value.IsPermanentlySet())
}

// typed takes a key or a paste, or holds it back until it can be taken.
func (m *model) typed(msg tea.Msg) tea.Cmd {
	k, isKey := msg.(tea.KeyPressMsg)
	switch {
	case isKey && key.Matches(k, keys.Kill):
		m.hurry = true
		m.end()
		return nil
	case isKey && m.pager != nil && m.elsewhere() && !key.Matches(k, keys.Suspend):
		m.pagerKey(k)
		return nil
	case isKey && key.Matches(k, keys.Interrupt) && m.phase != idle:
		return m.interrupt()
	case isKey && key.Matches(k, keys.Suspend):
		return m.suspend()
	case m.steers(msg):
		return m.steer(msg)
	case !m.typable():
		m.hold(msg)
		return nil
	case m.phase == input:
		return m.reply(msg)
	case !isKey:
		m.paste(msg.(tea.PasteMsg).Content)
		return nil
	}
	return m.press(k)
}

// suspend stops the process until its shell wakes it. The view is taken away before:
// bubbletea v2.1.1 draws it again where it was, over what the shell has written since.
func (m *model) suspend() tea.Cmd {
	if !suspendable() {
		m.hint = "there is no shell to go back to"
		return nil
	}
	m.away = true
	return tea.Suspend
}

// opened takes the session over, or leaves if there is none.
func (m *model) opened() tea.Cmd {
	if m.engine != nil {
		return nil
	}
	eng, err := m.opening.get()
	if err != nil {
		m.err = err
		m.end()
		return nil
	}
	m.engine, m.count = eng, eng.Count()
	return m.runQueue()
}

// recall fetches the cells of earlier sessions.
func (m *model) recall() tea.Msg {
	eng, err := m.opening.get()
	if err != nil {
		return nil
	}
	cells, trouble := eng.History()
	return recalled{cells, trouble}
}

func (m *model) remember(r recalled) {
	m.history.Recall(r.cells)
	if r.trouble != nil {
		m.print(m.painter.Wrap(m.painter.Theme.Muted.Render("note: " + r.trouble.Error())))
	}
}

// runQueue starts the next cell that waits to run, if nothing else does.
func (m *model) runQueue() tea.Cmd {
	if len(m.queue) == 0 || m.engine == nil || m.phase != idle {
		return nil
	}
	cell := m.queue[0]
	m.queue = m.queue[1:]
	return m.start(cell)
}

// interrupt stops the running cell; at the prompt it clears the text, and leaves
// when there is none and it comes twice.
func (m *model) interrupt() tea.Cmd {
	m.held, m.queue = nil, nil
	if m.pager != nil {
		m.closePager()
		return nil
	}
	switch m.phase {
	case running:
		m.interrupts++
		m.stop()
		return nil
	case input:
		m.question.reply("", false)
		m.forgetAnswer()
		m.phase = running
		m.stop()
		return nil
	case asking:
		m.phase = idle
	}
	m.menu, m.search, m.prefixed = nil, nil, false
	m.history.Stop()
	m.vi.Reset()
	if m.edit.Empty() {
		return m.leaveOnSecond("ctrl+c")
	}
	m.print(m.painter.Wrap(m.painter.Cell(m.edit.Text(), render.In(m.count)) + m.painter.Theme.Muted.Render("^C")))
	m.clear()
	return nil
}

// errInterrupted is the cause of an interrupt by a key.
var errInterrupted = errors.New("interrupted")

// stop interrupts the running cell. The context ends too, for the moment in which
// the session has not begun to run it.
func (m *model) stop() {
	m.cancel(errInterrupted)
	m.engine.Interrupt()
}

func (m *model) leaveOnSecond(k string) tea.Cmd {
	if m.leaving == k {
		return m.depart(k)
	}
	m.leaving, m.hint = k, "press "+k+" again to "+m.farewell()
	return nil
}

// start runs a cell: its text becomes part of the scrollback.
func (m *model) start(code string) tea.Cmd {
	m.print(m.painter.Cell(code, render.In(m.count)))
	m.history.Add(code)
	m.clear()
	m.menu, m.hint = nil, ""
	m.phase, m.started, m.interrupts, m.timed = running, time.Now(), 0, timesItself.MatchString(code)
	eng, emit := m.engine, m.afloat.watch(m.emit)
	// The context outlives the cell: goroutines that it leaves behind go on.
	ctx, cancel := context.WithCancelCause(m.ctx)
	m.cancel = cancel
	m.cells.Add(1)
	return tea.Batch(m.startClock(), func() tea.Msg {
		defer m.cells.Done()
		end := eng.Execute(ctx, code, emit)
		emit(finished{end})
		return nil
	})
}

func (m *model) finish(end outcome) tea.Cmd {
	m.flush()
	m.tellElapsed(end.elapsed)
	if m.phase == input {
		m.forgetAnswer()
	}
	m.phase, m.count = idle, m.engine.Count()
	if end.failed {
		m.queue = nil
	}
	m.readResults()
	return m.runQueue()
}

// flush moves all output of the cell to the scrollback.
func (m *model) flush() {
	for _, block := range m.transcript.Rest() {
		m.print(m.painter.Wrap(block))
	}
}

// startClock moves what moves, until there is no cell that runs.
func (m *model) startClock() tea.Cmd {
	if m.ticking {
		return nil
	}
	m.ticking = true
	return tea.Tick(frame, func(time.Time) tea.Msg { return ticked{} })
}

func (m *model) tick() tea.Cmd {
	m.frames++
	m.ticking = false
	if m.phase == idle {
		return nil
	}
	return m.startClock()
}

// status is the line below a running cell.
func (m *model) status() string {
	since := time.Since(m.started)
	if ahead := m.ahead(); ahead != "" {
		return m.painter.Theme.Muted.Render("typed ahead: ") + m.painter.Tail(ahead, len("typed ahead:  · esc drops it")) + m.painter.Theme.Muted.Render(" · esc drops it")
	}
	if m.phase != running || since < 3*frame {
		return ""
	}
	spinner := []rune("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏")
	words := "ctrl+c interrupts"
	if m.interrupts > 0 {
		words = `interrupting; ctrl+\ leaves graft`
	}
	return m.painter.Theme.Busy.Render(string(spinner[m.frames%len(spinner)])) +
		m.painter.Theme.Muted.Render(fmt.Sprintf(" running %s · %s", since.Round(time.Second), words))
}
