package train

import (
	"context"
	"fmt"
	"math"

	"graft/lib/display"
	"graft/lib/display/control"
)

// StopWhen ends the run well after a step after which stop returns true, such as
// the Pressed method of a button. It is asked once before the run, and that answer
// does not count: a press that was meant for an earlier run is forgotten.
func StopWhen(stop func() bool) Option {
	return Option{"StopWhen", func(s *Settings) error { s.Stop = append(s.Stop, stop); return nil }}
}

// LRFrom asks rate for the learning rate of each step, such as the Value method of
// a slider. With a schedule, it is the peak that changes.
func LRFrom(rate func() float64) Option {
	return Option{"LRFrom", func(s *Settings) error { s.Rate = rate; return nil }}
}

// Steer shows controls with the run: a button or a toggle stops it as [StopWhen]
// does, a slider sets its learning rate as [LRFrom] does. Without controls it makes
// a button and a slider from a hundredth to a hundred times the learning rate.
func Steer(controls ...control.Control) Option {
	return Option{"Steer", func(s *Settings) error {
		if len(controls) == 0 {
			s.steered = true
		}
		for _, c := range controls {
			switch c := c.(type) {
			case *control.Button:
				s.Stop = append(s.Stop, c.Pressed)
			case *control.Toggle:
				s.Stop = append(s.Stop, c.Value)
			case *control.Slider:
				s.Rate = c.Value
			default:
				return fmt.Errorf("train: Steer has no use for %T (want a button, a toggle or a slider)", c)
			}
			s.Controls = append(s.Controls, c)
		}
		return nil
	}}
}

// steer shows the controls of the run.
func (r *run) steer(ctx context.Context) error {
	if peak := r.settings.Schedule.Peak; r.settings.steered && peak > 0 {
		rate, err := control.NewLogSlider("learning rate", peak/100, peak*100, peak)
		if err != nil {
			return err
		}
		if err := Steer(control.NewButton("Stop"), rate).set(&r.settings); err != nil {
			return err
		}
	}
	for _, c := range r.settings.Controls {
		display.From(ctx).Show(c.Display())
	}
	return nil
}

// rate is the learning rate of a step of the run, counted from 0.
func (r *run) rate(step int) (float64, error) {
	s := r.settings.Schedule
	if r.settings.Rate != nil {
		s.Peak = r.settings.Rate()
		if !(s.Peak >= 0) || math.IsInf(s.Peak, 1) {
			return 0, fmt.Errorf("train: LRFrom gave the learning rate %g (must be at least 0)", s.Peak)
		}
		r.settings.Schedule.Peak = s.Peak
	}
	return s.At(r.moment(step)), nil
}

// tell calls what waits for the end of a step.
func (r *run) tell(s Step) error {
	for _, fn := range r.settings.OnStep {
		if err := fn(s); err != nil {
			return err
		}
	}
	if err := r.fulfil(); err != nil {
		return err
	}
	if r.stopped() {
		r.halted = true
		return ErrStop
	}
	return r.halt()
}

// stopped asks all that may stop the run: each of them counts what it told.
func (r *run) stopped() bool {
	stop := false
	for _, ask := range r.settings.Stop {
		stop = ask() || stop
	}
	return stop
}
