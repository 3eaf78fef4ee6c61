package repl

import (
	"strings"
	"sync"

	tea "charm.land/bubbletea/v2"
)

// printer puts finished output above the prompt, in order, through one goroutine:
// commands of bubbletea run side by side and would mix it up.
type printer struct {
	mu      sync.Mutex
	changed *sync.Cond
	queue   []string
	room    int // lines that can be inserted at once without touching the prompt
	closed  bool
	drained chan struct{}
}

// backlog is how many waiting blocks make a cell wait for the screen.
const backlog = 200

func newPrinter() *printer {
	p := &printer{room: 10, drained: make(chan struct{})}
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

// setRoom tells how much of the window the prompt leaves.
func (p *printer) setRoom(lines int) {
	p.mu.Lock()
	p.room = max(1, lines)
	p.mu.Unlock()
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
			close(p.drained)
			return
		}
		for _, part := range pieces(block, p.free()) {
			program.Println(part)
		}
	}
}

func (p *printer) free() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.room
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

// pieces breaks a block into parts of at most n lines. bubbletea leaves out empty
// parts, so that an empty line becomes a blank.
func pieces(block string, n int) []string {
	lines := strings.Split(block, "\n")
	var out []string
	for len(lines) > 0 {
		k := min(n, len(lines))
		part := strings.Join(lines[:k], "\n")
		if part == "" {
			part = " "
		}
		out = append(out, part)
		lines = lines[k:]
	}
	return out
}
