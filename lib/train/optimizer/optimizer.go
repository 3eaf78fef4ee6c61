// Package optimizer says how a gradient moves a parameter: SGD, Adam and others, each a
// row of a table that is held against PyTorch's class of its name. An [Optimizer] is data,
// saved as JSON; an [Update] builds its part of a step into a graph; [Scope] is where the
// state lies in a store. It knows one parameter at a time, as opposed to package train,
// which computes gradients, counts steps and has the options that choose an optimizer, and
// package schedule, which says what the learning rate is.
//
//	o := optimizer.NewSGD(0.9)
//	if err := o.Reset(store, []string{"/w"}); err != nil {
//		return err
//	}
//	step := func(in []*graph.Node) *graph.Node { // rate -> loss
//		w := store.GetVariable("/w")
//		loss := graph.Square(w.NodeValue(in[0]))
//		u := optimizer.Update{Optimizer: o, Store: store, Variable: w, Gradient: graph.Gradient(loss, w.NodeValue(in[0]))[0]}
//		u.Build(in[0])
//		return loss
//	}
package optimizer

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"graft/internal/near"
)

// Rule is the kind of an [Optimizer].
type Rule string

// The optimizers. Each follows PyTorch's class of that name, constants included;
// LAMB, which PyTorch has not, follows its paper.
const (
	SGD      Rule = "sgd"
	Adagrad  Rule = "adagrad"
	Adadelta Rule = "adadelta"
	RMSProp  Rule = "rmsprop"
	Adam     Rule = "adam"
	AdamW    Rule = "adamw"
	Adamax   Rule = "adamax"
	LAMB     Rule = "lamb"
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
func NewSGD(momentum float64) Optimizer { return Optimizer{Rule: SGD, Momentum: momentum} }

// NewNesterov is stochastic gradient descent with Nesterov's momentum, which must be
// above 0.
func NewNesterov(momentum float64) Optimizer {
	return Optimizer{Rule: SGD, Momentum: momentum, Nesterov: true}
}

// NewAdagrad is Adagrad (Duchi et al. 2011).
func NewAdagrad() Optimizer { return Optimizer{Rule: Adagrad, Epsilon: 1e-10} }

// NewAdadelta is Adadelta (Zeiler 2012) with memory 0.9; its learning rate is 1
// usually.
func NewAdadelta() Optimizer { return Optimizer{Rule: Adadelta, Memory: 0.9, Epsilon: 1e-6} }

// NewRMSProp is RMSProp (Hinton 2012) with memory 0.99; momentum is 0 usually.
func NewRMSProp(momentum float64) Optimizer {
	return Optimizer{Rule: RMSProp, Momentum: momentum, Memory: 0.99, Epsilon: 1e-8}
}

// NewAdam is Adam (Kingma and Ba 2015) with its published constants.
func NewAdam() Optimizer {
	return Optimizer{Rule: Adam, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}
}

// NewAdamW is Adam with decoupled weight decay; PyTorch's default decay is 0.01.
func NewAdamW(decay float64) Optimizer {
	o := NewAdam()
	o.Rule, o.Decay = AdamW, decay
	return o
}

// NewAdamax is Adam with the largest gradient in place of the mean square (Kingma
// and Ba 2015, section 7.1).
func NewAdamax() Optimizer {
	o := NewAdam()
	o.Rule = Adamax
	return o
}

// NewLAMB is LAMB (You et al. 2020, algorithm 2): AdamW whose step is as long, layer
// by layer, as the rate's share of the layer itself. The paper's decay is 0.01.
func NewLAMB(decay float64) Optimizer {
	return Optimizer{Rule: LAMB, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-6, Decay: decay}
}

// Rate is the learning rate that suits the rule when none is given.
func (o Optimizer) Rate() float64 { return rules[o.Rule].rate }

// Check returns an error for an unknown rule and for a constant out of its range.
func (o Optimizer) Check() error {
	if _, ok := rules[o.Rule]; !ok {
		names := ruleNames()
		return fmt.Errorf("optimizer: unknown optimizer %q%s (there are %s)", o.Rule, near.Hint(string(o.Rule), names), strings.Join(names, ", "))
	}
	for _, part := range []struct {
		name  string
		value float64
	}{{"momentum", o.Momentum}, {"beta1", o.Beta1}, {"beta2", o.Beta2}, {"memory", o.Memory}} {
		if !(part.value >= 0 && part.value < 1) {
			return fmt.Errorf("optimizer: %s with %s %g (must be from 0 to below 1)", o.Rule, part.name, part.value)
		}
	}
	for _, part := range []struct {
		name  string
		value float64
	}{{"weight decay", o.Decay}, {"epsilon", o.Epsilon}, {"rate decay", o.RateDecay}, {"initial sum", o.Initial}} {
		if !(part.value >= 0) || math.IsInf(part.value, 1) {
			return fmt.Errorf("optimizer: %s with %s %g (must be at least 0)", o.Rule, part.name, part.value)
		}
	}
	if o.Nesterov && o.Momentum == 0 {
		return fmt.Errorf("optimizer: %s with Nesterov's momentum 0 (must be above 0)", o.Rule)
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
