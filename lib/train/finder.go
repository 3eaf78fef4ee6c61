package train

import (
	"context"
	"errors"
	"io"

	"github.com/gomlx/gomlx/ml/model"
	"graft/lib/display"
	"graft/lib/train/finder"
	"graft/lib/train/optimizer"
	"graft/lib/train/schedule"
	"graft/lib/tune"
)

// FindLR makes a learning rate range test on train with the optimizer, batch size and
// plan that opts and the plan say: fastai's lr_find. Parameters, running statistics,
// optimizer state and everything that the order of examples comes from are as before,
// to the last bit. It shares its executable with Fit, so what it compiles Fit need
// not.
func (t *Trainer) FindLR(ctx context.Context, train Source, s Settings) (*finder.Rates, error) {
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
	r.round, r.epochs = 0, finder.Steps
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
func (r *run) sweep(ctx context.Context) (*finder.Rates, error) {
	n := -1
	return finder.Test(func(lr float64) (float64, error) {
		n++
		return r.trial(ctx, n, lr)
	})
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

// silence is a sink that shows nothing.
type silence struct{}

func (silence) Show(display.Bundle)   {}
func (silence) Update(display.Bundle) {}
func (silence) Writer() io.Writer     { return io.Discard }
