package train

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"graft/lib/train/checkpoint"
	"graft/lib/train/optimizer"
	"graft/lib/weights"
)

// lastOptimizer says whose state the last Fit left in the store.
type lastOptimizer struct {
	Rule   optimizer.Rule `json:"rule"`
	Taught []int          `json:"taught"` // steps that each group of the plan has learned in
}

// KeepOptimizer lets a Fit go on with the optimizer's state, and its count of steps,
// where the last Fit of this network ended, instead of afresh; groups that have not
// learned yet begin from zero. It must be the same kind of optimizer. Given to Save, it
// puts that state into the file, so that it can be gone on with after Load, too; the
// file grows by one or two times the trained parameters.
func KeepOptimizer() Option {
	return Option{"KeepOptimizer", func(s *Settings) error { s.KeepOptimizer = true; return nil }}
}

// ErrNoOptimizer is returned where the state of an optimizer is asked for and there
// has been no Fit.
var ErrNoOptimizer = errors.New("train: there is no state of an optimizer to go on with (no Fit yet, or the model was saved without KeepOptimizer)")

// warm takes the optimizer's state out of the store, before a run sets it to zero.
func (r *run) warm() (err error) {
	if !r.settings.KeepOptimizer || r.resumed != nil {
		return nil
	}
	last := r.last
	switch {
	case last == nil:
		return ErrNoOptimizer
	case last.Rule != r.settings.Optimizer.Rule:
		return fmt.Errorf("train: the state is of %s, so a Fit with %s cannot go on with it (leave out KeepOptimizer, or use %s)", last.Rule, r.settings.Optimizer.Rule, last.Rule)
	}
	r.kept, err = r.optimizerState()
	return err
}

// rewarm puts the state back once the run is prepared.
func (r *run) rewarm() error {
	if r.kept == nil {
		return nil
	}
	r.taught = slices.Clone(r.last.Taught)
	return r.kept.give(r.net.Store)
}

// optimizerState copies the optimizer's variables of all groups that have learned.
func (t *Trainer) optimizerState() (state, error) {
	taught := map[string]bool{}
	for i, g := range t.net.Plan.Groups {
		for _, p := range g.Params {
			taught[p.Path] = t.last.Taught[i] > 0
		}
	}
	s := state{}
	for v := range t.net.Store.IterVariables() {
		if taught[optimizer.ParamOf(v.Path())] && v.HasValue() {
			copied, err := clone(t.net.Store, v.Path())
			if err != nil {
				return nil, err
			}
			s[v.Path()] = copied
		}
	}
	return s, nil
}

const lastKey = "graft.optimizer"

// WriteOptimizer writes the optimizer's state where the last Fit ended, as
// safetensors. Without one it is [ErrNoOptimizer].
func (t *Trainer) WriteOptimizer(w io.Writer) error {
	if !t.busy.TryLock() {
		return ErrBusy
	}
	defer t.busy.Unlock()
	if t.last == nil {
		return ErrNoOptimizer
	}
	s, err := t.optimizerState()
	if err != nil {
		return err
	}
	list, err := checkpoint.Encode(s)
	if err != nil {
		return err
	}
	raw, err := json.Marshal(t.last)
	if err != nil {
		return err
	}
	return weights.Write(w, list, map[string]string{lastKey: string(raw)})
}

// ReadOptimizer takes the state that [Trainer.WriteOptimizer] wrote.
func (t *Trainer) ReadOptimizer(f *weights.File) error {
	var last lastOptimizer
	if err := json.Unmarshal([]byte(f.Metadata[lastKey]), &last); err != nil {
		return fmt.Errorf("train: the state of the optimizer: %w", err)
	}
	if len(last.Taught) != len(t.net.Plan.Groups) {
		return fmt.Errorf("train: the state of the optimizer is of %d groups, the network has %d", len(last.Taught), len(t.net.Plan.Groups))
	}
	values, err := checkpoint.Decode(f)
	if err != nil {
		return err
	}
	for path, value := range values {
		if v := t.net.Store.GetVariable(optimizer.ParamOf(path)); v == nil || !v.Shape().Equal(value.Shape()) {
			return fmt.Errorf("train: the state of the optimizer has %q %s, which no parameter of the network has", path, value.Shape())
		}
	}
	if err := state(values).give(t.net.Store); err != nil {
		return err
	}
	t.last = &last
	return nil
}
