package repl

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"graft/repl/render"
)

// printer puts finished output above the view, in order.
//
// bubbletea v2.1.1 inserts lines above what it has drawn, not above what it will
// draw next, and both must fit into the window: lines that do not fit damage the
// view. What is drawn, only the writes to the terminal tell; so the printer looks
// at these, and chooses what fits inside bubbletea's event loop, where nothing else
// can change.
type printer struct {
	mu      sync.Mutex
	changed *sync.Cond
	queue   []string // lines
	closed  bool
	asked   bool                          // a pour is on its way
	lowered time.Time                     // when the view became lower
	expand  func(lines []string) []string // what lines are written as

	size          func() (width, height int, err error) // of the window
	width, height int
	joined        bool  // the terminal shows joined characters as one
	blind         int   // how many writes it takes until the view is where bubbletea thinks
	begun         bool  // the first view was drawn
	views         []int // heights of the views that may be on the screen, and of later ones
	wiping        bool  // wipe is still to be written
	certain       int   // how many of views were old at the last write
	tail          []byte
	inserted      int
	other
}

// backlog is how many waiting lines make a cell wait for the screen.
const backlog = 2000

// wipe clears the screen. Lines that come before it is drawn anew would be lost.
var wipe = tea.RawMsg{Msg: ansi.CursorHomePosition + ansi.EraseEntireScreen}

// pour asks the event loop to insert waiting lines.
type pour struct{}

func newPrinter() *printer {
	p := &printer{blind: 1, width: 80, height: 24, expand: func(lines []string) []string { return lines }}
	p.size = func() (int, int, error) { return p.width, p.height, nil }
	p.changed = sync.NewCond(&p.mu)
	return p
}

// add queues a block of lines.
func (p *printer) add(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		p.queue = append(p.queue, strings.Split(text, "\n")...)
		p.changed.Broadcast()
	}
}

// wait blocks while the screen is far behind.
func (p *printer) wait() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.queue) > backlog && !p.closed && !p.held {
		p.changed.Wait()
	}
}

// close ends run once everything is printed.
func (p *printer) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	p.changed.Broadcast()
}

// stop gives up what waits: there is no screen any more.
func (p *printer) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed, p.queue = true, nil
	p.changed.Broadcast()
}

// run prints until close, and then calls quit. send takes a message to the event
// loop, and returns when that has ended, too.
func (p *printer) run(send func(tea.Msg), quit func()) {
	for p.due() {
		send(pour{})
	}
	quit()
}

// due waits until something can be printed; false after the last line.
func (p *printer) due() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		switch {
		case len(p.queue) == 0 && p.closed:
			return false
		case len(p.queue) > 0 && p.blind == 0 && !p.asked && !p.hidden() && !p.holds():
			p.asked = true
			return true
		}
		p.changed.Wait()
	}
}

// lowering is longer than bubbletea takes to draw a view, at 60 frames a second.
const lowering = 60 * time.Millisecond

// holds reports whether to wait for a view that became lower: what does not fit beside
// the one before it would leave the window, and the space below stay empty. To insert
// earlier is ugly, not wrong, so a time is good enough.
func (p *printer) holds() bool {
	n := len(p.views)
	return n > 0 && p.views[n-1] < slices.Max(p.views) && len(p.queue) > p.height-slices.Max(p.views) && time.Since(p.lowered) < lowering
}

// filter sees the messages of the event loop before bubbletea does.
func (p *printer) filter(_ tea.Model, msg tea.Msg) tea.Msg {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		p.resize(msg.Width, msg.Height)
	case tea.ModeReportMsg:
		p.join(msg)
	case pour:
		if size, ok := p.changedSize(); ok {
			p.resize(size.Width, size.Height)
			return size
		}
		if text := p.take(); text != "" {
			return tea.Println(text)()
		}
		return nil
	}
	switch msg {
	case wipe:
		p.wiped()
	case tea.ClearScreen():
		p.cleared()
	}
	return msg
}

// changedSize asks for the window's size, as a message about it may still be on its
// way: what is inserted for a window that was higher is drawn over itself.
func (p *printer) changedSize() (tea.WindowSizeMsg, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = false
	w, h, err := p.size()
	return tea.WindowSizeMsg{Width: w, Height: h}, err == nil && w > 0 && h > 0 && (w != p.width || h != p.height)
}

func (p *printer) resize(width, height int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.width, p.height, p.blind = width, height, max(p.blind, 1)
}

func (p *printer) join(msg tea.ModeReportMsg) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.joined = p.joined || joins(msg)
}

// wiped keeps lines back until bubbletea, too, knows that the screen is empty.
func (p *printer) wiped() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wiping, p.blind = true, math.MaxInt
}

// cleared keeps lines back until the view is drawn anew: bubbletea v2.1.1 believes
// that the cursor is at its top, and writes what brings it there with the view.
func (p *printer) cleared() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.blind = 1
	if p.wiping {
		p.blind = 2
	}
}

// drew tells how high the newest view is, and returns what it must end with: a colour
// that does not exist, another one after each insertion. bubbletea v2.1.1 leaves the
// cursor where it has inserted, and draws nothing while the view stays the same.
func (p *printer) drew(rows int) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(p.views); n > 0 && rows < p.views[n-1] {
		p.lowered = time.Now()
		time.AfterFunc(lowering, p.changed.Broadcast)
	}
	if n := len(p.views); n < 2 || p.views[n-1] != rows || p.views[n-2] != rows {
		p.views = append(p.views, rows)
	}
	return fmt.Sprintf("\x1b[0;%dm", 1000+p.inserted%1000)
}

// wrote takes note of what went to the terminal. That is an insertion, or a view:
// the newest or, at the moment when that came, the one before it. The requests that
// bubbletea writes in front of a view are taken for one; so a view counts as
// replaced only when something was written twice after it.
func (p *printer) wrote(text []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.tail != nil && bytes.HasSuffix(text, p.tail) {
		p.tail = nil
		return
	}
	p.begun = p.begun || bytes.Contains(text, []byte(ansi.SetModeBracketedPaste))
	if !p.begun {
		return
	}
	p.views = p.views[p.certain:]
	p.certain = max(0, len(p.views)-2)
	p.blind = max(0, p.blind-1)
	p.wiping = p.wiping && !bytes.Contains(text, []byte(ansi.EraseEntireScreen))
	p.changed.Broadcast()
}

// take removes and returns the lines to insert now, none if nobody knows what is
// on the screen.
func (p *printer) take() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = false
	if p.blind > 0 || len(p.queue) == 0 || p.hidden() {
		return ""
	}
	room := 1
	if len(p.views) > 0 {
		room = max(1, p.height-slices.Max(p.views))
	}
	var lines []string
	for len(p.queue) > 0 && len(lines) < room {
		line, rest := p.fold(p.queue[0])
		lines = append(lines, line)
		if p.queue[0] = rest; rest == "" {
			p.queue = p.queue[1:]
		}
	}
	p.inserted++
	p.changed.Broadcast()
	lines = p.expand(lines)
	text := above(lines)
	p.tail = []byte(lines[len(lines)-1] + ansi.EraseLineRight + "\r\n")
	return text
}

// fold breaks a line that was laid out for a wider window. bubbletea v2.1.1 counts
// joined characters as one, also where the terminal does not: neither way may a line
// be too long.
func (p *printer) fold(line string) (head, rest string) {
	width := max(1, p.width-spare)
	for _, m := range []ansi.Method{ansi.GraphemeWidth, ansi.WcWidth} {
		if p.joined && m == ansi.WcWidth || m.StringWidth(line) <= width {
			continue
		}
		var more string
		line, more, _ = strings.Cut(new(render.Pen).Lines(m.Hardwrap(line, width, true)), "\n")
		rest = strings.ReplaceAll(more, "\n", "") + rest
	}
	return line, rest
}

// above joins lines for bubbletea, which leaves out an empty text: a lone empty
// line becomes a blank.
func above(lines []string) string {
	if len(lines) == 1 && lines[0] == "" {
		lines[0] = " "
	}
	return strings.Join(lines, "\n")
}
