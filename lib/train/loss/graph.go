package loss

import (
	"fmt"

	. "github.com/gomlx/gomlx/core/graph"
)

// Build is the loss over a batch as a sum and what to divide it by: outputs [batch,
// outputs]; truth [batch] class indices, or [batch] or [batch, outputs] targets;
// weight [batch]. Rows of weight 0 do not count.
func (l Loss) Build(outputs, truth, weight *Node) (sum, mass *Node) {
	rows, share := l.rows(outputs, truth)
	mass = weight
	if share != nil {
		mass = Mul(weight, share)
	}
	return ReduceAllSum(Mul(rows, weight)), ReduceAllSum(mass)
}

// rows is the loss of each row, and what each counts in the mean, nil for 1.
func (l Loss) rows(outputs, truth *Node) (rows, share *Node) {
	switch {
	case l.Numeric() || l.Binary():
		return ReduceMean(l.cells(outputs, targets(outputs, truth)), 1), nil
	case l.Kind == KindFocal:
		return l.focal(outputs, truth), nil
	}
	return l.crossEntropy(outputs, truth)
}

// targets is truth in the shape of outputs; class indices become ones among zeros,
// or stay as they are if there is one output only.
func targets(outputs, truth *Node) *Node {
	width := outputs.Shape().Dimensions[1]
	if truth.DType().IsInt() && width > 1 {
		return OneHot(truth, width, outputs.DType())
	}
	if truth.Rank() == 1 {
		truth = ExpandAxes(truth, 1)
	}
	if n := truth.Shape().Dimensions[1]; n != width && n != 1 {
		panic(fmt.Errorf("%d targets an example, but the network has %d outputs", n, width))
	}
	return ConvertDType(truth, outputs.DType())
}

// cells is the loss of each output.
func (l Loss) cells(outputs, target *Node) *Node {
	if l.Binary() {
		return l.questions(outputs, target)
	}
	d := Sub(outputs, target)
	if l.Kind == KindMSE {
		return Square(d)
	}
	size := Abs(d)
	near := LessThan(size, Scalar(d.Graph(), d.DType(), l.delta()))
	return Where(near, MulScalar(Square(d), 0.5), MulScalar(AddScalar(size, -l.delta()/2), l.delta()))
}

// questions is the binary cross-entropy of each output, in a form that does not
// overflow.
func (l Loss) questions(outputs, target *Node) *Node {
	// log(1+exp(-outputs)), with a shift whose slope cancels: that of an absolute value
	// would be wrong at 0, where heads of zeros begin.
	shift := StopGradient(MaxScalar(Neg(outputs), 0))
	softplus := Add(shift, Log(Add(Exp(Neg(shift)), Exp(Neg(Add(outputs, shift))))))
	weight := OnesLike(target)
	if len(l.Positive) > 0 {
		positive := l.perOutput("weights of positives", l.Positive, outputs)
		weight = Add(Mul(target, AddScalar(positive, -1)), weight)
	}
	cells := Add(Mul(OneMinus(target), outputs), Mul(weight, softplus))
	if l.Kind == KindBinary {
		return cells
	}
	yes := Sigmoid(outputs)
	right := Add(Mul(yes, target), Mul(OneMinus(yes), OneMinus(target)))
	cells = Mul(cells, power(OneMinus(right), l.Gamma))
	if l.Alpha > 0 {
		cells = Mul(cells, Add(MulScalar(target, l.Alpha), MulScalar(OneMinus(target), 1-l.Alpha)))
	}
	return cells
}

// perOutput is a list of settings, one for each output: [1, outputs].
func (l Loss) perOutput(what string, values []float64, outputs *Node) *Node {
	width := outputs.Shape().Dimensions[1]
	if len(values) != width {
		panic(fmt.Errorf("%s loss has %d %s, but the network has %d outputs", l.Kind, len(values), what, width))
	}
	row := ConvertDType(Const(outputs.Graph(), values), outputs.DType())
	return ExpandAxes(row, 0)
}

// focal is the focal loss of each row, its weights included.
func (l Loss) focal(outputs, truth *Node) *Node {
	chosen := OneHot(truth, outputs.Shape().Dimensions[1], outputs.DType())
	logP := ReduceSum(Mul(LogSoftmax(outputs), chosen), 1)
	rows := Neg(Mul(logP, power(OneMinus(Exp(logP)), l.Gamma)))
	if len(l.Weights) > 0 {
		rows = Mul(rows, ReduceSum(Mul(l.perOutput("class weights", l.Weights, outputs), chosen), 1))
	}
	return rows
}

// power is x to the gamma. x is kept off 0, where the slope of powers below 1 is
// infinite.
func power(x *Node, gamma float64) *Node {
	const tiny = 1e-12
	switch gamma {
	case 0:
		return OnesLike(x)
	case 1:
		return x
	case 2:
		return Square(x)
	}
	return Exp(MulScalar(Log(MaxScalar(x, tiny)), gamma))
}

// crossEntropy follows PyTorch: class weights apply to the smoothed part class by
// class, and the mean divides by the weights of the labels.
func (l Loss) crossEntropy(outputs, truth *Node) (rows, share *Node) {
	classes := outputs.Shape().Dimensions[1]
	logP := LogSoftmax(outputs)
	chosen := OneHot(truth, classes, outputs.DType())
	if len(l.Weights) > 0 {
		weights := l.perOutput("class weights", l.Weights, outputs)
		chosen = Mul(chosen, weights)
		share = ReduceSum(chosen, 1)
		if l.Smoothing > 0 {
			rows = Neg(ReduceMean(Mul(logP, weights), 1))
		}
	} else if l.Smoothing > 0 {
		rows = Neg(ReduceMean(logP, 1))
	}
	labelled := Neg(ReduceSum(Mul(logP, chosen), 1))
	if rows == nil {
		return labelled, share
	}
	return Add(MulScalar(labelled, 1-l.Smoothing), MulScalar(rows, l.Smoothing)), share
}
