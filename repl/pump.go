package repl

import (
	"sync"
	"time"

	"graft/lib/display"
)

// frame is the shortest time between two drawings of one live display.
const frame = 100 * time.Millisecond

// pump carries messages of the session to the screen in order. Updates of a live
// display that come faster than a frame replace each other; the last one always
// arrives, and before anything that follows it.
type pump struct {
	mu      sync.Mutex
	send    func(any)
	pending map[string]display.Bundle
	order   []string
	sent    time.Time
	timer   *time.Timer
}

func newPump(send func(any)) *pump {
	return &pump{send: send, pending: map[string]display.Bundle{}}
}

func (p *pump) emit(msg any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, ok := msg.(updated)
	if !ok {
		p.flush()
		p.send(msg)
		return
	}
	if _, waiting := p.pending[u.bundle.ID]; !waiting {
		p.order = append(p.order, u.bundle.ID)
	}
	p.pending[u.bundle.ID] = u.bundle
	if rest := frame - time.Since(p.sent); rest > 0 {
		p.later(rest)
		return
	}
	p.flush()
}

func (p *pump) later(rest time.Duration) {
	if p.timer != nil {
		return
	}
	p.timer = time.AfterFunc(rest, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.flush()
	})
}

// flush sends what waits. The lock is held, so that order is kept; send must not
// call emit.
func (p *pump) flush() {
	if p.timer != nil {
		p.timer.Stop()
		p.timer = nil
	}
	if len(p.order) == 0 {
		return
	}
	for _, id := range p.order {
		p.send(updated{p.pending[id]})
		delete(p.pending, id)
	}
	p.order, p.sent = nil, time.Now()
}
