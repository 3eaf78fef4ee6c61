package train

import (
	"fmt"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"graft/lib/tune"
	"math"
)

// Rule is the kind of an [Optimizer].
type Rule string

// The optimizers. Each follows PyTorch's class of that name, constants included.
const (
	RuleSGD   Rule = "sgd"
	RuleAdam  Rule = "adam"
	RuleAdamW Rule = "adamw"
)

// Optimizer says how a gradient changes a parameter. Its state starts from zero in
// every call of Fit.
type Optimizer struct {
	Rule     Rule    `json:"rule"`
	Momentum float64 `json:"momentum,omitempty"` // of SGD
	Beta1    float64 `json:"beta1,omitempty"`    // of Adam: memory of the mean
	Beta2    float64 `json:"beta2,omitempty"`    // of Adam: memory of the square
	Epsilon  float64 `json:"epsilon,omitempty"`
	// Decay is the weight decay: added to the gradient by SGD and Adam, taken off
	// the parameter by AdamW (Loshchilov and Hutter 2019). It holds for all learned
	// parameters, as in PyTorch.
	Decay float64 `json:"decay,omitempty"`
}

// NewSGD is stochastic gradient descent with momentum.
func NewSGD(momentum float64) Optimizer { return Optimizer{Rule: RuleSGD, Momentum: momentum} }

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

// rate is the learning rate that suits the rule when none is given: 0.01 for SGD,
// 0.002 for the others.
func (o Optimizer) rate() float64 {
	if o.Rule == RuleSGD {
		return 0.01
	}
	return 0.002
}

func (o Optimizer) check() error {
	switch {
	case o.Rule != RuleSGD && o.Rule != RuleAdam && o.Rule != RuleAdamW:
		return fmt.Errorf("train: unknown optimizer %q (use sgd, adam or adamw)", o.Rule)
	case !(o.Momentum >= 0 && o.Momentum < 1), !(o.Beta1 >= 0 && o.Beta1 < 1), !(o.Beta2 >= 0 && o.Beta2 < 1):
		return fmt.Errorf("train: %s with momentum %g, beta1 %g, beta2 %g (each must be from 0 to below 1)", o.Rule, o.Momentum, o.Beta1, o.Beta2)
	case !(o.Decay >= 0) || math.IsInf(o.Decay, 1):
		return fmt.Errorf("train: %s with weight decay %g (must be at least 0)", o.Rule, o.Decay)
	}
	return nil
}

// slots are the scopes of the state kept for each parameter.
func (o Optimizer) slots() []string {
	if o.Rule == RuleSGD {
		return []string{"/optimizer/momentum"}
	}
	return []string{"/optimizer/mean", "/optimizer/square"}
}

// reset makes the state of the learned parameters of store and sets it to zero.
func (o Optimizer) reset(store *model.Store, learned [][]tune.Param) error {
	for _, group := range learned {
		for _, p := range group {
			for _, slot := range o.slots() {
				if err := zero(store, slot+p.Path, p.Path); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func zero(store *model.Store, path, like string) error {
	v := store.GetVariable(like)
	if v == nil {
		return fmt.Errorf("train: no variable %q in the store", like)
	}
	value := tensors.FromShape(v.Shape())
	if state := store.GetVariable(path); state != nil {
		return state.SetValue(value)
	}
	store.VariableWithValue(path, value).SetTrainable(false)
	return nil
}

// correction is what Adam multiplies its mean and square with in step n of a group,
// counted from 1, because both start from zero.
func (o Optimizer) correction(n int) []float32 {
	fix := func(beta float64) float32 { return float32(1 / (1 - math.Pow(beta, float64(n)))) }
	return []float32{fix(o.Beta1), fix(o.Beta2)}
}

// update builds the change of v by its gradient; rate and correction are scalars of
// the graph.
func (o Optimizer) update(store *model.Store, v *model.Variable, gradient, rate *Node, correction [2]*Node) {
	g := gradient.Graph()
	value := v.NodeValue(g)
	if o.Decay > 0 && o.Rule != RuleAdamW {
		gradient = Add(gradient, MulScalar(value, o.Decay))
	}
	state := func(slot int, next func(old *Node) *Node) *Node {
		s := store.GetVariable(o.slots()[slot] + v.Path())
		s.SetNodeValue(next(s.NodeValue(g)))
		return s.NodeValue(g)
	}
	if o.Rule == RuleSGD {
		velocity := state(0, func(old *Node) *Node { return Add(MulScalar(old, o.Momentum), gradient) })
		v.SetNodeValue(Sub(value, Mul(velocity, rate)))
		return
	}
	mean := state(0, func(old *Node) *Node { return blend(old, gradient, o.Beta1) })
	square := state(1, func(old *Node) *Node { return blend(old, Square(gradient), o.Beta2) })
	if o.Rule == RuleAdamW {
		value = Mul(value, OneMinus(MulScalar(rate, o.Decay)))
	}
	scale := AddScalar(Sqrt(Mul(square, correction[1])), o.Epsilon)
	v.SetNodeValue(Sub(value, Mul(rate, Div(Mul(mean, correction[0]), scale))))
}

func blend(old, new *Node, keep float64) *Node {
	return Add(MulScalar(old, keep), MulScalar(new, 1-keep))
}
