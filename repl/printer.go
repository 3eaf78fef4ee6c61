package repl

import (
	"strings"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
)

// printer puts finished output above the prompt, in order, through one goroutine:
// commands of bubbletea run side by side and would mix it up.
type printer struct {
	mu      sync.Mutex
	changed *sync.Cond
	queue   []string
	rooms   []room // of the last while, ascending: the first is the least
	closed  bool
	expand  func(lines []string) []string // what lines are written as
}

// room is how many lines could be inserted at once without touching the prompt.
type room struct {
	lines int
	until time.Time
}

// settling is how long the screen may still show a view that was replaced:
// bubbletea draws 60 times a second, and inserts lines above what it has drawn,
// not above what it will draw next. Lines that do not fit would damage the view.
const settling = 2 * time.Second

// backlog is how many waiting blocks make a cell wait for the screen.
const backlog = 200

func newPrinter() *printer {
	p := &printer{expand: func(lines []string) []string { return lines }}
	p.changed = sync.NewCond(&p.mu)
	return p
}

// add queues a block of lines.
func (p *printer) add(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		p.queue = append(p.queue, text)
		p.changed.Broadcast()
	}
}

// setRoom tells how much of the window the newest view leaves.
func (p *printer) setRoom(lines int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for n := len(p.rooms); n > 0 && p.rooms[n-1].lines >= lines; n-- {
		p.rooms = p.rooms[:n-1]
	}
	p.rooms = append(p.rooms, room{lines: lines, until: time.Now().Add(settling)})
}

// free is the least room of the views that may be on the screen.
func (p *printer) free() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	for len(p.rooms) > 1 && p.rooms[0].until.Before(now) {
		p.rooms = p.rooms[1:]
	}
	if len(p.rooms) == 0 {
		return 1
	}
	return max(1, p.rooms[0].lines)
}

// wait blocks while the screen is far behind.
func (p *printer) wait() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.queue) > backlog && !p.closed {
		p.changed.Wait()
	}
}

// close ends the goroutine once everything is printed.
func (p *printer) close() {
	p.mu.Lock()
	p.closed = true
	p.changed.Broadcast()
	p.mu.Unlock()
}

// run prints until close, and then calls quit.
func (p *printer) run(program *tea.Program) {
	for {
		block, ok := p.next()
		if !ok {
			program.Quit()
			return
		}
		for lines := strings.Split(block, "\n"); len(lines) > 0; {
			n := min(p.free(), len(lines))
			program.Println(above(p.expand(lines[:n])))
			lines = lines[n:]
		}
	}
}

func (p *printer) next() (string, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.queue) == 0 && !p.closed {
		p.changed.Wait()
	}
	if len(p.queue) == 0 {
		return "", false
	}
	block := p.queue[0]
	p.queue = p.queue[1:]
	p.changed.Broadcast()
	return block, true
}

// above joins lines for bubbletea, which leaves out an empty text: a lone empty
// line becomes a blank.
func above(lines []string) string {
	if len(lines) == 1 && lines[0] == "" {
		return " "
	}
	return strings.Join(lines, "\n")
}
