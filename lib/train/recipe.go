package train

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/gomlx/gomlx/core/tensors"
	"graft/lib/train/optimizer"
	"graft/lib/train/penalty"
	"graft/lib/train/schedule"
	"graft/lib/tune"
)

// Recipe is what else a training step does besides following the optimizer. The
// zero value does nothing else.
type Recipe struct {
	Decay            float64 `json:"decay,omitempty"`              // see [WeightDecay]
	DecayWeightsOnly bool    `json:"decay_weights_only,omitempty"` // see [DecayWeightsOnly]

	Accumulate int     `json:"accumulate,omitempty"` // batches whose gradients make one update; 0 and 1 are the same
	ClipNorm   float64 `json:"clip_norm,omitempty"`  // longest gradient, all parameters together; 0 is any
	ClipValue  float64 `json:"clip_value,omitempty"` // largest entry of a gradient; 0 is any
	Average    Average `json:"average,omitzero"`

	Mixup  float64 `json:"mixup,omitempty"`  // see [Mixup]; 0 is off
	CutMix float64 `json:"cutmix,omitempty"` // see [CutMix]; 0 is off

	L2SP  penalty.L2SP `json:"l2sp,omitzero"`
	DELTA float64      `json:"delta,omitempty"` // see [DELTA]; 0 is off
	BSS   penalty.BSS  `json:"bss,omitzero"`

	BF16 bool `json:"bf16,omitempty"` // see [BF16]
}

// Average is an exponential moving average of the parameters.
type Average struct {
	Decay float64 `json:"decay,omitempty"` // weight of the past; 0 is no average
	// Constant keeps Decay from the first update on. Otherwise the weight of the past
	// is 1 - n^(-2/3) in update n until it reaches Decay, as timm's warm-up has it:
	// short runs would otherwise end with an average of little but their start.
	Constant bool `json:"constant,omitempty"`
	Keep     bool `json:"keep,omitempty"` // end with the averages
}

// weight is the weight of the past in update n, counted from 1.
func (a Average) weight(n float64) float64 {
	if a.Constant {
		return a.Decay
	}
	return min(a.Decay, 1-math.Pow(n, -2.0/3))
}

// Accumulate adds up the gradients of batches batches before each update, which
// equals one batch of so many times the size, as far as BatchNorm keeps to its
// running statistics. The last update of an epoch has what is left. Learning rates
// count updates.
func Accumulate(batches int) Option {
	return Option{"Accumulate", func(s *Settings) error {
		if batches < 1 {
			return fmt.Errorf("train: Accumulate %d batches (must be at least 1)", batches)
		}
		s.Accumulate = batches
		return nil
	}}
}

// ClipNorm shortens gradients to a length of at most norm, all parameters taken as
// one vector: PyTorch's clip_grad_norm_.
func ClipNorm(norm float64) Option {
	return positive("ClipNorm", norm, func(s *Settings) { s.ClipNorm = norm })
}

// ClipValue cuts each entry of gradients to [-value, value]: PyTorch's
// clip_grad_value_. With ClipNorm, this comes first.
func ClipValue(value float64) Option {
	return positive("ClipValue", value, func(s *Settings) { s.ClipValue = value })
}

// EMA keeps an exponential moving average of the parameters, and measures on the
// validation set with that. decay is the weight of the past, 0.99 to 0.9999; in the
// first updates it is smaller, see [Average]. The run goes on with, and ends with, the
// parameters themselves unless [KeepEMA] is given; [KeepBest] brings back averages,
// since it is they that were measured. Groups that are frozen on the way keep their
// parameters.
func EMA(decay float64) Option {
	return Option{"EMA", func(s *Settings) error { s.Average.Decay = decay; return s.Average.check() }}
}

// WithAverage keeps an average as [EMA] does, with all its settings.
func WithAverage(a Average) Option {
	return Option{"WithAverage", func(s *Settings) error { s.Average = a; return a.check() }}
}

// KeepEMA ends with the averages that [EMA] keeps, in place of the last parameters. A
// run that is interrupted or fails keeps the parameters.
func KeepEMA() Option {
	return Option{"KeepEMA", func(s *Settings) error { s.Average.Keep = true; return nil }}
}

func (a Average) check() error {
	if !(a.Decay >= 0 && a.Decay < 1) {
		return fmt.Errorf("train: EMA with decay %g (must be from 0 to below 1)", a.Decay)
	}
	return nil
}

// positive is an option with a number above 0.
func positive(name string, v float64, set func(s *Settings)) Option {
	return Option{name, func(s *Settings) error {
		if !(v > 0) || math.IsInf(v, 1) {
			return fmt.Errorf("train: %s %g (must be above 0)", name, v)
		}
		set(s)
		return nil
	}}
}

// recipeOptions are the names of the options that set parts of a [Recipe].
var recipeOptions = []string{"Accumulate", "ClipNorm", "ClipValue", "EMA", "WithAverage", "KeepEMA", "Mixup", "CutMix", "L2SP", "DELTA", "BSS", "BF16"}

// finish works what options said about each other into the settings.
func (s *Settings) finish() {
	if s.Decay > 0 {
		s.Optimizer.Decay = s.Decay
	}
	s.Optimizer.WeightsOnly = s.Optimizer.WeightsOnly || s.DecayWeightsOnly
}

// check returns an error for settings that do not go together.
func (s *Settings) check() error {
	if s.Average.Keep && s.Average.Decay == 0 {
		return fmt.Errorf("train: KeepEMA without EMA (give the decay of the average)")
	}
	if s.DecayWeightsOnly && s.Optimizer.Decay == 0 {
		return fmt.Errorf("train: DecayWeightsOnly without weight decay (add WeightDecay, or use AdamW or LAMB)")
	}
	return s.Loss.Check()
}

// HeadOnly is r for a phase in which the head alone learns: without what only a
// backbone or images have.
func (r Recipe) HeadOnly() Recipe {
	r.CutMix, r.DELTA, r.BSS, r.L2SP.Start = 0, 0, penalty.BSS{}, 0
	return r
}

// batches is how many batches make an update.
func (r Recipe) batches() int { return max(1, r.Accumulate) }

// mixes reports whether examples are mixed.
func (r Recipe) mixes() bool { return r.Mixup > 0 || r.CutMix > 0 }

// title says what a step does besides, for the title of a run: "mixup 0.4, BSS 0.001";
// "" for nothing.
func (r Recipe) title() string {
	var list []string
	for _, part := range []struct {
		name  string
		value float64
	}{
		{"decay", r.Decay}, {"mixup", r.Mixup}, {"cutmix", r.CutMix},
		{"L2-SP", r.L2SP.Start}, {"L2-SP of the head", r.L2SP.Head}, {"DELTA", r.DELTA}, {"BSS", r.BSS.Weight},
		{"gradients up to", r.ClipNorm}, {"their entries up to", r.ClipValue}, {"EMA", r.Average.Decay},
	} {
		if part.value > 0 {
			list = append(list, fmt.Sprintf("%s %.3g", part.name, part.value))
		}
	}
	if r.batches() > 1 {
		list = append(list, fmt.Sprintf("%d batches an update", r.batches()))
	}
	if r.BF16 {
		list = append(list, "bfloat16")
	}
	return strings.Join(list, ", ")
}

// anchored reports whether the start parameters are needed.
func (r Recipe) anchored() bool { return r.L2SP.Start > 0 || r.DELTA > 0 }

// key names the parts of the recipe that are in use: executables differ by these, and
// by no number in it.
func (r Recipe) key() string {
	var parts []string
	for _, part := range []struct {
		name string
		used bool
	}{
		{"accumulate", r.batches() > 1}, {"norm", r.ClipNorm > 0}, {"value", r.ClipValue > 0}, {"average", r.Average.Decay > 0},
		{"mixup", r.mixes()}, {"cutmix", r.CutMix > 0}, {"start", r.L2SP.Start > 0}, {"head", r.L2SP.Head > 0}, {"delta", r.DELTA > 0},
		{fmt.Sprint("bss", r.BSS.Count), r.BSS.Weight > 0}, {"bf16", r.BF16},
	} {
		if part.used {
			parts = append(parts, part.name)
		}
	}
	return strings.Join(parts, "+")
}

// check refuses a recipe that the plan or the examples have no place for.
func (r *run) check(ctx context.Context) error {
	return errors.Join(r.checkMix(), r.checkPenalties(), r.checkPrecision(ctx), checkTruth(r.settings.Loss, r.source))
}

// begin sets everything that training keeps besides the parameters of the groups in
// learned, nil for the others, to where it begins. All of it lies in the store under
// /optimizer/, in a scope for each slot.
func (r *run) begin(learned [][]tune.Param) error {
	store := r.net.Store
	var fresh []string
	for _, p := range slices.Concat(learned...) {
		fresh = append(fresh, p.Path)
	}
	if err := r.settings.Optimizer.Reset(store, fresh); err != nil {
		return err
	}
	if r.settings.batches() > 1 {
		if err := optimizer.Set(store, massPath, tensors.FromScalar(float32(0))); err != nil {
			return err
		}
		for _, path := range fresh {
			if err := optimizer.Zero(store, optimizer.Slot("gradient", path), path); err != nil {
				return err
			}
		}
	}
	return errors.Join(r.beginAverages(learned), r.beginAnchors())
}

// extras are the arguments of a step, counted from 1, after the learning rates.
func (r *run) extras(number int) []*tensors.Tensor {
	p := r.tick(number)
	if r.settings.mixes() {
		p.mix = r.mixture(number)
	}
	list := values(r.settings.dials(p))
	args := []*tensors.Tensor{tensors.FromFlatDataAndDimensions(list, len(list))}
	if r.settings.mixes() {
		args = append(args, tensors.FromFlatDataAndDimensions(p.mix.Partners, len(p.mix.Partners)))
	}
	return args
}

// moment is where a step, counted from 0, is for the schedule, which counts updates.
func (r *run) moment(step int) schedule.Moment {
	m := schedule.Moment{Step: r.tick(step+1).update - 1, Epoch: r.updates(), Steps: r.epochs * r.updates()}
	for _, e := range r.history.Epochs {
		m.Valid = append(m.Valid, e.ValidLoss)
	}
	return m
}
