package nn

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// BatchNorm normalises each channel (Ioffe and Szegedy 2015), with PyTorch's
// meaning of every constant. In inference mode it is
//
//	(x - running_mean) / sqrt(running_var + Epsilon) * weight + bias
//
// and changes nothing; this is also what frozen means. While training, mean and
// variance are those of the batch, and the running ones move towards them by
// Momentum, the variance as its unbiased estimate. The new running values are
// set in the graph, so GoMLX's executors store them after each step.
type BatchNorm struct {
	Name     string
	Channels int
	Epsilon  float64 // 0 means 1e-5
	Momentum float64 // weight of the newest batch; 0 means 0.1
}

func (n BatchNorm) epsilon() float64 {
	if n.Epsilon == 0 {
		return 1e-5
	}
	return n.Epsilon
}

func (n BatchNorm) momentum() float64 {
	if n.Momentum == 0 {
		return 0.1
	}
	return n.Momentum
}

// Params lists scale, offset and the running statistics, in PyTorch's order.
func (n BatchNorm) Params() []Param {
	shape := []int{n.Channels}
	return []Param{
		{n.Name + ".weight", shape, Scale}, {n.Name + ".bias", shape, Offset},
		{n.Name + ".running_mean", shape, RunningMean}, {n.Name + ".running_var", shape, RunningVar},
	}
}

// Apply normalises x [..., Channels].
func (n BatchNorm) Apply(scope *model.Scope, x *Node, mode Mode) *Node {
	p := n.Params()
	scale, offset := p[0].node(scope, x), p[1].node(scope, x)
	if mode.Training {
		return n.train(x, scale, offset, p[2].variable(scope), p[3].variable(scope))
	}
	mean, variance := p[2].node(scope, x), p[3].node(scope, x)
	factor := Mul(scale, Rsqrt(AddScalar(variance, n.epsilon())))
	shift := Sub(offset, Mul(mean, factor))
	return Add(Mul(x, ExpandLeftToRank(factor, x.Rank())), ExpandLeftToRank(shift, x.Rank()))
}

// train is the training form with its backward pass written out: the automatic one
// goes through mean and variance separately and makes more passes over x.
func (n BatchNorm) train(x, scale, offset *Node, runningMean, runningVar *model.Variable) *Node {
	rank := x.Rank()
	mean, variance := moments(x)
	n.follow(x, mean, variance, runningMean, runningVar)
	inverse := Rsqrt(AddScalar(variance, n.epsilon()))
	factor := Mul(scale, inverse)
	y := Add(Mul(x, ExpandLeftToRank(factor, rank)), ExpandLeftToRank(Sub(offset, Mul(mean, factor)), rank))
	return custom(y, func(dy *Node) []*Node {
		centre := ExpandLeftToRank(mean, rank)
		centred := Sub(x, centre)
		sumDy := channelSum(itself, dy)
		sumDyX := channelSum(func(in ...*Node) *Node { return Mul(in[0], Sub(in[1], centre)) }, dy, x)
		count := float64(x.Shape().Size() / n.Channels)
		slope := MulScalar(Mul(sumDyX, Square(inverse)), 1/count)
		dx := Sub(Sub(dy, ExpandLeftToRank(MulScalar(sumDy, 1/count), rank)), Mul(centred, ExpandLeftToRank(slope, rank)))
		return []*Node{Mul(dx, ExpandLeftToRank(factor, rank)), Mul(sumDyX, inverse), sumDy}
	}, x, scale, offset)
}

// follow moves the running statistics towards those of the batch.
func (n BatchNorm) follow(x, mean, variance *Node, runningMean, runningVar *model.Variable) {
	count := float64(x.Shape().Size() / n.Channels)
	unbiased := MulScalar(variance, count/max(1, count-1))
	move := func(v *model.Variable, now *Node) {
		old := v.NodeValue(x)
		v.SetNodeValue(StopGradient(Add(old, MulScalar(Sub(now, old), n.momentum()))))
	}
	move(runningMean, mean)
	move(runningVar, unbiased)
}

// moments are mean and biased variance of each channel in one pass over x. Sums of
// squares cancel badly in float32 where the mean is many deviations from zero, so x
// is first shifted by a guess of the mean: that of the batch's middle pixels.
func moments(x *Node) (mean, variance *Node) {
	count := float64(x.Shape().Size() / channels(x))
	guess := middle(x)
	origin := ExpandLeftToRank(guess, x.Rank())
	shift := func(in ...*Node) *Node { return Sub(in[0], origin) }
	offset := MulScalar(channelSum(shift, x), 1/count)
	square := MulScalar(channelSum(func(in ...*Node) *Node { return Square(shift(in...)) }, x), 1/count)
	variance = Sub(square, Square(offset))
	return Add(guess, offset), MaxScalar(variance, 0)
}

// middle is the mean over the batch of the pixel in the middle: [channels].
func middle(x *Node) *Node {
	spec := make([]SliceAxisSpec, x.Rank())
	for axis := range spec {
		spec[axis] = AxisRange()
		if axis > 0 && axis < x.Rank()-1 {
			spec[axis] = AxisElem(x.Shape().Dimensions[axis] / 2)
		}
	}
	pixels := Slice(x, spec...)
	return MulScalar(channelSum(itself, pixels), 1/float64(x.Shape().Dimensions[0]))
}

func channels(x *Node) int { return x.Shape().Dimensions[x.Rank()-1] }
