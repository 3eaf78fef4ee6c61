package graft

import (
	"graft/lib/task"
	"graft/lib/train"
	"graft/lib/tune"
)

// Guard is what FineTune finds out about its transfer.
type Guard = task.Guard

// Fitting is a Fit that runs while other cells do.
type Fitting = task.Fitting

// UnfreezeSchedule says which groups become trainable during one Fit; see
// [Unfreezing].
type UnfreezeSchedule = tune.Schedule

// Spread lets the learning rate grow over the groups by equal factors, from 1/factor
// of it in the first group to all of it in the head; fastai's slice is
// OneCycle(1e-3) with Spread(100).
func Spread(factor float64) Option { return train.Spread(factor) }

// LayerDecay multiplies the learning rate by decay for each group between a group
// and the head, as timm's layer decay does.
func LayerDecay(decay float64) Option { return train.LayerDecay(decay) }

// Gradual unfreezes one more stage after every so many epochs of a Fit.
func Gradual(every int) Option { return train.Gradual(every) }

// UnfreezeAt unfreezes groups, "last 2", before an epoch of a Fit, counted from 1.
func UnfreezeAt(epoch int, spec string) Option { return train.UnfreezeAt(epoch, spec) }

// FreezeAt freezes groups before an epoch of a Fit, counted from 1.
func FreezeAt(epoch int, spec string) Option { return train.FreezeAt(epoch, spec) }

// Unfreezing changes the plan during a Fit as a schedule says.
func Unfreezing(schedule UnfreezeSchedule) Option { return train.Unfreezing(schedule) }

// Unfreeze names what FineTune unfreezes in its second phase; default is all.
func Unfreeze(specs ...string) Option { return train.Unfreeze(specs...) }

// FreezeEpochs is how many epochs FineTune trains the head alone; default 1.
func FreezeEpochs(n int) Option { return train.FreezeEpochs(n) }

// ScratchBudget is the share of FineTune's epochs that its control from scratch gets;
// default 0.25, 0 leaves it out.
func ScratchBudget(share float64) Option { return train.ScratchBudget(share) }

// NoGuard lets FineTune train no controls and judge nothing.
func NoGuard() Option { return train.NoGuard() }
