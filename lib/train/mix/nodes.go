package mix

import (
	"errors"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
)

// Nodes are a [Mixture] in the graph of a step, so that another one compiles nothing.
type Nodes struct {
	Partners    *Node // [batch] of int32
	Share, Kept *Node // scalars

	Top, Bottom, Left, Right *Node // scalars, of the box
}

// Blend is x [batch, ...] with Kept of each example's own numbers, the rest its
// partner's.
func (n Nodes) Blend(x *Node) *Node { return n.blend(x, n.Partner(x)) }

func (n Nodes) blend(x, partners *Node) *Node {
	return Add(Mul(x, n.Kept), Mul(partners, OneMinus(n.Kept)))
}

// Cut is x, images [batch, height, width, channels], blended, and inside the box all of
// the partner's.
func (n Nodes) Cut(x *Node) *Node {
	if x.Rank() != 4 {
		panic(errors.New("CutMix needs images [batch, height, width, channels]"))
	}
	partners := n.Partner(x)
	inside := LogicalAnd(between(x, 1, n.Top, n.Bottom), between(x, 2, n.Left, n.Right))
	return Where(BroadcastToShape(inside, x.Shape()), partners, n.blend(x, partners))
}

// between says where the index along axis of x is in a range: [1, ..., n, ..., 1],
// broadcast to x.
func between(x *Node, axis int, low, high *Node) *Node {
	dims := []int{1, 1, 1, 1}
	dims[axis] = x.Shape().Dimensions[axis]
	at := Iota(x.Graph(), shapes.Make(dtypes.Float32, dims...), axis)
	at = BroadcastToShape(at, shapes.Make(dtypes.Float32, x.Shape().Dimensions...))
	return LogicalAnd(GreaterOrEqual(at, low), LessThan(at, high))
}

// Partner takes of each example its partner's row of x.
func (n Nodes) Partner(x *Node) *Node { return Gather(x, ExpandAxes(n.Partners, -1)) }

// Both is what an example's own label and its partner's say together, by their shares.
func (n Nodes) Both(own, partners *Node) *Node {
	return Add(Mul(own, n.Share), Mul(partners, OneMinus(n.Share)))
}
