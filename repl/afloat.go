package repl

import (
	"sync"

	"graft/lib/display"
)

// afloat are the boards at work as the session tells, for the moment when there is no
// event loop any more that could know.
type afloat struct {
	mu      sync.Mutex
	changed *sync.Cond
	boards  map[string]display.Bundle
}

func newAfloat() *afloat {
	a := &afloat{boards: map[string]display.Bundle{}}
	a.changed = sync.NewCond(&a.mu)
	return a
}

// watch follows the boards in what goes to emit.
func (a *afloat) watch(emit func(any)) func(any) {
	return func(msg any) {
		switch msg := msg.(type) {
		case shown:
			a.see(msg.bundle)
		case updated:
			a.see(msg.bundle)
		}
		emit(msg)
	}
}

func (a *afloat) see(b display.Bundle) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if b.ID != "" && len(b.Actions) > 0 {
		a.boards[b.ID] = b
	} else {
		delete(a.boards, b.ID)
	}
	a.changed.Broadcast()
}

// ends are the actions that end what b shows so that nothing is lost.
func ends(b display.Bundle) (list []display.Action) {
	for _, a := range b.Actions {
		if a.Ends {
			list = append(list, a)
		}
	}
	return list
}

// park ends what the boards show so that nothing is lost, and waits for it.
func (a *afloat) park() {
	a.mu.Lock()
	var list []display.Action
	for _, b := range a.boards {
		list = append(list, ends(b)...)
	}
	a.mu.Unlock()
	for _, end := range list {
		_, _ = end.Do("") // it has ended, or will be waited for
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for len(a.boards) > 0 {
		a.changed.Wait()
	}
}
