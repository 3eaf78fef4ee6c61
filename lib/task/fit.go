package task

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"graft/lib/data"
	"graft/lib/display"
	"graft/lib/plot"
	"graft/lib/train"
	"graft/lib/train/finder"
	"graft/lib/tune"
)

// Freeze freezes the groups that spec names; without a spec, everything but the
// head. See [tune.Plan.Choose] for what a spec can be.
//
// While a Fit runs, it takes effect at the next epoch; so does Unfreeze.
func (m *Image) Freeze(spec ...string) error {
	return m.each("Freeze", spec, m.plan.Freeze, (*train.Steering).Freeze)
}

// Unfreeze makes the groups that spec names trainable, besides those that already
// are: "last 2" for the last two stages, "blocks.6", "blocks.*", "25%"; without a
// spec, everything.
func (m *Image) Unfreeze(spec ...string) error {
	return m.each("Unfreeze", spec, m.plan.Unfreeze, (*train.Steering).Unfreeze)
}

// FreezeTo freezes the first n stages and unfreezes the rest, as fastai's freeze_to
// does: -1 leaves only the head trainable, 0 freezes nothing.
func (m *Image) FreezeTo(n int) error {
	return m.whileIdle("FreezeTo", func() error {
		return m.marked(fmt.Sprintf("FreezeTo %d", n), func() error { return m.plan.FreezeTo(n) })
	})
}

// BatchNorm chooses what BatchNorm does in the groups that specs name, in all
// without a spec, while they are trainable: "keep" uses the running statistics of
// pretraining and leaves them alone, "batch" uses those of each batch, and the running
// ones follow. A frozen group always keeps.
func (m *Image) BatchNorm(policy string, specs ...string) error {
	return m.whileIdle("BatchNorm", func() error {
		return m.marked("BatchNorm "+policy, func() error { return m.plan.SetNorm(policy, specs...) })
	})
}

func (m *Image) each(verb string, spec []string, change func(string) error, steer func(*train.Steering, ...string) error) error {
	if len(spec) == 0 {
		spec = []string{""}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.wheel != nil {
		return steer(m.wheel, spec...)
	}
	key := m.plan.Key()
	return m.marked(verb+" "+strings.Join(spec, ", "), func() error {
		for _, s := range spec {
			if err := change(s); err != nil {
				return errors.Join(err, m.plan.SetKey(key))
			}
		}
		return nil
	})
}

// SetRate gives the groups that spec names a share of the learning rate: 1 is all of
// it. Groups of a pretrained backbone begin with 0.1. While a Fit runs, it takes
// effect at the next step; nothing is ever compiled again for it.
func (m *Image) SetRate(spec string, share float64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.wheel != nil {
		return m.wheel.SetRate(spec, share)
	}
	return m.marked("SetRate "+spec, func() error {
		err := m.plan.SetRate(spec, share)
		if err == nil {
			m.shares = nil
		}
		return err
	})
}

// Ledger is the account of what is trainable: groups, layers, parameters, learning
// rates, what BatchNorm does, and what the last Fit moved. The rates are the peak of
// the last Fit, or of the one that runs, shared out among the groups as it does, with
// all that was changed on its way, or as SetRate has said since.
func (m *Image) Ledger() plot.Table {
	m.mu.Lock()
	defer m.mu.Unlock()
	l := m.ledger()
	if h := m.last(); h != nil && len(h.Ledger.Rows) == len(l.Rows) {
		for i := range l.Rows {
			l.Rows[i].Moved = h.Ledger.Rows[i].Moved
		}
	}
	return ledgerTable(l)
}

// ledger is the account at the present pace; the caller holds mu.
func (m *Image) ledger() tune.Ledger {
	base, shares := m.pace()
	paced := m.plan.Clone()
	for i, share := range shares {
		paced.Groups[i].Rate = share
	}
	return paced.Ledger(base)
}

// pace is the learning rate of the last Fit, or of the one that runs, and the shares of
// it by group, nil for those of the plan; the caller holds mu.
func (m *Image) pace() (base float64, shares []float64) {
	if m.wheel != nil {
		if base, shares = m.wheel.Pace(); shares != nil { // it has begun
			return base, shares
		}
	}
	return m.base, m.shares
}

// paced books the pace that a run ended with; the caller holds mu.
func (m *Image) paced(wheel *train.Steering) {
	if base, shares := wheel.Pace(); shares != nil {
		m.base, m.shares = base, shares
	}
}

// last is the history of the last Fit; the caller holds mu.
func (m *Image) last() *train.History {
	if len(m.histories) == 0 {
		return nil
	}
	return m.histories[len(m.histories)-1]
}

func ledgerTable(l tune.Ledger) plot.Table {
	t := plot.Table{Columns: []string{"group", "layers", "params", "trainable", "lr", "BatchNorm", "last fit"}}
	for _, r := range l.Rows {
		trainable, lr, moved := "frozen", "", map[string]string{"yes": "moved", "no": "unchanged"}[r.Moved]
		if r.Trainable {
			trainable, lr = "trainable", fmt.Sprintf("%.3g", r.LR)
		}
		t.Rows = append(t.Rows, []string{r.Group, strconv.Itoa(r.Layers), thousands(r.Params), trainable, lr, norms[r.BatchNorm], moved})
	}
	all, trainable := l.Totals()
	t.Note = fmt.Sprintf("%s of %s parameters are trainable", thousands(trainable), thousands(all))
	return t
}

// norms is what BatchNorm does, in words.
var norms = map[string]string{"running": "inference", "batch": "training", "": ""}

func thousands(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// Fit trains what is trainable for a number of epochs and shows a table and a curve
// that follow it. The options are those of [train.Trainer.Fit]; Valid replaces the
// validation set for this call. An interrupt keeps the last finished step.
func (m *Image) Fit(epochs int, opts ...train.Option) (err error) {
	s, set, err := m.prepare("Fit", opts)
	if err != nil {
		return err
	}
	release, err := m.steer(&s)
	if err != nil {
		return err
	}
	defer func() { err = joined(err, release()) }() // after a panic of a callback, too
	if err := m.beforeFit(); err != nil {
		return err
	}
	return m.run(epochs, set, s)
}

// joined is errors.Join without its coat when there is only one.
func joined(err, other error) error {
	switch {
	case other == nil:
		return err
	case err == nil:
		return other
	}
	return errors.Join(err, other)
}

// run is one run of the trainer, entered in the books.
func (m *Image) run(epochs int, set *photos, s train.Settings) error {
	h, err := m.trainer.FitWith(s.Context, epochs, set, s)
	m.afterFit(h, s)
	return err
}

// prepare resolves the settings of a call that trains and makes its sources.
func (m *Image) prepare(verb string, opts []train.Option) (s train.Settings, set *photos, err error) {
	learn, valid := m.sets()
	takes := train.FitOptions
	if verb == "FineTune" {
		takes = train.FineTuneOptions
	}
	if s, err = m.resolve(verb, opts, takes...); err != nil {
		return s, nil, err
	}
	if learn == nil {
		return s, nil, fmt.Errorf("task: %s has nothing to learn from (call Use with a training set first)", verb)
	}
	if s.ValidSet != nil {
		valid = s.ValidSet
	}
	if valid != nil && s.Valid == nil {
		if s.Valid, err = m.source(valid); err != nil {
			return s, nil, err
		}
	}
	s.Keeping.About = m.about(learn, valid)
	s.Warnings = append(s.Warnings, troubles(learn, valid, s)...)
	set, err = m.source(learn)
	return s, set, err
}

// FindLR makes a learning rate range test with the training set, shows its curve
// and returns the rate at which the loss falls fastest, NaN if it never does. All
// parameters are as before. It takes the options of Fit.
func (m *Image) FindLR(opts ...train.Option) (float64, error) {
	s, set, err := m.prepare("FindLR", opts)
	if err != nil {
		return 0, err
	}
	rates, err := m.trainer.FindLR(s.Context, set, s)
	if err != nil {
		return 0, err
	}
	m.mu.Lock()
	m.found = rates
	m.mu.Unlock()
	display.From(s.Context).Show(rates.Display())
	return rates.Suggested, nil
}

// Rates is the result of the last FindLR, with all its suggestions; nil if there was
// none.
func (m *Image) Rates() *finder.Rates {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.found
}

// Histories are the records of all calls of Fit in this process, the oldest first.
func (m *Image) Histories() []*train.History {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]*train.History{}, m.histories...)
}

// Train and Valid are the sets in use, nil if there are none.
func (m *Image) Train() *data.Set { set, _ := m.sets(); return set }

// Valid is the set that Fit measures on; see [Image.Train].
func (m *Image) Valid() *data.Set { _, set := m.sets(); return set }
