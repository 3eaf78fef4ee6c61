package train

import (
	"errors"
	"fmt"

	"graft/lib/train/schedule"
	"graft/lib/tune"
)

// LR keeps the learning rate at rate. Default: 0.002 for the Adam family, 1 for
// Adadelta, 0.01 for the others. Groups of the backbone get their share of it, see
// package tune. With a second rate, LR(1e-5, 1e-3), the first group learns at the
// first, the head at the second, and the others at rates that grow by equal factors
// between, as with fastai's slice.
func LR(rate float64, to ...float64) Option {
	if len(to) == 0 {
		return scheduled("LR", rate, schedule.Schedule{Shape: schedule.Constant})
	}
	return Option{"LR", func(s *Settings) (err error) {
		if len(to) > 1 {
			return fmt.Errorf("train: LR with %d rates (want one, or the lowest and the highest)", 1+len(to))
		}
		if s.Rates, err = tune.Spread(rate, to[0]); err != nil {
			return err
		}
		return scheduled("LR", to[0], schedule.Schedule{Shape: schedule.Constant}).set(s)
	}}
}

// Cosine lowers the learning rate from peak to zero along half a cosine.
func Cosine(peak float64) Option {
	return scheduled("Cosine", peak, schedule.Schedule{Shape: schedule.Cosine})
}

// Linear lowers the learning rate from peak to zero in a straight line.
func Linear(peak float64) Option {
	return scheduled("Linear", peak, schedule.Schedule{Shape: schedule.Linear})
}

// Polynomial lowers the learning rate from peak to zero as a power of the steps that
// are left: 1 is a straight line, 2 slows down towards the end.
func Polynomial(peak, power float64) Option {
	return scheduled("Polynomial", peak, schedule.Schedule{Shape: schedule.Polynomial, Power: power})
}

// OneCycle raises the learning rate to peak in the first 30 % of the steps and lowers
// it to almost zero in the others. For other shares see [schedule.Schedule].
func OneCycle(peak float64) Option {
	return scheduled("OneCycle", peak, schedule.Schedule{Shape: schedule.OneCycle})
}

// StepDown multiplies the learning rate by factor, 0.1 usually, after every so many
// epochs.
func StepDown(peak float64, every int, factor float64) Option {
	return scheduled("StepDown", peak, schedule.Schedule{Shape: schedule.Step, Every: every, Factor: factor})
}

// Plateau multiplies the learning rate by 0.1 when the validation loss has not
// improved for more than patience epochs. It needs a validation set.
func Plateau(peak float64, patience int) Option {
	return scheduled("Plateau", peak, schedule.Schedule{Shape: schedule.Plateau, Patience: patience})
}

// Warmup begins with a learning rate of a hundredth of the peak that rises to it in a
// straight line over this many epochs, or part of one, before the schedule proper.
func Warmup(epochs float64) Option {
	return Option{"Warmup", func(s *Settings) error {
		if !(epochs > 0) {
			return fmt.Errorf("train: warm-up of %g epochs (must be above 0)", epochs)
		}
		s.Schedule.Warmup = epochs
		return nil
	}}
}

// WithSchedule uses a schedule as it is, its warm-up included.
func WithSchedule(chosen schedule.Schedule) Option {
	return Option{"WithSchedule", func(s *Settings) error { s.Schedule = chosen; return chosen.Check() }}
}

// scheduled is an option that sets all of the schedule but the warm-up.
func scheduled(name string, peak float64, chosen schedule.Schedule) Option {
	return Option{name, func(s *Settings) error {
		if peak == 0 {
			return errors.New("train: learning rate 0 (must be above 0; to hold a group still, freeze it)")
		}
		chosen.Peak = peak
		chosen.Warmup, chosen.WarmupFrom = s.Schedule.Warmup, s.Schedule.WarmupFrom
		s.Schedule = chosen
		return s.Schedule.Check()
	}}
}

// scheduleOptions are the names of the options that change the schedule.
var scheduleOptions = []string{"LR", "Cosine", "Linear", "Polynomial", "OneCycle", "StepDown", "Plateau", "Warmup", "WithSchedule"}
