package train

import (
	"math"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// rule is what makes one kind of optimizer: its state, and the direction in which a
// gradient moves a parameter. The parameter then goes the learning rate's share of
// that direction.
type rule struct {
	rate  float64                                // when none is given
	slots func(o Optimizer) []string             // scopes of its state
	begin func(o Optimizer) float64              // what the state starts from
	facts func(o Optimizer, n float64) []float64 // factors of update n, counted from 1
	// direction builds the direction; decay is already in the gradient unless the
	// rule's own.
	direction func(u *update) *Node
	decay     decayKind
}

// decayKind is what a rule does with weight decay.
type decayKind int

const (
	decayGradient  decayKind = iota // adds it to the gradient
	decayParameter                  // takes it off the parameter
	decayOwn                        // direction sees to it
)

// rules is the table of optimizers. Where PyTorch's code and the paper differ by
// rounding only, the form here is the one with fewer operations.
var rules = map[Rule]rule{
	RuleSGD:      {rate: 0.01, slots: sgdSlots, begin: nought, facts: noFacts, direction: sgd},
	RuleAdagrad:  {rate: 0.01, slots: always("sum"), begin: Optimizer.initial, facts: adagradFacts, direction: adagrad},
	RuleAdadelta: {rate: 1, slots: always("square", "change"), begin: nought, facts: noFacts, direction: adadelta},
	RuleRMSProp:  {rate: 0.01, slots: rmspropSlots, begin: nought, facts: noFacts, direction: rmsprop},
	RuleAdam:     {rate: 0.002, slots: always("mean", "square"), begin: nought, facts: adamFacts, direction: adam},
	RuleAdamW:    {rate: 0.002, slots: always("mean", "square"), begin: nought, facts: adamFacts, direction: adam, decay: decayParameter},
	RuleAdamax:   {rate: 0.002, slots: always("mean", "largest"), begin: nought, facts: adamFacts, direction: adamax},
	RuleLAMB:     {rate: 0.002, slots: always("mean", "square"), begin: nought, facts: adamFacts, direction: lamb, decay: decayOwn},
}

func nought(Optimizer) float64             { return 0 }
func noFacts(Optimizer, float64) []float64 { return nil }
func (o Optimizer) initial() float64       { return o.Initial }
func always(slots ...string) func(Optimizer) []string {
	return func(Optimizer) []string { return slots }
}

// adamFacts are what Adam multiplies its mean and square with, because both start
// from zero.
func adamFacts(o Optimizer, n float64) []float64 {
	return []float64{1 / (1 - math.Pow(o.Beta1, n)), 1 / (1 - math.Pow(o.Beta2, n))}
}

func adagradFacts(o Optimizer, n float64) []float64 {
	return []float64{1 / (1 + (n-1)*o.RateDecay)}
}

// update is the change of one parameter in a step, while its graph is built.
type update struct {
	Optimizer
	store    *model.Store
	v        *model.Variable
	value    *Node // of the parameter, before
	gradient *Node
	decay    float64 // 0 if the parameter is spared
	facts    []*Node
	apply    *Node // false where the step only adds up gradients; nil for always
}

// build gives the parameter its new value; rate is a scalar.
func (u *update) build(rate *Node) {
	rule, from := rules[u.Rule], u.value
	if u.decay > 0 && rule.decay == decayGradient {
		u.gradient = Add(u.gradient, MulScalar(u.value, u.decay))
	}
	direction := rule.direction(u)
	if u.decay > 0 && rule.decay == decayParameter {
		from = Mul(from, OneMinus(MulScalar(rate, u.decay)))
	}
	u.v.SetNodeValue(u.when(Sub(from, Mul(direction, rate)), u.value))
}

// when is new in steps that move parameters and old in those that do not.
func (u *update) when(new, old *Node) *Node {
	if u.apply == nil {
		return new
	}
	return Where(u.apply, new, old)
}

// keep gives a slot of the state its next value and returns that.
func (u *update) keep(slot string, next func(old *Node) *Node) *Node {
	s := u.store.GetVariable(slotPath(slot, u.v.Path()))
	old := s.NodeValue(u.gradient)
	value := next(old)
	s.SetNodeValue(u.when(value, old))
	return value
}

// blend is a slot that remembers a mean of x.
func (u *update) blend(slot string, x *Node, memory float64) *Node {
	return u.keep(slot, func(old *Node) *Node { return Add(MulScalar(old, memory), MulScalar(x, 1-memory)) })
}

// roll is a slot that adds x to its own past.
func (u *update) roll(x *Node) *Node {
	return u.keep("momentum", func(old *Node) *Node { return Add(MulScalar(old, u.Momentum), x) })
}

func sgdSlots(o Optimizer) []string {
	if o.Momentum == 0 {
		return nil
	}
	return []string{"momentum"}
}

func sgd(u *update) *Node {
	if u.Momentum == 0 {
		return u.gradient
	}
	velocity := u.roll(u.gradient)
	if u.Nesterov {
		return Add(u.gradient, MulScalar(velocity, u.Momentum))
	}
	return velocity
}

func adagrad(u *update) *Node {
	sum := u.keep("sum", func(old *Node) *Node { return Add(old, Square(u.gradient)) })
	return Mul(Div(u.gradient, AddScalar(Sqrt(sum), u.Epsilon)), u.facts[0])
}

func adadelta(u *update) *Node {
	square := u.blend("square", Square(u.gradient), u.Memory)
	var direction *Node
	u.keep("change", func(old *Node) *Node {
		direction = Mul(Div(Sqrt(AddScalar(old, u.Epsilon)), Sqrt(AddScalar(square, u.Epsilon))), u.gradient)
		return Add(MulScalar(old, u.Memory), MulScalar(Square(direction), 1-u.Memory))
	})
	return direction
}

func rmspropSlots(o Optimizer) []string {
	slots := []string{"square"}
	if o.Centered {
		slots = append(slots, "mean")
	}
	if o.Momentum > 0 {
		slots = append(slots, "momentum")
	}
	return slots
}

func rmsprop(u *update) *Node {
	square := u.blend("square", Square(u.gradient), u.Memory)
	if u.Centered {
		// Rounding can take the variance below zero, where the root would be NaN.
		square = MaxScalar(Sub(square, Square(u.blend("mean", u.gradient, u.Memory))), 0)
	}
	direction := Div(u.gradient, AddScalar(Sqrt(square), u.Epsilon))
	if u.Momentum > 0 {
		return u.roll(direction)
	}
	return direction
}

func adam(u *update) *Node {
	mean := u.blend("mean", u.gradient, u.Beta1)
	square := u.blend("square", Square(u.gradient), u.Beta2)
	return Div(Mul(mean, u.facts[0]), AddScalar(Sqrt(Mul(square, u.facts[1])), u.Epsilon))
}

func adamax(u *update) *Node {
	mean := u.blend("mean", u.gradient, u.Beta1)
	largest := u.keep("largest", func(old *Node) *Node {
		return Max(MulScalar(old, u.Beta2), AddScalar(Abs(u.gradient), u.Epsilon))
	})
	return Div(Mul(mean, u.facts[0]), largest)
}

// lamb scales Adam's direction, weight decay included, to the length of the
// parameter. A length of zero on either side leaves it as it is.
func lamb(u *update) *Node {
	direction := adam(u)
	if u.decay > 0 {
		direction = Add(direction, MulScalar(u.value, u.decay))
	}
	size, step := length(u.value), length(direction)
	none := Scalar(u.gradient.Graph(), step.DType(), 0)
	one := Scalar(u.gradient.Graph(), step.DType(), 1)
	fine := LogicalAnd(GreaterThan(size, none), GreaterThan(step, none))
	return Mul(direction, Where(fine, Div(size, Where(fine, step, one)), one))
}

// length is the Euclidean norm of all entries of x.
func length(x *Node) *Node { return Sqrt(ReduceAllSum(Square(x))) }
