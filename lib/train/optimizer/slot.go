package optimizer

import (
	"fmt"
	"strings"

	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// Scope is where everything that training keeps besides the parameters lies in the
// store: a scope for each slot, in it the path of the parameter.
const Scope = "/optimizer/"

// Slot is where slot of the parameter at path is kept: "mean" of "/head/linear/bias" in
// "/optimizer/mean/head/linear/bias".
func Slot(slot, path string) string { return Scope + slot + path }

// ParamOf is the parameter that a slot at path belongs to, the reverse of [Slot]; "" if
// it is none.
func ParamOf(path string) string {
	rest, ok := strings.CutPrefix(path, Scope)
	if !ok {
		return ""
	}
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		return rest[i:]
	}
	return ""
}

// Reset makes the state of the parameters at paths and sets it to where it begins.
func (o Optimizer) Reset(store *model.Store, paths []string) error {
	rule := rules[o.Rule]
	for _, slot := range rule.slots(o) {
		for _, path := range paths {
			if err := fill(store, Slot(slot, path), path, rule.begin(o)); err != nil {
				return err
			}
		}
	}
	return nil
}

// Zero sets the variable at path, made if need be, to zeros in the shape of like.
func Zero(store *model.Store, path, like string) error { return fill(store, path, like, 0) }

func fill(store *model.Store, path, like string, value float64) error {
	v := store.GetVariable(like)
	if v == nil {
		return fmt.Errorf("optimizer: no variable %q in the store", like)
	}
	values := make([]float32, v.Shape().Size())
	for i := range values {
		values[i] = float32(value)
	}
	return Set(store, path, tensors.FromFlatDataAndDimensions(values, v.Shape().Dimensions...))
}

// Set gives the variable of state at path a value, and makes it if need be.
func Set(store *model.Store, path string, value *tensors.Tensor) error {
	if v := store.GetVariable(path); v != nil {
		return v.SetValue(value)
	}
	store.VariableWithValue(path, value).SetTrainable(false)
	return nil
}
