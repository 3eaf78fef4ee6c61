package session

import (
	"context"
	_ "embed"
	"strings"
	"sync"
	"testing"
	"time"

	"graft/internal/session/event"
	"graft/lib/display"
)

// screen is a front end that keeps the newest picture of a board.
type screen struct {
	t       *testing.T
	mu      sync.Mutex
	changed *sync.Cond
	board   display.Bundle
	ids     map[string]bool
	said    strings.Builder // what else there was to read
}

func newScreen(t *testing.T) *screen {
	s := &screen{t: t, ids: map[string]bool{}}
	s.changed = sync.NewCond(&s.mu)
	return s
}

func (s *screen) handle(e event.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.changed.Broadcast()
	switch e := e.(type) {
	case event.Show:
		s.see(e.Bundle)
	case event.Update:
		s.see(e.Bundle)
	default:
		s.said.WriteString(line(e) + "\n")
	}
}

func (s *screen) see(b display.Bundle) {
	if len(b.Actions) > 0 || s.ids[b.ID] {
		s.board, s.ids[b.ID] = b, true
	}
}

// patience is how long a test waits for what a session does in the background.
const patience = time.Minute

// within receives from c.
func within[T any](t *testing.T, c <-chan T, what string) (got T) {
	t.Helper()
	select {
	case got = <-c:
	case <-time.After(patience):
		t.Fatalf("no %s in %s", what, patience)
	}
	return got
}

// shows waits until the board has text on it.
func (s *screen) shows(text string) display.Bundle {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	late := false
	defer time.AfterFunc(patience, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		late = true
		s.changed.Broadcast()
	}).Stop()
	for s.board.Draw == nil || !strings.Contains(s.board.Draw(display.Screen{Columns: 100, Rows: 50})[0].Text, text) {
		if late {
			s.t.Fatalf("no %q on the board; besides it\n%s", text, s.said.String())
		}
		s.changed.Wait()
	}
	return s.board
}

func (s *screen) press(key, answer string) {
	s.t.Helper()
	a, ok := s.shows("").Action(key)
	if !ok {
		s.t.Fatalf("no key %q", key)
	}
	if said, err := a.Do(answer); err != nil || said == "" {
		s.t.Fatalf("%s: %q, %v", key, said, err)
	}
}

// tinyModel is a cell that makes a model m; the kernel's tests have it, too.
//
//go:embed testdata/tiny-model.txt
var tinyModel string

const tinyFit = `
m.Freeze()
step, on := make(chan int), make(chan int)
h := m.FitAsync(1000, graft.BatchSize(4), graft.OnStep(func(s graft.Step) error { step <- s.Batch; <-on; return nil }))`

// A fit in the background is steered by the actions of its board, while other cells
// look at the model; every step waits until it is told to end.
func TestSteeringABackgroundFit(t *testing.T) {
	t.Setenv("GRAFT_CACHE", t.TempDir())
	s := New(Options{History: "-"})
	defer s.Close()
	at := newScreen(t)
	run := func(code, want string) {
		t.Helper()
		tp := tape{}
		ctx, cancel := context.WithTimeout(t.Context(), patience) // a cell may wait for a step of the fit
		defer cancel()
		if s.Execute(ctx, Request{Code: code, Store: true}, tp.handle); !strings.Contains(tp.text(), want) {
			t.Fatalf("%s:\n%s", code, tp.text())
		}
	}
	if res := s.Execute(t.Context(), Request{Code: tinyModel + tinyFit, Store: true}, at.handle); res.Err != nil {
		t.Fatal(res.Err)
	}
	run("<-step", "1")
	at.press("p", "")
	at.press("l", "5e-4")
	at.press("u", "")
	run("on <- 0", "")
	at.shows("paused")
	at.shows("learning rate 0.002 → 0.0005 after step 1 of epoch 1")
	at.shows("› to come: unfrozen layer4 at the next epoch")
	run("m.Ledger()", "layer4")
	run("h", "paused")
	run("m.Fit(1)", "a run of this network is paused")
	at.press("s", "")
	at.shows(`snapshot "epoch 1 step 1" kept after step 1 of epoch 1`)
	run("m.Snapshots()", "epoch 1 step 1")
	at.press("p", "")
	run("<-step", "2")
	run("on <- 0; <-step", "1")
	at.shows("unfrozen layer4 before epoch 2")
	run("on <- 0; <-step", "2")
	run("on <- 0; <-step", "1")
	at.press("q", "")
	run("on <- 0; h.Wait(); h.Status().State", `"ended"`)
	if last := at.shows("■ stopped after 2 of 1000 epochs and 1 step"); len(last.Actions) > 0 {
		t.Error("a fit that has ended offers actions")
	}
	run(`m.Restore("epoch 1 step 1"); m.Fit(1); m.Plan().Key()`, `"FFFFFT"`)
	if len(at.ids) != 1 || strings.Contains(at.said.String(), "error") {
		t.Errorf("%d boards; besides them\n%s", len(at.ids), at.said.String())
	}
}
