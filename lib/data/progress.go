package data

import (
	"context"
	"path/filepath"
	"sync"
	"time"

	"graft/lib/display"
	"graft/lib/plot"
)

// bar shows how far the check of a set has come, once it takes long enough for
// anybody to wonder.
type bar struct {
	mu          sync.Mutex
	sink        display.Sink
	live        *display.Live
	name        string
	done, total int
	start, last time.Time
}

// patience is how long work may take without a word; pace is how often the bar
// is drawn.
const (
	patience = 2 * time.Second
	pace     = 200 * time.Millisecond
)

func newBar(ctx context.Context, name string, total int) *bar {
	return &bar{sink: display.From(ctx), name: filepath.Base(name), total: total, start: time.Now()}
}

func (b *bar) step() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.done++
	now := time.Now()
	if now.Sub(b.start) < patience || now.Sub(b.last) < pace {
		return
	}
	b.last = now
	if b.live == nil {
		b.live = display.NewLive(b.sink)
	}
	b.draw(plot.Running)
}

func (b *bar) draw(state plot.State) {
	p := plot.Progress{Title: "checking " + b.name, Done: b.done, Total: b.total, Unit: "photographs", Elapsed: time.Since(b.start), State: state}
	if b.done > 0 && state == plot.Running {
		p.Remaining = p.Elapsed * time.Duration(b.total-b.done) / time.Duration(b.done)
	}
	b.live.Update(p.Display())
}

func (b *bar) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.live == nil {
		return
	}
	state := plot.Done
	if b.done < b.total {
		state = plot.Interrupted
	}
	b.draw(state)
}
