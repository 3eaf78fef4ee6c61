package task

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"graft/lib/display"
	"graft/lib/preprocess"
	"graft/lib/train"
	"graft/lib/train/penalty"
	"graft/lib/train/schedule"
	"graft/lib/tune"
)

// The linear probe learns until its training loss, an epoch's mean, has not fallen by
// a hundredth in probePatience epochs, and for probeEpochs at most.
const (
	probeEpochs   = 100
	probePatience = 5
	probeGain     = 0.01
)

// silent is where displays go that nobody is to see.
var silent = display.Lines(io.Discard)

// judge trains the controls and compares.
func (f *fineTuning) judge() (*Guard, error) {
	if !f.guarded() {
		return &Guard{Verdict: "nothing is known about the transfer: there is no validation set to compare on (give one with Valid)"}, nil
	}
	tuned := outcome{Contender: Contender{Name: "tuned", Time: time.Since(f.began), Budget: fmt.Sprintf("%d + %d", f.settings.FineTune.FreezeEpochs(), f.epochs)}}
	var err error
	if tuned.batch, err = f.trainer.Outputs(f.settings.Context, f.settings.Valid, f.settings.Loss); err != nil {
		return nil, err
	}
	probe, err := f.probe()
	if err != nil {
		return nil, err
	}
	controls := []outcome{probe}
	if f.scratchEpochs() > 0 && !f.Image.settings.Scratch && !f.settings.Steering.Stopped() {
		f.say("control from scratch: %d of %d epochs, %s", f.scratchEpochs(), f.total(), f.price())
		scratch, whole, err := f.scratch()
		if err != nil {
			return nil, err
		}
		if whole {
			controls = append(controls, scratch)
		}
	}
	return newGuard(tuned, controls, f.classes), nil
}

// controlled is what the settings of a control have in common: the data, batches,
// optimizer, loss and choice of the best epoch are those of the tuned network, the
// callbacks are not.
func (f *fineTuning) controlled() train.Settings {
	s := f.settings
	s.OnEpoch, s.OnStep, s.Steering, s.Patience = nil, nil, nil, 0
	s.Keeping = train.Keeping{Off: true}
	s.Stop = append(slices.Clone(s.Stop), f.settings.Steering.Stopped)
	s.Rates = tune.Rates{Low: 1}
	return s
}

// probe trains a linear layer on the features of the backbone as it was.
func (f *fineTuning) probe() (o outcome, err error) {
	start, s := time.Now(), f.controlled()
	t, err := train.NewProbe(s.Context, len(f.learn.Inputs)/f.learn.Len(), f.outputs, f.start(), s.Seed)
	if err != nil {
		return o, err
	}
	s.Context = display.WithSink(s.Context, silent)
	s.Schedule = schedule.Schedule{Shape: schedule.Constant, Peak: s.Schedule.Peak}
	s.Valid, s.Augment, s.Views, s.FreshViews = f.valid, preprocess.Augment{}, 0, false
	s.Recipe = train.Recipe{DecayWeightsOnly: s.DecayWeightsOnly} // the rest is for images or backbones
	lowest, since := math.Inf(1), 0
	s.OnEpoch = []func(train.Epoch) error{func(e train.Epoch) error {
		if since++; e.TrainLoss < lowest*(1-probeGain) {
			lowest, since = e.TrainLoss, 0
		}
		if since >= probePatience {
			return train.ErrStop
		}
		return nil
	}}
	h, err := t.FitWith(s.Context, probeEpochs, f.learn, s)
	if err != nil {
		return o, fmt.Errorf("the linear probe: %w", err)
	}
	o.Contender = Contender{Name: "linear probe", Budget: fmt.Sprint(len(h.Epochs)), Time: time.Since(start)}
	o.batch, err = t.Outputs(s.Context, f.valid, s.Loss)
	return o, err
}

// scratch trains the same network from random parameters. It does not count if the
// user stops it.
func (f *fineTuning) scratch() (o outcome, whole bool, err error) {
	start, s := time.Now(), f.controlled()
	c, err := f.twin()
	if err != nil {
		return o, false, err
	}
	s.Title = "control from scratch: "
	s.L2SP.Start, s.DELTA, s.BSS = 0, 0, penalty.BSS{} // which hold on to what was learned before
	s.Schedule = schedule.Schedule{Shape: schedule.OneCycle, Peak: s.Schedule.Peak}
	n := f.scratchEpochs()
	h, err := c.trainer.FitWith(s.Context, n, f.set, s)
	if err != nil {
		return o, false, fmt.Errorf("the control from scratch: %w", err)
	}
	o.Contender = Contender{Name: "from scratch", Budget: fmt.Sprintf("%d of %d", n, f.total()), Time: time.Since(start)}
	o.batch, err = c.trainer.Outputs(s.Context, s.Valid, s.Loss)
	return o, !h.Stopped, err
}

// twin is the same network with parameters of its own, random ones.
func (f *fineTuning) twin() (*Image, error) {
	s := f.Image.settings
	s.Scratch = true
	c, err := newImage(f.preset, f.classes, s)
	if err != nil {
		return nil, err
	}
	c.pipeline = f.pipeline
	if err := errors.Join(c.backbone.Init(c.store, s.Seed), c.build(f.settings.Context)); err != nil || f.classes != nil {
		return c, err
	}
	return c, c.startAt(f.start())
}

// start is where the bias of a regression begins: the mean of the training set.
func (f *fineTuning) start() float32 {
	if f.classes != nil {
		return 0
	}
	sum := 0.0
	for _, v := range f.learn.Targets {
		sum += float64(v)
	}
	return float32(sum / float64(len(f.learn.Targets)))
}
