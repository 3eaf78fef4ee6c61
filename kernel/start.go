package kernel

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"graft/internal/session"
	"graft/internal/session/event"
)

// early is what the cells before the first say. No client is there yet to see it:
// the first cell of the user says it.
type early struct {
	mu   sync.Mutex
	list []event.Event
	cell *cellOutput // nil until there is one
}

func (e *early) add(ev event.Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if failed, ok := ev.(event.Error); ok { // not of the cell that tells it
		ev = event.Stream{Name: event.Stderr, Text: strings.Join(failed.Traceback, "\n") + "\n"}
	}
	if e.cell != nil {
		e.cell.handle(ev)
		return
	}
	e.list = append(e.list, ev)
}

// tell hands everything to a cell, if there was none before.
func (e *early) tell(cell *cellOutput) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.cell != nil {
		return
	}
	for _, ev := range e.list {
		cell.handle(ev)
	}
	e.cell, e.list = cell, nil
}

// start runs the cells of the options until one fails.
func (k *server) start(ctx context.Context) {
	if err := k.opts.StartError; err != nil {
		k.early.add(event.Stream{Name: event.Stderr, Text: "graft: " + err.Error() + "\n"})
	}
	for i, code := range k.opts.Start {
		res := k.cells.Execute(ctx, session.Request{Code: code, Name: fmt.Sprintf("profile[%d]", i+1)}, k.early.add)
		if res.Err != nil {
			return
		}
	}
}
