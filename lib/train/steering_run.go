package train

import (
	"context"
	"fmt"

	"graft/lib/tune"
)

// obey does between two steps what was asked for, and waits while paused.
func (r *run) obey(ctx context.Context) error {
	s := r.settings.Steering
	if err := r.fulfil(); err != nil {
		return err
	}
	if !s.pausing() {
		return r.halt()
	}
	r.board.say("paused")
	s.note(func(status *Status) { status.State = "paused" })
	r.paused.Store(true)
	r.busy.Unlock()
	err := r.wait(ctx)
	r.busy.Lock() // waits for a call that looks at the network
	r.paused.Store(false)
	s.note(func(status *Status) { status.State = "running" })
	r.board.say("")
	if err != nil {
		return err
	}
	return r.halt()
}

// halt ends the run if Stop was called.
func (r *run) halt() error {
	if !r.settings.Steering.Stopped() {
		return nil
	}
	r.halted = true
	return ErrStop
}

func (r *run) wait(ctx context.Context) error {
	s := r.settings.Steering
	for s.pausing() {
		select {
		case <-s.wake:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		if err := r.fulfil(); err != nil {
			return err
		}
	}
	return nil
}

// fulfil changes rates and takes snapshots.
func (r *run) fulfil() error {
	s := r.settings.Steering
	s.mu.Lock()
	peak, rates, names := s.peak, s.rates, s.names
	s.peak, s.rates, s.names = 0, nil, nil
	s.mu.Unlock()
	if peak > 0 {
		r.settings.Rate, r.settings.Schedule.Peak = nil, peak
		r.history.title = r.title()
	}
	for _, c := range rates {
		if err := r.setRate(c); err != nil {
			return err
		}
	}
	for _, name := range names {
		err := s.snapshot(name)
		s.note(func(status *Status) {
			if err != nil {
				status.Problem = fmt.Sprintf("no snapshot %q: %v", name, err)
				return
			}
			status.Snapshots = append(status.Snapshots, name)
		})
	}
	return nil
}

func (r *run) setRate(c rateChange) error {
	plan, guard := r.net.Plan, r.settings.Steering.guard
	guard.Lock()
	defer guard.Unlock()
	chosen, err := plan.Choose(c.spec)
	for _, i := range chosen {
		r.factors[i] = c.share
	}
	if err == nil && r.settings.Rates == (tune.Rates{}) {
		err = plan.SetRate(c.spec, c.share)
	}
	return err
}
