package optimizer

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"graft/lib/nn"
)

// Update is the change of one parameter in a step, while its graph is built.
type Update struct {
	Optimizer
	Store    *model.Store
	Variable *model.Variable // the parameter
	Kind     nn.Kind         // of the parameter, for WeightsOnly
	Gradient *Node           // in the shape of the parameter
	Facts    []*Node         // scalars, see [Optimizer.Facts]
	Apply    *Node           // a scalar, false where the step only adds up gradients; nil for always

	value *Node   // of the parameter, before
	decay float64 // 0 if the parameter is spared
}

// Build gives the parameter, and the state of the rule, their new values; rate is the
// learning rate, a scalar.
func (u *Update) Build(rate *Node) {
	rule := rules[u.Rule]
	u.value, u.decay = u.Variable.NodeValue(u.Gradient), u.Decay
	if u.spared() {
		u.decay = 0
	}
	from := u.value
	if u.decay > 0 && rule.decay == decayGradient {
		u.Gradient = Add(u.Gradient, MulScalar(u.value, u.decay))
	}
	direction := rule.direction(u)
	if u.decay > 0 && rule.decay == decayParameter {
		from = Mul(from, OneMinus(MulScalar(rate, u.decay)))
	}
	u.Variable.SetNodeValue(u.when(Sub(from, Mul(direction, rate)), u.value))
}

// spared reports whether weight decay leaves the parameter alone.
func (u *Update) spared() bool {
	return u.WeightsOnly && (u.Kind != nn.Weight || u.Variable.Shape().Rank() < 2)
}

// when is new in steps that move parameters and old in those that do not.
func (u *Update) when(new, old *Node) *Node {
	if u.Apply == nil {
		return new
	}
	return Where(u.Apply, new, old)
}

// keep gives a slot of the state its next value and returns that.
func (u *Update) keep(slot string, next func(old *Node) *Node) *Node {
	s := u.Store.GetVariable(Slot(slot, u.Variable.Path()))
	old := s.NodeValue(u.Gradient)
	value := next(old)
	s.SetNodeValue(u.when(value, old))
	return value
}

// blend is a slot that remembers a mean of x.
func (u *Update) blend(slot string, x *Node, memory float64) *Node {
	return u.keep(slot, func(old *Node) *Node { return Add(MulScalar(old, memory), MulScalar(x, 1-memory)) })
}

// roll is a slot that adds x to its own past.
func (u *Update) roll(x *Node) *Node {
	return u.keep("momentum", func(old *Node) *Node { return Add(MulScalar(old, u.Momentum), x) })
}
