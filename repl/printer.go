package repl

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"graft/repl/graphics"
	"graft/repl/render"
)

// printer puts finished output above the view, in order.
//
// bubbletea v2.1.1 inserts lines above what it has drawn, not above what it will
// draw next, and both must fit into the window: lines that do not fit damage the
// view. So the printer has every view carry a mark, which canvas takes out of what is
// written, and chooses what fits inside bubbletea's event loop, where no view can come
// between that it does not know. The newest may be drawn in that moment, though.
type printer struct {
	mu      sync.Mutex
	changed *sync.Cond
	queue   []string // lines
	closed  bool
	asked   bool            // a pour is on its way
	shelf   *graphics.Shelf // has the pictures that lines stand for

	size          func() (width, height int, err error) // of the window
	width, height int
	joined        bool // the terminal shows joined characters as one
	newest, drawn frameMark
	wiping        bool // the screen is being cleared, and bubbletea does not know it
	other
}

// frameMark describes a view.
type frameMark struct {
	rows     int
	change   int // how many times the window was changed or cleared before
	inserted int // how many insertions there were
}

// backlog is how many waiting lines make a cell wait for the screen.
const backlog = 2000

// wipe clears the screen. Lines that come before it is drawn anew would be lost.
var wipe = tea.RawMsg{Msg: ansi.CursorHomePosition + ansi.EraseEntireScreen}

// pour asks the event loop to insert waiting lines.
type pour struct{}

func newPrinter() *printer {
	p := &printer{width: 80, height: 24, newest: frameMark{change: 1}, shelf: graphics.NewShelf(0)}
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
	for {
		lines, ok := p.due()
		if !ok {
			break
		}
		p.shelf.Prepare(lines)
		send(pour{})
	}
	quit()
}

// due waits until something can be printed, and returns what comes next; ok is false
// after the last line.
func (p *printer) due() (next []string, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		switch {
		case len(p.queue) == 0 && p.closed:
			return nil, false
		case len(p.queue) > 0 && !p.blind() && !p.asked:
			p.asked = true
			return slices.Clone(p.queue[:min(len(p.queue), p.height)]), true
		}
		p.changed.Wait()
	}
}

// blind reports whether the other screen is shown, nobody knows where the view is on
// this one, or it is about to become lower: lines that are inserted before would scroll for nothing.
func (p *printer) blind() bool {
	return p.hidden() || p.wiping || p.drawn.change != p.newest.change || p.newest.rows < p.drawn.rows
}

// filter sees the messages of the event loop before bubbletea does.
func (p *printer) filter(_ tea.Model, msg tea.Msg) tea.Msg {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		p.resize(msg)
	case tea.ModeReportMsg:
		p.joined = p.joined || joins(msg)
	case pour:
		return p.pour()
	}
	switch msg {
	case wipe:
		p.wiping = true
	case tea.ClearScreen():
		// bubbletea believes that the cursor is at the top of the view from now on,
		// and writes what brings it there with the next one.
		p.wiping = false
		p.newest.change++
	}
	return msg
}

func (p *printer) resize(size tea.WindowSizeMsg) {
	p.width, p.height = size.Width, size.Height
	p.newest.change++
}

// pour inserts the lines that fit. The message about a change of the window may still
// be on its way: what is inserted for a window that was higher is drawn over itself.
func (p *printer) pour() tea.Msg {
	p.asked = false
	if w, h, err := p.size(); err == nil && w > 0 && h > 0 && (w != p.width || h != p.height) {
		size := tea.WindowSizeMsg{Width: w, Height: h}
		p.resize(size)
		return size
	}
	if text := p.take(); text != "" {
		return tea.Println(text)()
	}
	return nil
}

// The mark is a window title, as bubbletea writes that with the view; canvas keeps it
// from the terminal. A view whose mark is new is drawn even if it looks the same:
// bubbletea leaves the cursor where it has inserted until then.
const (
	titleStart = "\x1b]2;"
	titleEnd   = "\a"
	markText   = "graft view %d %d %d"
)

// drew tells how high the newest view is, and returns its title.
func (p *printer) drew(rows int) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.newest.rows != rows {
		p.newest.rows = rows
		p.changed.Broadcast()
	}
	return fmt.Sprintf(markText, rows, p.newest.change, p.newest.inserted)
}

// unmarked takes the marks out of what is written, and believes the last.
func (p *printer) unmarked(text []byte) []byte {
	out := text
	for {
		before, after, found := bytes.Cut(out, []byte(titleStart))
		title, rest, ended := bytes.Cut(after, []byte(titleEnd))
		if !found || !ended {
			return out
		}
		var m frameMark
		if n, _ := fmt.Sscanf(string(title), markText, &m.rows, &m.change, &m.inserted); n == 3 {
			p.draw(m)
		}
		out = slices.Concat(before, rest)
	}
}

func (p *printer) draw(m frameMark) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.drawn = m
	p.changed.Broadcast()
}

// take removes and returns the lines to insert now.
func (p *printer) take() string {
	if p.blind() || len(p.queue) == 0 {
		return ""
	}
	var lines []string
	for room := max(1, p.height-p.newest.rows); len(p.queue) > 0 && len(lines) < room; {
		if rows := p.shelf.Rows(p.queue); rows > room-len(lines) && len(lines) > 0 {
			break // a picture goes to the screen whole, if it can
		}
		line, rest := p.fold(p.queue[0])
		lines = append(lines, line)
		if p.queue[0] = rest; rest == "" {
			p.queue = p.queue[1:]
		}
	}
	p.newest.inserted++
	p.changed.Broadcast()
	return above(p.shelf.Expand(lines))
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
