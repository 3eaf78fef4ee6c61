package nn

import (
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
)

// MaxPooling takes the largest value of each square window, with (Window-1)/2
// places of padding on every side that never win. The gradient goes to the first
// of equal values, as PyTorch's does.
type MaxPooling struct{ Window, Stride int }

// Apply maps x [batch, height, width, channels] to [batch, h, w, channels].
func (p MaxPooling) Apply(x *Node) *Node {
	d, side := x.Shape().Dimensions, [2]int{(p.Window - 1) / 2, (p.Window - 1) / 2}
	w := window{p.Window, p.Stride, side, side, d[1], d[2]}
	padded := w.pad(x, Infinity(x.Graph(), x.DType(), -1))
	var y *Node
	w.each(padded, func(view *Node, _, _ int) {
		if y == nil {
			y = view
			return
		}
		y = Max(y, view)
	})
	return custom(y, func(dy *Node) []*Node {
		return []*Node{w.back(func(views []*Node, i, j int) *Node {
			won := Equal(views[1], Scalar(x.Graph(), dtypes.Int8, w.number(i, j)))
			return Where(won, views[0], ZerosLike(views[0]))
		}, dy, w.winners(padded, y))}
	}, x)
}

// number tells the places of a window apart; 0 is no place.
func (w window) number(i, j int) int { return 1 + i*w.kernel + j }

// winners is, for each maximum, the number of the first place that holds it.
func (w window) winners(padded, y *Node) *Node {
	winner := Zeros(y.Graph(), shapes.Make(dtypes.Int8, y.Shape().Dimensions...))
	none := ScalarZero(y.Graph(), dtypes.Int8)
	w.each(padded, func(view *Node, i, j int) {
		first := LogicalAnd(Equal(view, y), Equal(winner, none))
		winner = Where(first, Scalar(y.Graph(), dtypes.Int8, w.number(i, j)), winner)
	})
	return winner
}

// GlobalMean averages x [batch, height, width, channels] over space: [batch,
// channels].
func GlobalMean(x *Node) *Node { return ReduceMean(x, 1, 2) }
