package nn

import (
	. "github.com/gomlx/gomlx/core/graph"
)

// custom returns out with backward as its gradient to in. backward gets the
// gradient of out and returns one of each of in, nil for none.
//
// GoMLX v0.28.1 offers a custom gradient for the identity of one input only. So
// each input is tied to the result by a path that is never taken, select(false,
// tie, out), which XLA drops: its automatic gradient leads to the hooks on the
// inputs, and these return what backward says.
func custom(out *Node, backward func(dy *Node) []*Node, in ...*Node) *Node {
	var dy *Node
	var gradients []*Node
	tie := Scalar(out.Graph(), out.DType(), 0)
	for i, x := range in {
		hooked := IdentityWithCustomGradient(x, func(_, _ *Node) *Node {
			if gradients == nil {
				gradients = backward(dy)
			}
			if gradients[i] == nil {
				return ZerosLike(x)
			}
			return gradients[i]
		})
		tie = Add(tie, first(hooked))
	}
	never := Const(out.Graph(), false)
	tied := Where(never, BroadcastToShape(tie, out.Shape()), StopGradient(out))
	return IdentityWithCustomGradient(tied, func(_, v *Node) *Node {
		dy, gradients = v, nil
		return v
	})
}

// first is the first element of x, a scalar.
func first(x *Node) *Node {
	if x.Rank() == 0 {
		return x
	}
	spec := make([]SliceAxisSpec, x.Rank())
	for i := range spec {
		spec[i] = AxisRange(0, 1)
	}
	return Reshape(Slice(x, spec...))
}
