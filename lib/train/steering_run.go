package train

import (
	"context"
	"fmt"
	"time"

	"graft/lib/plot"
	"graft/lib/train/schedule"
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
	began, at := time.Now(), r.place()
	s.note(func(status *Status) { status.State = "paused" })
	r.board.pause(true)
	r.paused.Store(true)
	r.busy.Unlock()
	err := r.wait(ctx)
	r.busy.Lock() // waits for a call that looks at the network
	r.paused.Store(false)
	s.note(func(status *Status) { status.State = "running" })
	r.board.pause(false)
	r.remark("paused for %s %s", clock(time.Since(began)), at)
	if err != nil {
		return err
	}
	return r.halt()
}

// remark puts on the board what was done to the run.
func (r *run) remark(format string, args ...any) {
	r.board.remark(plot.Remark{Text: fmt.Sprintf(format, args...)})
}

// refuse puts on the board what could not be done, and makes it the status's Problem.
func (r *run) refuse(problem string) {
	r.settings.Steering.note(func(status *Status) { status.Problem = problem })
	r.board.remark(plot.Remark{Text: problem, Bad: true})
}

// place says where the run is, between two steps.
func (r *run) place() string {
	if r.at.Batch == 0 {
		return fmt.Sprintf("before epoch %d", r.at.Epoch)
	}
	return fmt.Sprintf("after step %d of epoch %d", r.at.Batch, r.at.Epoch)
}

// lastStep names the last finished step.
func (r *run) lastStep() string {
	at := r.at
	if at.Batch == 0 && at.Epoch > 1 {
		at.Epoch, at.Batch = at.Epoch-1, r.steps
	}
	return fmt.Sprintf("epoch %d step %d", at.Epoch, at.Batch)
}

// clock writes a duration as 12s or 3m5s.
func clock(d time.Duration) string { return d.Round(time.Second).String() }

// halt ends the run if Stop or Park was called.
func (r *run) halt() error {
	s := r.settings.Steering
	switch {
	case s.parking():
		return ErrParked
	case s.Stopped():
		r.halted = true
		return ErrStop
	}
	return nil
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
		r.setPeak(peak)
	}
	for _, c := range rates {
		if err := r.setRate(c); err != nil {
			return err
		}
		r.remark("%.3g of the learning rate for %s %s", c.share, c.spec, r.place())
	}
	for _, name := range names {
		if name == "" {
			name = r.lastStep()
		}
		if err := s.snapshot(name); err != nil {
			r.refuse(fmt.Sprintf("no snapshot %q: %v", name, err))
			continue
		}
		s.note(func(status *Status) { status.Snapshots = append(status.Snapshots, name) })
		r.remark("snapshot %q kept %s", name, r.place())
	}
	return nil
}

// setPeak changes the learning rate, or the peak of its schedule.
func (r *run) setPeak(peak float64) {
	what := "learning rate"
	if r.settings.Schedule.Shape != schedule.Constant {
		what = "peak learning rate"
	}
	before := r.settings.Schedule.Peak
	r.settings.Rate, r.settings.Schedule.Peak = nil, peak
	r.history.title = r.title()
	r.tellPace()
	r.remark("%s %.3g → %.3g %s", what, before, peak, r.place())
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
	r.tellPace()
	return err
}
