// Package penalty has what holds a network back while it learns from few examples: terms
// that are added to the loss, or to its gradient, and look at parameters and features.
// Each is a weight that is data, saved as JSON, and a graph. It does not know which
// parameters learn or where they started, as opposed to package train, which gives it
// those and has the options; package loss compares outputs with the truth.
//
//	pull := penalty.Pull(now, start, factor)                 // L2-SP, in the gradient
//	drift := penalty.Distance(features, before, weight)      // DELTA
//	narrow := penalty.Spectrum(features[len(features)-1], 1) // BSS
package penalty

import . "github.com/gomlx/gomlx/core/graph"

// L2SP are the factors of L2-SP (Li et al. 2018); zeros are off.
type L2SP struct {
	Start float64 `json:"start,omitempty"` // of the backbone's way from its start
	Head  float64 `json:"head,omitempty"`  // of the head's size
}

// BSS are the factor of batch spectral shrinkage (Chen et al. 2019), 0 is off, and how
// many singular values it counts; 0 means 1.
type BSS struct {
	Weight float64 `json:"weight,omitempty"`
	Count  int     `json:"count,omitempty"`
}

// Pull is the gradient of factor/2 |value - start|^2, what L2-SP adds to the gradient of
// a parameter; factor is a scalar. Without a start, nil, it pulls towards zero.
func Pull(value, start, factor *Node) *Node {
	if start != nil {
		value = Sub(value, start)
	}
	return Mul(value, factor)
}

// Distance is half the squared distance between the features that stages give now and
// gave at the start, [batch, ...] each, as the mean over the examples that weigh
// something; weight is [batch]. No gradient follows the start. DELTA is a factor times
// this.
func Distance(now, start []*Node, weight *Node) *Node {
	var rows *Node
	for i := range now {
		d := Square(Sub(now[i], StopGradient(start[i])))
		d = ReduceSum(Reshape(d, d.Shape().Dimensions[0], -1), 1)
		if rows != nil {
			d = Add(rows, d)
		}
		rows = d
	}
	return MulScalar(Div(ReduceAllSum(Mul(rows, weight)), MaxScalar(ReduceAllSum(weight), 1e-12)), 0.5)
}
