package train

import (
	"context"
	"errors"
)

// Trial is a Fit that leaves no trace: when it has ended, parameters, optimizer
// state, plan, rates and what the order of examples comes from are as before, to the
// last bit, so trials come out the same in whatever order they are made. Executables
// and cached features stay, for the next one.
func (t *Trainer) Trial(ctx context.Context, epochs int, train Source, s Settings) (h *History, err error) {
	if !t.busy.TryLock() {
		return nil, ErrBusy
	}
	defer t.busy.Unlock()
	if t.paused.Load() {
		return nil, ErrPaused
	}
	others, err := captureOthers(t.net.Store, t.net.Plan)
	if err != nil {
		return nil, err
	}
	plan, phases := t.net.Plan.Clone(), t.phases
	r, err := t.start(ctx, epochs, train, s)
	if err == nil {
		err = r.train(ctx)
		r.closeFeeds()
		err = r.finish(ctx, err)
		h = r.history
		err = errors.Join(err, r.first.restore(t.net.Store))
	}
	copy(t.net.Plan.Groups, plan.Groups)
	t.phases = phases
	return h, errors.Join(err, others.putBack(t.net.Store, t.net.Plan))
}
