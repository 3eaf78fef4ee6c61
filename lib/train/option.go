package train

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"graft/lib/data"
	"graft/lib/display/control"
	"graft/lib/preprocess"
	"graft/lib/train/loss"
	"graft/lib/train/optimizer"
	"graft/lib/train/schedule"
)

// Option changes how a verb works. An option given to a verb that has no use for it
// is an error, as is a value out of range.
type Option struct {
	name string
	set  func(*Settings) error
}

// Settings are what options set. The zero value of a field means its default.
type Settings struct {
	Context context.Context `json:"-"`

	Batch     int                 `json:"batch"`     // examples per step; default 16
	Optimizer optimizer.Optimizer `json:"optimizer"` // default Adam
	Schedule  schedule.Schedule   `json:"schedule"`  // default constant
	Metrics   []string            `json:"metrics"`   // default accuracy, or rmse for regression
	Patience  int                 `json:"patience"`  // epochs without improvement before stopping; 0 never stops
	MinDelta  float64             `json:"min_delta"` // smallest improvement that counts
	KeepBest  bool                `json:"keep_best"` // end with the weights of the best epoch
	InOrder   bool                `json:"in_order"`  // examples in their own order in every epoch
	Seed      int64               `json:"seed"`

	Augment       preprocess.Augment `json:"augment,omitzero"`         // see [Augment]
	Views         int                `json:"views,omitempty"`          // see [Views]; 0 is the default
	FreshViews    bool               `json:"fresh_views,omitempty"`    // see [FreshViews]
	Balanced      bool               `json:"balanced,omitempty"`       // see [SampleBalanced]
	SampleWeights []float64          `json:"sample_weights,omitempty"` // see [SampleWeights]; of one set of examples

	Course // what learns when, and how fast

	Loss       loss.Loss `json:"loss"`        // the task's unless an option changes it
	ImageSize  int       `json:"image_size"`  // pixels a side; 0 is the preset's
	BatchStats bool      `json:"batch_stats"` // BatchNorm of trainable stages follows the batches
	Scratch    bool      `json:"scratch"`     // start from random parameters instead of pretrained ones

	Recipe // what else a step does

	// Warnings are what the caller has noticed about the data; they are shown with the
	// run.
	Warnings []string `json:"-"`

	Valid    Source              `json:"-"`
	ValidSet *data.Set           `json:"-"`
	Data     []data.Option       `json:"-"` // for loading photographs
	OnEpoch  []func(Epoch) error `json:"-"`
	OnStep   []func(Step) error  `json:"-"`
	Stop     []func() bool       `json:"-"`               // see [StopWhen]
	Rate     func() float64      `json:"-"`               // see [LRFrom]
	Controls []control.Control   `json:"-"`               // shown with the run, see [Steer]
	Title    string              `json:"title,omitempty"` // put in front of the title of the run
	Steering *Steering           `json:"-"`               // see [Steered]
	steered  bool                // controls are to be made
	TrainSet *data.Set           `json:"-"` // see [Train]
	// KeepOptimizer goes on with the optimizer's state of the last Fit.
	KeepOptimizer bool                                                `json:"-"`
	Keeping       Keeping                                             `json:"-"` // see [Checkpoint]
	Head          func(scope *model.Scope, x *graph.Node) *graph.Node `json:"-"`
}

// With passes the context: its interrupt and its display.
func With(ctx context.Context) Option {
	return Option{"With", func(s *Settings) error { s.Context = ctx; return nil }}
}

// BatchSize is the number of examples per step; default 16.
func BatchSize(n int) Option {
	return Option{"BatchSize", func(s *Settings) error {
		if n < 1 {
			return fmt.Errorf("train: batch size %d (must be at least 1)", n)
		}
		s.Batch = n
		return nil
	}}
}

// Seed decides the order of examples and the initial values; default 0.
func Seed(n int64) Option {
	return Option{"Seed", func(s *Settings) error { s.Seed = n; return nil }}
}

// WithValid measures on valid after every epoch.
func WithValid(valid Source) Option {
	return Option{"WithValid", func(s *Settings) error { s.Valid = valid; return nil }}
}

// Valid names the photographs to measure on after every epoch.
func Valid(set *data.Set) Option {
	return Option{"Valid", func(s *Settings) error { s.ValidSet = set; return nil }}
}

// Data passes options to package data, for verbs that load photographs.
func Data(opts ...data.Option) Option {
	return Option{"Data", func(s *Settings) error { s.Data = append(slices.Clone(s.Data), opts...); return nil }}
}

// ImageSize is the side of the images that the network sees, in pixels, from 32 to
// 1024; default is what the pretrained network was published with. Smaller is
// faster, about in proportion to the area.
func ImageSize(pixels int) Option {
	return Option{"ImageSize", func(s *Settings) error {
		if pixels < 32 || pixels > 1024 {
			return fmt.Errorf("train: image size %d (want 32 to 1024 pixels)", pixels)
		}
		s.ImageSize = pixels
		return nil
	}}
}

// BatchStats makes BatchNorm in trainable stages use the statistics of each batch,
// as PyTorch's train mode does, and its running ones follow. By default, a pretrained
// network keeps to the running statistics it came with, while scale and offset learn;
// one from scratch always follows the batches.
func BatchStats() Option {
	return Option{"BatchStats", func(s *Settings) error { s.BatchStats = true; return nil }}
}

// FromScratch starts from random parameters instead of pretrained ones: the control
// that says what the pretraining is worth.
func FromScratch() Option { return renamed("FromScratch", Pretrained(false)) }

// Pretrained chooses between pretrained and random parameters; default true.
func Pretrained(yes bool) Option {
	return Option{"Pretrained", func(s *Settings) error { s.Scratch = !yes; return nil }}
}

// Head replaces the linear head by build, which gets the features [batch, features]
// and returns [batch, classes], or [batch, 1] for regression. Its variables belong
// in scope.
func Head(build func(scope *model.Scope, x *graph.Node) *graph.Node) Option {
	return Option{"Head", func(s *Settings) error { s.Head = build; return nil }}
}

// EarlyStop ends the run when the validation loss has not improved for patience
// epochs, and always ends with the weights of the best epoch, whether it stopped
// early or not. See [Stopper] for the exact rule.
func EarlyStop(patience int) Option {
	return Option{"EarlyStop", func(s *Settings) error {
		if patience < 1 {
			return fmt.Errorf("train: patience %d (must be at least 1 epoch)", patience)
		}
		s.Patience, s.KeepBest = patience, true
		return nil
	}}
}

// MinDelta is the smallest improvement of the validation loss that counts; default 0.
func MinDelta(delta float64) Option {
	return Option{"MinDelta", func(s *Settings) error {
		if !(delta >= 0) || math.IsInf(delta, 1) {
			return fmt.Errorf("train: smallest improvement %g (must be at least 0)", delta)
		}
		s.MinDelta = delta
		return nil
	}}
}

// KeepBest ends with the weights of the epoch with the lowest validation loss.
func KeepBest() Option {
	return Option{"KeepBest", func(s *Settings) error { s.KeepBest = true; return nil }}
}

// InOrder takes the examples in their own order in every epoch instead of shuffling.
func InOrder() Option {
	return Option{"InOrder", func(s *Settings) error { s.InOrder = true; return nil }}
}

// OnEpoch calls fn after each epoch. An error ends the run; [ErrStop] ends it well.
func OnEpoch(fn func(Epoch) error) Option {
	return Option{"OnEpoch", func(s *Settings) error { s.OnEpoch = append(s.OnEpoch, fn); return nil }}
}

// OnStep calls fn after each step. An error ends the run; [ErrStop] ends it well.
func OnStep(fn func(Step) error) Option {
	return Option{"OnStep", func(s *Settings) error { s.OnStep = append(s.OnStep, fn); return nil }}
}

// FitOptions are the names of the options that Fit takes.
var FitOptions = slices.Concat(optimizerOptions, scheduleOptions, lossOptions, recipeOptions, []string{
	"BatchSize", "Seed",
	"Valid", "WithValid", "Metrics", "EarlyStop", "MinDelta", "KeepBest", "InOrder", "OnEpoch", "OnStep",
	"StopWhen", "LRFrom", "Steer",
	"Spread", "LayerDecay", "Gradual", "UnfreezeAt", "FreezeAt", "Unfreezing", "Steered",
	"Checkpoint", "CheckpointEvery", "NoCheckpoint", "KeepOptimizer",
	"Augment", "Views", "FreshViews", "SampleBalanced", "SampleWeights",
})

// ModelOptions are the names of the options that constructors of models take.
var ModelOptions = slices.Concat(lossOptions, []string{"Valid", "ImageSize", "FromScratch", "Pretrained", "BatchStats", "Head", "Seed", "BatchSize", "Metrics",
	"Augment", "Views", "FreshViews", "SampleBalanced"})

// Resolve applies opts on top of base. verb names the caller in errors and takes
// lists the options it has a use for; With is always among them.
func Resolve(verb string, base Settings, opts []Option, takes ...string) (Settings, error) {
	s := base
	s.OnEpoch, s.OnStep, s.Stop = slices.Clone(base.OnEpoch), slices.Clone(base.OnStep), slices.Clone(base.Stop)
	s.Controls = slices.Clone(base.Controls)
	for _, o := range opts {
		if o.set == nil {
			continue
		}
		if o.name != "With" && !slices.Contains(takes, o.name) {
			return s, fmt.Errorf("graft: %s has no use for the option %s (it takes %s)", verb, o.name, strings.Join(append([]string{"With"}, takes...), ", "))
		}
		if err := o.set(&s); err != nil {
			return s, err
		}
	}
	s.fill()
	s.finish()
	return s, s.check()
}

func (s *Settings) fill() {
	if s.Context == nil {
		s.Context = context.Background()
	}
	if s.Batch == 0 {
		s.Batch = 16
	}
	if s.Optimizer.Rule == "" {
		s.Optimizer = optimizer.NewAdam()
	}
	if s.Schedule.Shape == "" {
		s.Schedule.Shape = schedule.Constant
	}
	if s.Schedule.Peak == 0 {
		s.Schedule.Peak = s.Optimizer.Rate()
	}
	if s.Loss.Kind == "" {
		s.Loss = loss.CrossEntropy
	}
	if len(s.Metrics) == 0 {
		s.Metrics = []string{"accuracy"}
		if s.Loss.Numeric() {
			s.Metrics = []string{"rmse"}
		}
	}
}
