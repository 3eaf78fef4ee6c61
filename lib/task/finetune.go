package task

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"time"

	"graft/lib/display"
	"graft/lib/train"
	"graft/lib/train/schedule"
	"graft/lib/tune"
)

// The constants of fastai's fine_tune, of its version 2.8.
const (
	headRise = 0.99 // of the steps with the head alone, in which the rate rises
	bodyRise = 0.3
	bodyDiv  = 5   // the rate rises by this factor
	bodyRate = 0.5 // share of the base rate once the backbone is unfrozen
	bodyLow  = 100 // the first group learns this many times slower than the head
)

// FineTune is fastai's recipe. It freezes the backbone and trains the head for one
// epoch with one-cycle at the base rate, 0.002 unless LR says otherwise. Then it
// unfreezes everything, or what the option Unfreeze names, and trains for a number of
// epochs with one-cycle at half of that rate, spread over the groups from a hundredth
// of it in the first to all of it in the head (Spread and LayerDecay change that).
// Each phase shows its table. With EarlyStop or KeepBest, each phase ends with the
// weights of its best epoch. Momentum keeps to its value, BatchNorm to the policy of
// the plan; fastai's momentum goes up and down, and its BatchNorm follows the batches.
//
// Afterwards it trains controls and shows a [Guard], which says whether the transfer
// helped or hurt; see there and at [Image.Guard]. The controls have parameters of
// their own. The linear probe costs seconds, its features being those of the first
// phase; the network from scratch gets a quarter of the epochs unless ScratchBudget
// says otherwise, 0 leaving it out. If it wins with a quarter, it would with all.
// NoGuard leaves the controls out. The options are [train.FineTuneOptions].
//
// What stops one phase stops all of it. An interrupted FineTune goes on, with Resume,
// to the end of the phase that it was in.
func (m *Image) FineTune(epochs int, opts ...train.Option) (err error) {
	s, set, err := m.prepare("FineTune", opts)
	if err != nil {
		return err
	}
	if epochs < 1 {
		return fmt.Errorf("task: FineTune for %d epochs (want at least 1 after the head has been trained)", epochs)
	}
	for _, spec := range s.FineTune.Unfreeze {
		if _, err := m.plan.Choose(spec); err != nil {
			return err
		}
	}
	release, err := m.steer(&s)
	if err != nil {
		return err
	}
	defer func() { err = joined(err, release()) }()
	f := &fineTuning{Image: m, settings: s, set: set, epochs: epochs, began: time.Now()}
	return f.run()
}

// Guard is what the last FineTune found out about its transfer; nil if there was
// none, or it had no guard.
func (m *Image) Guard() *Guard {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.guard
}

// fineTuning is one call of FineTune.
type fineTuning struct {
	*Image
	settings train.Settings
	set      *photos
	epochs   int
	began    time.Time

	ran          bool          // one of the phases did
	learn, valid *train.Memory // features of the backbone as it was
}

func (f *fineTuning) run() error {
	err := f.change(func(*tune.Plan) error {
		f.guard = nil
		return f.mark("FineTune", true)
	})
	if err != nil {
		return err
	}
	f.say("%s", f.announcement())
	if err := f.change(func(p *tune.Plan) error { return p.Freeze("") }); err != nil {
		return err
	}
	if err := f.features(); err != nil {
		return err
	}
	if err := f.head(); err != nil || f.stopped() {
		return err
	}
	if err := f.change(f.unfreeze); err != nil {
		return err
	}
	if err := f.body(); err != nil || f.stopped() || f.settings.FineTune.NoGuard {
		return err
	}
	g, err := f.judge()
	if err != nil {
		return fmt.Errorf("task: the network is tuned, but its controls failed: %w", err)
	}
	f.mu.Lock()
	f.guard = g
	f.mu.Unlock()
	display.From(f.settings.Context).Show(g.Display())
	return nil
}

// stopped reports whether the user has stopped it all.
func (f *fineTuning) stopped() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	h := f.last()
	return f.settings.Steering.Stopped() || h != nil && h.Stopped && f.ran
}

// say prints a line between the tables.
func (f *fineTuning) say(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); text != "" {
		_, _ = io.WriteString(display.From(f.settings.Context).Writer(), text+"\n")
	}
}

// change changes the plan between two runs.
func (f *fineTuning) change(to func(*tune.Plan) error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return to(f.plan)
}

func (f *fineTuning) unfreeze(p *tune.Plan) error {
	specs := f.settings.FineTune.Unfreeze
	if len(specs) == 0 {
		specs = []string{""}
	}
	for _, spec := range specs {
		if err := p.Unfreeze(spec); err != nil {
			return err
		}
	}
	return nil
}

// guarded reports whether there will be controls.
func (f *fineTuning) guarded() bool {
	return !f.settings.FineTune.NoGuard && f.settings.Valid != nil
}

// features keeps what the linear probe needs, before the backbone changes.
func (f *fineTuning) features() (err error) {
	if !f.guarded() {
		return nil
	}
	if f.learn, err = f.trainer.Features(f.settings.Context, f.set); err != nil {
		return err
	}
	f.valid, err = f.trainer.Features(f.settings.Context, f.settings.Valid)
	return err
}

// head is the first phase.
func (f *fineTuning) head() error {
	n := f.settings.FineTune.FreezeEpochs()
	if n == 0 {
		return nil
	}
	s := f.settings
	s.Title = "head alone: "
	s.Schedule = schedule.Schedule{Shape: schedule.OneCycle, Peak: s.Schedule.Peak, Rise: headRise}
	s.Rates, s.Recipe = tune.Rates{Low: 1}, s.Recipe.HeadOnly()
	f.ran = true
	return f.Image.run(n, f.set, s)
}

// body is the second phase.
func (f *fineTuning) body() error {
	s := f.settings
	s.Title = "fine-tuning: "
	s.Schedule = schedule.Schedule{Shape: schedule.OneCycle, Peak: bodyRate * s.Schedule.Peak, Rise: bodyRise, Div: bodyDiv}
	if s.Rates == (tune.Rates{}) {
		s.Rates = tune.Rates{Low: 1.0 / bodyLow}
	}
	f.ran = true
	return f.Image.run(f.epochs, f.set, s)
}

// phases says how long both are.
func (f *fineTuning) phases() string {
	n := f.settings.FineTune.FreezeEpochs()
	if n == 1 {
		return fmt.Sprintf("1 epoch with the head alone, %d fine-tuning", f.epochs)
	}
	return fmt.Sprintf("%d epochs with the head alone, %d fine-tuning", n, f.epochs)
}

// total is the number of epochs of both phases.
func (f *fineTuning) total() int { return f.settings.FineTune.FreezeEpochs() + f.epochs }

// scratchEpochs is the budget of the control from scratch; 0 leaves it out.
func (f *fineTuning) scratchEpochs() int {
	return int(math.Ceil(f.settings.FineTune.ScratchBudget()*float64(f.total()) - 1e-9))
}

// announcement says before anything starts what will be done and what the controls cost.
func (f *fineTuning) announcement() string {
	text := "FineTune: " + f.phases()
	switch {
	case f.settings.FineTune.NoGuard:
		return text
	case f.settings.Valid == nil:
		return text + "; no controls, since there is no validation set to compare on"
	}
	text += fmt.Sprintf("\nthen the controls: a linear probe, at most %d epochs on cached features", probeEpochs)
	if n := f.scratchEpochs(); n > 0 && !f.Image.settings.Scratch {
		text += fmt.Sprintf(",\nand from scratch %d of %d epochs with everything trainable, and one compilation (ScratchBudget(0) leaves it out)", n, f.total())
	}
	return text
}

// price is what the control from scratch is likely to cost, from the second phase.
func (f *fineTuning) price() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	h := f.last()
	if h == nil || len(h.Epochs) == 0 {
		return ""
	}
	var steps time.Duration
	for _, e := range h.Epochs {
		steps += e.Time - e.Compile
	}
	n := cmp.Or(f.scratchEpochs(), 1)
	cost := steps/time.Duration(len(h.Epochs))*time.Duration(n) + h.Compile
	if f.plan.Prefix() > 0 { // only a part of the backward pass was timed
		return fmt.Sprintf("more than %.0f s, since everything is trained and compiled", math.Ceil(cost.Seconds()))
	}
	return fmt.Sprintf("about %.0f s", math.Ceil(cost.Seconds()))
}
