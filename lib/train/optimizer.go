package train

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"graft/internal/near"
	"graft/lib/nn"
	"graft/lib/tune"
)

// Rule is the kind of an [Optimizer].
type Rule string

// The optimizers. Each follows PyTorch's class of that name, constants included;
// LAMB, which PyTorch has not, follows its paper.
const (
	RuleSGD      Rule = "sgd"
	RuleAdagrad  Rule = "adagrad"
	RuleAdadelta Rule = "adadelta"
	RuleRMSProp  Rule = "rmsprop"
	RuleAdam     Rule = "adam"
	RuleAdamW    Rule = "adamw"
	RuleAdamax   Rule = "adamax"
	RuleLAMB     Rule = "lamb"
)

// Optimizer says how a gradient changes a parameter. Its state starts afresh in
// every call of Fit. The constructors fill in the constants that a rule needs.
type Optimizer struct {
	Rule     Rule    `json:"rule"`
	Momentum float64 `json:"momentum,omitempty"` // of SGD and RMSProp
	Nesterov bool    `json:"nesterov,omitempty"` // of SGD: look ahead along the momentum
	Beta1    float64 `json:"beta1,omitempty"`    // of the Adam family: memory of the mean
	Beta2    float64 `json:"beta2,omitempty"`    // of the Adam family: memory of the square
	Memory   float64 `json:"memory,omitempty"`   // of the mean square: PyTorch's alpha of RMSProp, rho of Adadelta
	Centered bool    `json:"centered,omitempty"` // of RMSProp: divide by the deviation, not the mean square
	Initial  float64 `json:"initial,omitempty"`  // of Adagrad: what the sums of squares start from
	// RateDecay lowers Adagrad's rate in update n, counted from 1, by the factor
	// 1 / (1 + (n-1) RateDecay).
	RateDecay float64 `json:"rate_decay,omitempty"`
	Epsilon   float64 `json:"epsilon,omitempty"`
	// Decay is the weight decay: taken off the parameter by AdamW (Loshchilov and
	// Hutter 2019), part of the step whose length LAMB sets, and added to the gradient
	// by the others. It holds for all learned parameters, as in PyTorch, unless
	// WeightsOnly says otherwise.
	Decay float64 `json:"decay,omitempty"`
	// WeightsOnly spares biases, scales and offsets of norms, and whatever else has
	// fewer than two axes, from Decay, as timm does.
	WeightsOnly bool `json:"weights_only,omitempty"`
}

// NewSGD is stochastic gradient descent with momentum.
func NewSGD(momentum float64) Optimizer { return Optimizer{Rule: RuleSGD, Momentum: momentum} }

// NewNesterov is stochastic gradient descent with Nesterov's momentum, which must be
// above 0.
func NewNesterov(momentum float64) Optimizer {
	return Optimizer{Rule: RuleSGD, Momentum: momentum, Nesterov: true}
}

// NewAdagrad is Adagrad (Duchi et al. 2011).
func NewAdagrad() Optimizer { return Optimizer{Rule: RuleAdagrad, Epsilon: 1e-10} }

// NewAdadelta is Adadelta (Zeiler 2012) with memory 0.9; its learning rate is 1
// usually.
func NewAdadelta() Optimizer { return Optimizer{Rule: RuleAdadelta, Memory: 0.9, Epsilon: 1e-6} }

// NewRMSProp is RMSProp (Hinton 2012) with memory 0.99; momentum is 0 usually.
func NewRMSProp(momentum float64) Optimizer {
	return Optimizer{Rule: RuleRMSProp, Momentum: momentum, Memory: 0.99, Epsilon: 1e-8}
}

// NewAdam is Adam (Kingma and Ba 2015) with its published constants.
func NewAdam() Optimizer {
	return Optimizer{Rule: RuleAdam, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}
}

// NewAdamW is Adam with decoupled weight decay; PyTorch's default decay is 0.01.
func NewAdamW(decay float64) Optimizer {
	o := NewAdam()
	o.Rule, o.Decay = RuleAdamW, decay
	return o
}

// NewAdamax is Adam with the largest gradient in place of the mean square (Kingma
// and Ba 2015, section 7.1).
func NewAdamax() Optimizer {
	o := NewAdam()
	o.Rule = RuleAdamax
	return o
}

// NewLAMB is LAMB (You et al. 2020, algorithm 2): AdamW whose step is as long, layer
// by layer, as the rate's share of the layer itself. The paper's decay is 0.01.
func NewLAMB(decay float64) Optimizer {
	return Optimizer{Rule: RuleLAMB, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-6, Decay: decay}
}

// rate is the learning rate that suits the rule when none is given.
func (o Optimizer) rate() float64 { return rules[o.Rule].rate }

func (o Optimizer) check() error {
	if _, ok := rules[o.Rule]; !ok {
		names := ruleNames()
		return fmt.Errorf("train: unknown optimizer %q%s (there are %s)", o.Rule, near.Hint(string(o.Rule), names), strings.Join(names, ", "))
	}
	for _, part := range []struct {
		name  string
		value float64
	}{{"momentum", o.Momentum}, {"beta1", o.Beta1}, {"beta2", o.Beta2}, {"memory", o.Memory}} {
		if !(part.value >= 0 && part.value < 1) {
			return fmt.Errorf("train: %s with %s %g (must be from 0 to below 1)", o.Rule, part.name, part.value)
		}
	}
	for _, part := range []struct {
		name  string
		value float64
	}{{"weight decay", o.Decay}, {"epsilon", o.Epsilon}, {"rate decay", o.RateDecay}, {"initial sum", o.Initial}} {
		if !(part.value >= 0) || math.IsInf(part.value, 1) {
			return fmt.Errorf("train: %s with %s %g (must be at least 0)", o.Rule, part.name, part.value)
		}
	}
	if o.Nesterov && o.Momentum == 0 {
		return fmt.Errorf("train: %s with Nesterov's momentum 0 (must be above 0)", o.Rule)
	}
	return nil
}

func ruleNames() []string {
	var names []string
	for name := range rules {
		names = append(names, string(name))
	}
	slices.Sort(names)
	return names
}

// spares reports whether weight decay leaves a parameter alone; v is its variable.
func (o Optimizer) spares(kind nn.Kind, v *model.Variable) bool {
	return o.WeightsOnly && (kind != nn.Weight || v.Shape().Rank() < 2)
}

// stateScope is where everything that training keeps besides the parameters lies in
// the store: a scope for each slot, in it the path of the parameter.
const stateScope = "/optimizer/"

// slotPath is where slot of the parameter at path is kept.
func slotPath(slot, path string) string { return stateScope + slot + path }

// reset makes the state of the learned parameters of store and sets it to where it
// begins.
func (o Optimizer) reset(store *model.Store, learned [][]tune.Param) error {
	rule := rules[o.Rule]
	for _, slot := range rule.slots(o) {
		for _, p := range slices.Concat(learned...) {
			if err := fillLike(store, slotPath(slot, p.Path), p.Path, rule.begin(o)); err != nil {
				return err
			}
		}
	}
	return nil
}

// zero sets the variable at path, made if need be, to zeros in the shape of like.
func zero(store *model.Store, path, like string) error { return fillLike(store, path, like, 0) }

func fillLike(store *model.Store, path, like string, value float64) error {
	v := store.GetVariable(like)
	if v == nil {
		return fmt.Errorf("train: no variable %q in the store", like)
	}
	values := make([]float32, v.Shape().Size())
	for i := range values {
		values[i] = float32(value)
	}
	return assign(store, path, tensors.FromFlatDataAndDimensions(values, v.Shape().Dimensions...))
}

// assign gives the variable of state at path a value, and makes it if need be.
func assign(store *model.Store, path string, value *tensors.Tensor) error {
	if v := store.GetVariable(path); v != nil {
		return v.SetValue(value)
	}
	store.VariableWithValue(path, value).SetTrainable(false)
	return nil
}
