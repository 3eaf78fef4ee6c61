package repl

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"graft/lib/display"
	"graft/lib/plot"
)

// fakeFit is a fit that takes a step when it is told to, with the key n.
type fakeFit struct {
	mu    sync.Mutex
	emit  func(any)
	id    string
	board plot.Fit
	done  chan struct{}
}

const fakeSteps = 4 // of an epoch

// startFit shows the board of a fit of so many epochs.
func startFit(emit func(any), id string, epochs int) *fakeFit {
	t := &fakeFit{emit: emit, id: id, done: make(chan struct{})}
	t.board = plot.Fit{Name: id, Title: "fit " + id, Planned: epochs, Steps: fakeSteps, LR: 0.1, Metrics: []string{"accuracy"}}
	emit(shown{t.bundle()})
	return t
}

func (t *fakeFit) bundle() display.Bundle {
	b := t.board.Display()
	b.ID = t.id
	if t.over() {
		return b
	}
	pause := "pause"
	if t.board.State == plot.Paused {
		pause = "resume"
	}
	b.Actions = []display.Action{
		{Key: "n", Label: "step", Help: "take a step", Do: t.do((*fakeFit).step)},
		{Key: "p", Label: pause, Help: "hold the run before its next step", Do: t.do((*fakeFit).pause)},
		{Key: "q", Label: "stop", Help: "end the run after its step", Do: t.do(func(t *fakeFit) { t.end(plot.Stopped, "stopped by a key") })},
		{Label: "park", Ends: true, Do: t.do(func(t *fakeFit) { t.end(plot.Interrupted, "parked") })},
		{Key: "l", Label: "learning rate", Help: "change it", Ask: fmt.Sprintf("learning rate, now %g", t.board.LR), Do: t.rate},
	}
	return b
}

func (t *fakeFit) over() bool { return t.board.State != plot.Running && t.board.State != plot.Paused }

// do makes an action that changes the fit and shows it.
func (t *fakeFit) do(change func(*fakeFit)) func(string) (string, error) {
	return func(string) (string, error) {
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.over() {
			return "", nil
		}
		change(t)
		t.emit(updated{t.bundle()})
		if t.over() {
			close(t.done)
		}
		return "", nil
	}
}

func (t *fakeFit) step() {
	b := &t.board
	b.Step++
	b.Loss = append(b.Loss, 1/float64(len(b.Loss)+1))
	if b.Step < fakeSteps {
		return
	}
	b.Step = 0
	n := len(b.Epochs) + 1
	b.Epochs = append(b.Epochs, plot.Epoch{N: n, TrainLoss: b.Loss[len(b.Loss)-1], ValidLoss: 0.5, Metrics: []float64{0.1 * float64(n)}, LR: b.LR, Best: n == 1})
	if n == b.Planned {
		t.end(plot.Done, "")
	}
}

func (t *fakeFit) pause() {
	if t.board.State == plot.Paused {
		t.board.State = plot.Running
		return
	}
	t.board.State = plot.Paused
}

// rate takes a learning rate, and says what will happen before it does.
func (t *fakeFit) rate(answer string) (string, error) {
	var lr float64
	if _, err := fmt.Sscan(answer, &lr); err != nil {
		return "", fmt.Errorf("%q is no learning rate (want a number such as 5e-4)", answer)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.board.Remarks = append(t.board.Remarks, plot.Remark{Text: fmt.Sprintf("learning rate %g → %g", t.board.LR, lr)})
	t.board.LR = lr
	return fmt.Sprintf("learning rate %g from the next step on", lr), nil
}

func (t *fakeFit) end(state plot.State, note string) {
	t.board.State, t.board.Note = state, note
}

// wait is the cell of a fit in the foreground.
func (t *fakeFit) wait(ctx context.Context) (failed bool) {
	select {
	case <-t.done:
		return false
	case <-ctx.Done():
		_, _ = t.do(func(t *fakeFit) { t.end(plot.Interrupted, "") })("")
		t.emit(erred{"interrupted"})
		return true
	}
}

// train runs "train ID EPOCHS" and, in the background, "async ID EPOCHS".
func (f *fake) train(ctx context.Context, verb, rest string, emit func(any)) (failed bool) {
	id, epochs, _ := strings.Cut(rest, " ")
	n := 1
	_, _ = fmt.Sscan(epochs, &n)
	t := startFit(emit, id, n)
	return verb == "train" && t.wait(ctx)
}
