package optimizer

import (
	"math"

	. "github.com/gomlx/gomlx/core/graph"
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
	direction func(u *Update) *Node
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
	SGD:      {rate: 0.01, slots: sgdSlots, begin: nought, facts: noFacts, direction: sgd},
	Adagrad:  {rate: 0.01, slots: always("sum"), begin: Optimizer.initial, facts: adagradFacts, direction: adagrad},
	Adadelta: {rate: 1, slots: always("square", "change"), begin: nought, facts: noFacts, direction: adadelta},
	RMSProp:  {rate: 0.01, slots: rmspropSlots, begin: nought, facts: noFacts, direction: rmsprop},
	Adam:     {rate: 0.002, slots: always("mean", "square"), begin: nought, facts: adamFacts, direction: adam},
	AdamW:    {rate: 0.002, slots: always("mean", "square"), begin: nought, facts: adamFacts, direction: adam, decay: decayParameter},
	Adamax:   {rate: 0.002, slots: always("mean", "largest"), begin: nought, facts: adamFacts, direction: adamax},
	LAMB:     {rate: 0.002, slots: always("mean", "square"), begin: nought, facts: adamFacts, direction: lamb, decay: decayOwn},
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

// Facts are the numbers that the update n of a parameter, counted from 1, needs besides
// its state; how many there are depends on the rule alone.
func (o Optimizer) Facts(n float64) []float64 { return rules[o.Rule].facts(o, n) }

func adagradFacts(o Optimizer, n float64) []float64 {
	return []float64{1 / (1 + (n-1)*o.RateDecay)}
}

func sgdSlots(o Optimizer) []string {
	if o.Momentum == 0 {
		return nil
	}
	return []string{"momentum"}
}

func sgd(u *Update) *Node {
	if u.Momentum == 0 {
		return u.Gradient
	}
	velocity := u.roll(u.Gradient)
	if u.Nesterov {
		return Add(u.Gradient, MulScalar(velocity, u.Momentum))
	}
	return velocity
}

func adagrad(u *Update) *Node {
	sum := u.keep("sum", func(old *Node) *Node { return Add(old, Square(u.Gradient)) })
	return Mul(Div(u.Gradient, AddScalar(Sqrt(sum), u.Epsilon)), u.Facts[0])
}

func adadelta(u *Update) *Node {
	square := u.blend("square", Square(u.Gradient), u.Memory)
	var direction *Node
	u.keep("change", func(old *Node) *Node {
		direction = Mul(Div(Sqrt(AddScalar(old, u.Epsilon)), Sqrt(AddScalar(square, u.Epsilon))), u.Gradient)
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

func rmsprop(u *Update) *Node {
	square := u.blend("square", Square(u.Gradient), u.Memory)
	if u.Centered {
		// Rounding can take the variance below zero, where the root would be NaN.
		square = MaxScalar(Sub(square, Square(u.blend("mean", u.Gradient, u.Memory))), 0)
	}
	direction := Div(u.Gradient, AddScalar(Sqrt(square), u.Epsilon))
	if u.Momentum > 0 {
		return u.roll(direction)
	}
	return direction
}

func adam(u *Update) *Node {
	mean := u.blend("mean", u.Gradient, u.Beta1)
	square := u.blend("square", Square(u.Gradient), u.Beta2)
	return Div(Mul(mean, u.Facts[0]), AddScalar(Sqrt(Mul(square, u.Facts[1])), u.Epsilon))
}

func adamax(u *Update) *Node {
	mean := u.blend("mean", u.Gradient, u.Beta1)
	largest := u.keep("largest", func(old *Node) *Node {
		return Max(MulScalar(old, u.Beta2), AddScalar(Abs(u.Gradient), u.Epsilon))
	})
	return Div(Mul(mean, u.Facts[0]), largest)
}

// lamb scales Adam's direction, weight decay included, to the length of the
// parameter. A length of zero on either side leaves it as it is.
func lamb(u *Update) *Node {
	direction := adam(u)
	if u.decay > 0 {
		direction = Add(direction, MulScalar(u.value, u.decay))
	}
	size, step := length(u.value), length(direction)
	none := Scalar(u.Gradient.Graph(), step.DType(), 0)
	one := Scalar(u.Gradient.Graph(), step.DType(), 1)
	fine := LogicalAnd(GreaterThan(size, none), GreaterThan(step, none))
	return Mul(direction, Where(fine, Div(size, Where(fine, step, one)), one))
}

// length is the Euclidean norm of all entries of x.
func length(x *Node) *Node { return Sqrt(ReduceAllSum(Square(x))) }
