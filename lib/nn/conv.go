package nn

import (
	"fmt"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// Padding is the rule by which zeros are put round an image.
type Padding uint8

// The two rules of published backbones.
const (
	// Centred puts (kernel-1)/2 zeros on every side, as PyTorch models do.
	Centred Padding = iota
	// Same is TensorFlow's 'SAME': as many zeros as give ceil(size/stride)
	// outputs, the odd one at the bottom and on the right.
	Same
)

// Sides returns the zeros before and after one axis of size pixels.
func (p Padding) Sides(size, kernel, stride int) (before, after int) {
	if p == Centred {
		return (kernel - 1) / 2, (kernel - 1) / 2
	}
	outputs := (size + stride - 1) / stride
	total := max(0, (outputs-1)*stride+kernel-size)
	return total / 2, total - total/2
}

// Conv is a square two-dimensional convolution without dilation.
type Conv struct {
	Name      string // PyTorch's module name
	In, Out   int    // channels
	Kernel    int    // side in pixels; 0 means 1
	Stride    int    // 0 means 1
	Padding   Padding
	Depthwise bool // each channel by itself; needs In == Out
	Bias      bool
}

func (c Conv) kernel() int { return max(1, c.Kernel) }
func (c Conv) stride() int { return max(1, c.Stride) }

// Params lists the kernel and, if there is one, the bias.
func (c Conv) Params() []Param {
	if c.Bias {
		return []Param{c.weight(), c.bias()}
	}
	return []Param{c.weight()}
}

func (c Conv) weight() Param {
	in := c.In
	if c.Depthwise {
		in = 1
	}
	return Param{c.Name + ".weight", []int{c.Out, in, c.kernel(), c.kernel()}, Weight}
}

func (c Conv) bias() Param { return Param{c.Name + ".bias", []int{c.Out}, Bias} }

// Apply maps x [batch, height, width, In] to [batch, h, w, Out]. It computes in the
// precision that the kernel has in the graph, which mixed precision lowers, and
// returns that of x.
func (c Conv) Apply(scope *model.Scope, x *Node) *Node {
	if x.Rank() != 4 || x.Shape().Dimensions[3] != c.In {
		panic(fmt.Errorf("nn: convolution %q wants [batch, height, width, %d], got %s", c.Name, c.In, x.Shape()))
	}
	kernel := c.weight().node(scope, x)
	y := ConvertDType(c.convolve(ConvertDType(x, kernel.DType()), kernel), x.DType())
	if c.Bias {
		y = Add(y, ExpandLeftToRank(c.bias().node(scope, x), 4))
	}
	return y
}

func (c Conv) convolve(x, kernel *Node) *Node {
	h, w := x.Shape().Dimensions[1], x.Shape().Dimensions[2]
	switch {
	case c.Depthwise:
		return depthwise(x, kernel, window{c.kernel(), c.stride(), c.sides(h), c.sides(w), h, w})
	case c.kernel() == 1:
		return pointwise(x, kernel, c.stride())
	case c.kernel() == 3 && c.stride() == 1 && c.Padding == Centred && winogradPays(x, c.Out):
		return winograd(x, kernel)
	}
	return Convolve(x, kernel).Strides(c.stride()).PaddingPerDim([][2]int{c.sides(h), c.sides(w)}).Done()
}

func (c Conv) sides(size int) [2]int {
	before, after := c.Padding.Sides(size, c.kernel(), c.stride())
	return [2]int{before, after}
}

// pointwise is the 1x1 convolution as one matrix product, which every backend is
// fast at, the pure Go one included.
func pointwise(x, kernel *Node, stride int) *Node {
	if stride > 1 {
		x = Slice(x, AxisRange(), AxisRange().Stride(stride), AxisRange().Stride(stride), AxisRange())
	}
	in, out := kernel.Shape().Dimensions[2], kernel.Shape().Dimensions[3]
	d := x.Shape().Dimensions
	y := MatMul(Reshape(x, d[0]*d[1]*d[2], in), Reshape(kernel, in, out))
	return Reshape(y, d[0], d[1], d[2], out)
}
