package train

import (
	"context"
	"errors"
	"math"
	"slices"

	"github.com/gomlx/gomlx/ml/model"
	"graft/lib/display"
	"graft/lib/train/optimizer"
	"graft/lib/train/schedule"
	"graft/lib/tune"
)

// The constants of fastai's lr_find, of its version 2.8.
const (
	findFrom, findTo = 1e-7, 10.0
	findSteps        = 100
	findSmooth       = 0.98 // share of the past in the smoothed loss
	findBroken       = 4.0  // the test ends when the loss is this many times the lowest
	findSkipFirst    = findSteps / 10
	findSkipLast     = 5
)

// FindLR makes a learning rate range test on train with the optimizer, batch size and
// plan that opts and the plan say: fastai's lr_find. Parameters, running statistics,
// optimizer state and everything that the order of examples comes from are as before,
// to the last bit. It shares its executable with Fit, so what it compiles Fit need
// not.
func (t *Trainer) FindLR(ctx context.Context, train Source, s Settings) (*Rates, error) {
	if !t.busy.TryLock() {
		return nil, ErrBusy
	}
	defer t.busy.Unlock()
	if t.paused.Load() {
		return nil, ErrPaused
	}
	s.Valid, s.KeepBest, s.OnEpoch, s.OnStep, s.Stop, s.Rate = nil, false, nil, nil, nil, nil
	s.Controls, s.steered, s.Unfreezing, s.Steering = nil, false, tune.Schedule{}, nil
	s.Schedule.Shape = schedule.Constant // the rates are those of the test
	others, err := captureOthers(t.net.Store, t.net.Plan)
	if err != nil {
		return nil, err
	}
	r, err := t.start(ctx, 1, train, s)
	if err != nil {
		return nil, err
	}
	defer r.closeFeeds()
	t.phases-- // a test is not a phase: the order of the next Fit stays as it was
	r.round, r.epochs = 0, findSteps
	r.board = newBoard(display.WithSink(ctx, silence{}), r.history, r.steps)
	if err := r.prepare(ctx); err != nil {
		return nil, errors.Join(err, others.putBack(t.net.Store, t.net.Plan))
	}
	rates, err := r.sweep(ctx)
	return rates, errors.Join(err, r.first.restore(t.net.Store), others.putBack(t.net.Store, t.net.Plan))
}

// captureOthers copies the variables that are not parameters of the plan: state of
// optimizers and random state.
func captureOthers(store *model.Store, plan *tune.Plan) (state, error) {
	s, params := state{}, paths(plan)
	for v := range store.IterVariables() {
		if params[v.Path()] || !v.HasValue() {
			continue
		}
		copied, err := clone(store, v.Path())
		if err != nil {
			return nil, err
		}
		s[v.Path()] = copied
	}
	return s, nil
}

// putBack restores s. A variable that is new since then stays, since an executable
// knows it, at the zero that state of optimizers begins with.
func (s state) putBack(store *model.Store, plan *tune.Plan) error {
	errs, params := []error{s.restore(store)}, paths(plan)
	for v := range store.IterVariables() {
		if path := v.Path(); !params[path] && s[path] == nil && v.HasValue() {
			errs = append(errs, optimizer.Zero(store, path, path))
		}
	}
	return errors.Join(errs...)
}

func paths(plan *tune.Plan) map[string]bool {
	set := map[string]bool{}
	for _, g := range plan.Groups {
		for _, p := range g.Params {
			set[p.Path] = true
		}
	}
	return set
}

// sweep runs the steps.
func (r *run) sweep(ctx context.Context) (*Rates, error) {
	n := -1
	return rangeTest(func(lr float64) (float64, error) {
		n++
		return r.trial(ctx, n, lr)
	})
}

// rangeTest asks for the loss at one rate after the other; it ends early when the
// loss breaks.
func rangeTest(step func(lr float64) (float64, error)) (*Rates, error) {
	var lrs, losses []float64
	average, lowest := 0.0, math.Inf(1)
	for n := range findSteps {
		lr := findFrom * math.Pow(findTo/findFrom, float64(n)/findSteps)
		loss, err := step(lr)
		if err != nil {
			return nil, err
		}
		average = findSmooth*average + (1-findSmooth)*loss
		smooth := average / (1 - math.Pow(findSmooth, float64(n+1)))
		lrs, losses = append(lrs, lr), append(losses, smooth)
		lowest = min(lowest, smooth)
		if math.IsNaN(smooth) || smooth > findBroken*lowest {
			break
		}
	}
	return suggest(lrs, losses), nil
}

// trial is step n of a range test, counted from 0.
func (r *run) trial(ctx context.Context, n int, lr float64) (float64, error) {
	if ctx.Err() != nil {
		return 0, context.Cause(ctx)
	}
	rows, err := r.epochInputs(ctx, n/r.steps+1)
	if err != nil {
		return 0, err
	}
	args, err := r.arguments(ctx, rows, n%r.steps, lr, n+1)
	if err != nil {
		return 0, err
	}
	if err := r.compile(ctx, args); err != nil {
		return 0, err
	}
	loss, err := r.descendOnce(args)
	if err != nil {
		return 0, explain(err, r.batch)
	}
	r.count(r.moves(n % r.steps))
	return loss, nil
}

// suggest cuts both ends off as fastai does, drops everything from the first NaN on
// and reads the curve.
func suggest(lrs, losses []float64) *Rates {
	end := len(losses) - findSkipLast
	if i := slices.IndexFunc(losses, math.IsNaN); i >= 0 { // fastai goes on to the last step
		end = min(i, findSteps-findSkipLast)
		lrs, losses = lrs[:i], losses[:i]
	}
	if end > findSkipFirst {
		lrs, losses = lrs[findSkipFirst:end], losses[findSkipFirst:end]
	}
	nothing := math.NaN()
	r := &Rates{LR: lrs, Loss: losses, Valley: nothing, Steep: nothing, Minimum: nothing}
	if falls(losses) {
		r.Valley, r.Steep, r.Minimum = valley(lrs, losses), steep(lrs, losses), tenthOfMinimum(lrs, losses)
	}
	r.Suggested = r.Valley
	return r
}

// falls reports whether losses fall by more than rounding somewhere.
func falls(losses []float64) bool {
	highest := math.Inf(-1)
	for _, v := range losses {
		if highest = max(highest, v); v < highest-1e-6*math.Abs(highest) {
			return true
		}
	}
	return false
}

// valley is fastai's suggestion: in the longest stretch of falling losses, a third to
// a half of the way down. NaN if losses never fall.
func valley(lrs, losses []float64) float64 {
	n := len(losses)
	long := make([]int, n) // of the longest falling sequence that ends here
	end := 0
	for i := range long {
		long[i] = 1
		for j := range i {
			if losses[i] < losses[j] && long[i] < long[j]+1 {
				long[i] = long[j] + 1
			}
			if long[end] < long[i] {
				end = i
			}
		}
	}
	if n == 0 || long[end] < 2 {
		return math.NaN()
	}
	start := end - long[end]
	sections := float64(end-start) / 3
	return lrs[max(0, start+int(sections)+int(sections/2))]
}

// steep is where the loss falls fastest per factor of the rate; NaN if it never
// falls.
func steep(lrs, losses []float64) float64 {
	best, at := 0.0, math.NaN()
	for i := 1; i < len(losses); i++ {
		if slope := (losses[i] - losses[i-1]) / math.Log(lrs[i]/lrs[i-1]); slope < best {
			best, at = slope, lrs[i-1]
		}
	}
	return at
}

// tenthOfMinimum is a tenth of the rate with the lowest loss; NaN if that is the
// first.
func tenthOfMinimum(lrs, losses []float64) float64 {
	low := 0
	for i := range losses {
		if losses[i] < losses[low] {
			low = i
		}
	}
	if low == 0 {
		return math.NaN()
	}
	return lrs[low] / 10
}
