package train

import (
	"errors"

	"graft/lib/train/optimizer"
	"graft/lib/tune"
)

// averaged lists the parameters that have an average: all of trainable groups.
func (r *run) averaged() []tune.Param { return r.averagedOf(r.net.Plan.Learned()) }

// averagedOf is averaged for the groups that have learned parameters in the list.
func (r *run) averagedOf(learned [][]tune.Param) []tune.Param {
	if r.settings.Average.Decay == 0 {
		return nil
	}
	var list []tune.Param
	for i, g := range r.net.Plan.Groups {
		if learned[i] != nil {
			list = append(list, g.Params...)
		}
	}
	return list
}

// beginAverages sets the averages of groups to their parameters.
func (r *run) beginAverages(learned [][]tune.Param) error {
	for _, p := range r.averagedOf(learned) {
		value, err := clone(r.net.Store, p.Path)
		if err != nil {
			return err
		}
		if err := optimizer.Set(r.net.Store, optimizer.Slot("average", p.Path), value); err != nil {
			return err
		}
	}
	return nil
}

// withAverages runs fn with the averages in the place of the parameters.
func (r *run) withAverages(fn func() error) (err error) {
	if err := r.swapAverages(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.swapAverages()) }()
	return fn()
}

// swapAverages exchanges parameters and averages, without copying either.
func (r *run) swapAverages() error {
	for _, p := range r.averaged() {
		v, a := r.net.Store.GetVariable(p.Path), r.net.Store.GetVariable(optimizer.Slot("average", p.Path))
		value, err := v.Value()
		if err != nil {
			return err
		}
		mean, err := a.Value()
		if err != nil {
			return err
		}
		if err := errors.Join(v.SetValuePreservingOld(mean), a.SetValuePreservingOld(value)); err != nil {
			return err
		}
	}
	return nil
}

// tested is a copy of the parameters that the validation set was measured with; r.safe
// has those of the end of the epoch.
func (r *run) tested() (state, error) {
	if len(r.averaged()) == 0 {
		return r.safe, nil
	}
	s := state{}
	for _, p := range r.averaged() {
		value, err := clone(r.net.Store, optimizer.Slot("average", p.Path))
		if err != nil {
			return nil, err
		}
		s[p.Path] = value
	}
	return s, nil
}

// keepAverages ends a run with its averages if that was asked for.
func (r *run) keepAverages() error {
	if !r.settings.Average.Keep || r.history.Restored { // the best epoch is back, averaged
		return nil
	}
	averages, err := r.tested()
	if err != nil {
		return err
	}
	return averages.restore(r.net.Store)
}
