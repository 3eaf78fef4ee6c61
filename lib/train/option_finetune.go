package train

import (
	"fmt"
	"slices"
)

// FreezeEpochs is how many epochs FineTune trains the head alone before it
// unfreezes; default 1, as in fastai. 0 leaves the phase out.
func FreezeEpochs(n int) Option {
	return Option{"FreezeEpochs", func(s *Settings) error {
		if n < 0 {
			return fmt.Errorf("train: %d epochs with the head alone (must be at least 0)", n)
		}
		s.FineTune.Frozen = &n
		return nil
	}}
}

// Unfreeze names the groups that FineTune unfreezes in its second phase, as in
// [tune.Plan.Choose]: "last 2". Default is all of them.
func Unfreeze(specs ...string) Option {
	return Option{"Unfreeze", func(s *Settings) error {
		s.FineTune.Unfreeze = append(slices.Clone(s.FineTune.Unfreeze), specs...)
		return nil
	}}
}

// ScratchBudget is the share of FineTune's epochs that its control from scratch
// gets, at least one epoch; default 0.25. 0 leaves that control out, 1 is the same
// budget.
func ScratchBudget(share float64) Option {
	return Option{"ScratchBudget", func(s *Settings) error {
		if !(share >= 0 && share <= 1) {
			return fmt.Errorf("train: a control from scratch with %g of the epochs (must be from 0 to 1)", share)
		}
		s.FineTune.Scratch = &share
		return nil
	}}
}

// NoGuard lets FineTune train no controls and judge nothing.
func NoGuard() Option {
	return Option{"NoGuard", func(s *Settings) error { s.FineTune.NoGuard = true; return nil }}
}

// FineTune are the settings of the two-phase recipe.
type FineTune struct {
	Frozen   *int     `json:"freeze_epochs,omitempty"`  // nil is 1
	Unfreeze []string `json:"unfreeze,omitempty"`       // nil is all
	Scratch  *float64 `json:"scratch_budget,omitempty"` // nil is 0.25
	NoGuard  bool     `json:"no_guard,omitempty"`
}

// FreezeEpochs is the length of the first phase.
func (f FineTune) FreezeEpochs() int {
	if f.Frozen == nil {
		return 1
	}
	return *f.Frozen
}

// ScratchBudget is the share of the epochs for the control from scratch.
func (f FineTune) ScratchBudget() float64 {
	if f.Scratch == nil {
		return 0.25
	}
	return *f.Scratch
}

// FineTuneOptions are the names of the options that FineTune takes: those of Fit but
// for schedules, which are its own.
var FineTuneOptions = append(slices.DeleteFunc(slices.Clone(FitOptions), func(name string) bool {
	return name != "LR" && slices.Contains(slices.Concat(scheduleOptions, []string{
		"LRFrom", "Steer", "Steered", "Gradual", "UnfreezeAt", "FreezeAt", "Unfreezing",
	}), name)
}), "FreezeEpochs", "Unfreeze", "ScratchBudget", "NoGuard")
