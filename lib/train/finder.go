package train

import (
	"context"
	"errors"
	"fmt"
	"math"

	"graft/lib/display"
	"graft/lib/plot"
)

// Rates is a learning rate range test (Smith 2017): the loss while the rate grows
// step by step from one that does nothing to one that breaks everything.
type Rates struct {
	LR   []float64 // of each step, growing
	Loss []float64 // smoothed
	// Suggested is where the loss falls fastest; NaN if it never falls.
	Suggested float64
}

const (
	findFrom, findTo = 1e-6, 1.0
	findSteps        = 60
	findSmooth       = 0.9 // share of the past in the smoothed loss
	findBroken       = 3.0 // the test ends when the loss is this many times the lowest
)

// FindLR makes a range test on train with the optimizer, batch size and plan that
// opts and the plan say, and puts all parameters back. It shares its executable
// with Fit, so what it compiles Fit need not.
func (t *Trainer) FindLR(ctx context.Context, train Source, s Settings) (*Rates, error) {
	if !t.busy.TryLock() {
		return nil, ErrBusy
	}
	defer t.busy.Unlock()
	s.Valid, s.KeepBest, s.OnEpoch, s.OnStep, s.Stop, s.Rate = nil, false, nil, nil, nil, nil
	s.Controls, s.steered = nil, false
	r, err := t.start(ctx, 1, train, s)
	if err != nil {
		return nil, err
	}
	defer r.closeFeeds()
	t.phases-- // a test is not a phase: the order of the next Fit stays as it was
	r.round, r.epochs = 0, findSteps
	r.board = newBoard(display.WithSink(ctx, silence{}), r.history, r.steps)
	if err := r.prepare(ctx); err != nil {
		return nil, err
	}
	rates, err := r.sweep(ctx)
	return rates, errors.Join(err, r.first.restore(t.net.Store))
}

// sweep runs the steps; it ends early when the loss breaks.
func (r *run) sweep(ctx context.Context) (*Rates, error) {
	var found Rates
	average, lowest := 0.0, math.Inf(1)
	for n := range findSteps {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		lr := findFrom * math.Pow(findTo/findFrom, float64(n)/(findSteps-1))
		rows, err := r.epochInputs(ctx, n/r.steps+1)
		if err != nil {
			return nil, err
		}
		args, err := r.arguments(ctx, rows, n%r.steps, lr, n+1)
		if err != nil {
			return nil, err
		}
		if err := r.compile(ctx, args); err != nil {
			return nil, err
		}
		loss, err := r.descendOnce(args)
		if err != nil {
			return nil, explain(err, r.batch)
		}
		average = findSmooth*average + (1-findSmooth)*loss
		smooth := average / (1 - math.Pow(findSmooth, float64(n+1)))
		if math.IsNaN(smooth) || smooth > findBroken*lowest {
			break
		}
		lowest = min(lowest, smooth)
		found.LR, found.Loss = append(found.LR, lr), append(found.Loss, smooth)
	}
	found.Suggested = steepest(found.LR, found.Loss)
	return &found, nil
}

// steepest is the rate at which loss falls fastest per factor of the rate, up to
// its lowest point; NaN if it does not fall. Slopes are taken over a few steps,
// since single losses are noise.
func steepest(lr, loss []float64) float64 {
	const reach = 3
	low := 0
	for i := range loss {
		if loss[i] < loss[low] {
			low = i
		}
	}
	best, at := 0.0, math.NaN()
	for i := reach; i+reach < len(loss) && i <= low; i++ {
		if slope := loss[i+reach] - loss[i-reach]; slope < best {
			best, at = slope, lr[i]
		}
	}
	return at
}

// Display draws loss over rate, the suggestion marked.
func (r *Rates) Display() display.Bundle {
	c := plot.Curves{
		Title: "learning rate range test", XLabel: "learning rate", YLabel: "smoothed loss", LogX: true,
		Series: []plot.Series{{Name: "loss", X: r.LR, Y: r.Loss}},
	}
	if !math.IsNaN(r.Suggested) {
		c.Marks = []plot.Mark{{X: r.Suggested, Label: fmt.Sprintf("%.2g", r.Suggested)}}
	}
	return c.Display()
}

// String says what the test suggests.
func (r *Rates) String() string {
	if math.IsNaN(r.Suggested) {
		return "the loss never falls: no learning rate to suggest"
	}
	return fmt.Sprintf("suggested learning rate %.2g", r.Suggested)
}
