package train

import (
	"fmt"

	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"graft/lib/tune"
)

// state is a copy of parameters, by path.
type state map[string]*tensors.Tensor

// capture copies what training may change: all parameters of trainable groups.
func capture(store *model.Store, plan *tune.Plan) (state, error) {
	s := state{}
	for _, g := range plan.Groups {
		for _, p := range g.Params {
			if !g.Trainable {
				break
			}
			copied, err := clone(store, p.Path)
			if err != nil {
				return nil, err
			}
			s[p.Path] = copied
		}
	}
	return s, nil
}

func clone(store *model.Store, path string) (*tensors.Tensor, error) {
	v := store.GetVariable(path)
	if v == nil {
		return nil, fmt.Errorf("train: no variable %q in the store", path)
	}
	value, err := v.Value()
	if err != nil {
		return nil, fmt.Errorf("train: %s: %w", path, err)
	}
	return value.LocalClone()
}

// restore gives the parameters of s back their values; s can be used again.
func (s state) restore(store *model.Store) error {
	for path, saved := range s {
		value, err := saved.LocalClone()
		if err != nil {
			return err
		}
		if err := store.GetVariable(path).SetValue(value); err != nil {
			return err
		}
	}
	return nil
}
