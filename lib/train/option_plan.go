package train

import (
	"fmt"

	"graft/lib/tune"
)

// Course is the part of the settings that says what learns when, and how fast.
type Course struct {
	Rates      tune.Rates    `json:"rates,omitzero"`      // see [LR], [Spread] and [LayerDecay]
	Unfreezing tune.Schedule `json:"unfreezing,omitzero"` // changes of the plan on the way
	FineTune   FineTune      `json:"fine_tune,omitzero"`
	Search     Search        `json:"search,omitzero"`
}

// Spread lets the learning rate grow over the groups by equal factors, from 1/factor
// of it in the first group to all of it in the head, whatever the rates of the plan:
// OneCycle(1e-3) with Spread(100) is fastai's slice(1e-5, 1e-3). Changing it never
// recompiles.
func Spread(factor float64) Option {
	return Option{"Spread", func(s *Settings) error {
		if !(factor >= 1) {
			return fmt.Errorf("train: rates spread by a factor of %g (must be at least 1)", factor)
		}
		s.Rates = tune.Rates{Low: 1 / factor}
		return s.Rates.Check()
	}}
}

// LayerDecay multiplies the learning rate by decay for each group that lies between
// a group and the head, as timm's --layer-decay and BEiT do: the head learns at the
// full rate, the stage before it at decay times that. Above 0 and at most 1.
func LayerDecay(decay float64) Option {
	return Option{"LayerDecay", func(s *Settings) error {
		if !(decay > 0) {
			return fmt.Errorf("train: layer decay %g (must be above 0 and at most 1)", decay)
		}
		s.Rates = tune.Rates{Decay: decay}
		return s.Rates.Check()
	}}
}

// Gradual unfreezes one more stage, from the head towards the input, after every so
// many epochs of the run.
func Gradual(every int) Option {
	return Option{"Gradual", func(s *Settings) error {
		if every < 1 {
			return fmt.Errorf("train: gradual unfreezing every %d epochs (must be at least 1)", every)
		}
		s.Unfreezing.Every = every
		return nil
	}}
}

// UnfreezeAt unfreezes the groups that spec names, see [tune.Plan.Choose], before
// an epoch of the run, counted from 1. Optimizer state of what already learns is
// kept, that of the others starts from zero.
func UnfreezeAt(epoch int, spec string) Option {
	return Option{"UnfreezeAt", func(s *Settings) error { s.Unfreezing = s.Unfreezing.UnfreezeAt(epoch, spec); return nil }}
}

// FreezeAt freezes the groups that spec names before an epoch of the run, counted
// from 1.
func FreezeAt(epoch int, spec string) Option {
	return Option{"FreezeAt", func(s *Settings) error { s.Unfreezing = s.Unfreezing.FreezeAt(epoch, spec); return nil }}
}

// Unfreezing changes the plan on the way as a schedule of package tune says.
func Unfreezing(schedule tune.Schedule) Option {
	return Option{"Unfreezing", func(s *Settings) error { s.Unfreezing = schedule; return nil }}
}
