package nn

import (
	. "github.com/gomlx/gomlx/core/graph"
)

// MaxPooling takes the largest value of each square window, with (Window-1)/2
// places of padding on every side that never win.
type MaxPooling struct{ Window, Stride int }

// Apply maps x [batch, height, width, channels] to [batch, h, w, channels].
func (p MaxPooling) Apply(x *Node) *Node {
	side := [2]int{(p.Window - 1) / 2, (p.Window - 1) / 2}
	return MaxPool(x).WindowPerAxis(p.Window, p.Window).Strides(p.Stride).PaddingPerDim([][2]int{side, side}).Done()
}

// GlobalMean averages x [batch, height, width, channels] over space: [batch,
// channels].
func GlobalMean(x *Node) *Node { return ReduceMean(x, 1, 2) }
