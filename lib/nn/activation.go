package nn

import (
	"fmt"

	. "github.com/gomlx/gomlx/core/graph"
)

// Activation is a function of each value by itself.
type Activation uint8

// The activations of published backbones.
const (
	None Activation = iota
	ReLU
	ReLU6 // ReLU cut off at 6
)

// Apply maps x to the same shape.
func (a Activation) Apply(x *Node) *Node {
	zero := ScalarZero(x.Graph(), x.DType())
	switch a {
	case None:
		return x
	case ReLU:
		return Max(x, zero)
	case ReLU6:
		return Min(Max(x, zero), Scalar(x.Graph(), x.DType(), 6))
	}
	panic(fmt.Errorf("nn: unknown activation %d", uint8(a)))
}
