package nn

import (
	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
)

// depthwise convolves every channel of x [batch, height, width, channels] with its
// own kernel [kh, kw, 1, channels], as a sum of shifted products. XLA's grouped
// convolution takes three to seven times as long on CPU, and the automatic
// gradient of the shifted form another two to forty (bench/NOTES.md), so the
// backward pass is written out here.
//
// Numbers of less than float32's precision are added up in float32, as libraries for
// GPUs do: only results are rounded.
func depthwise(x, kernel *Node, w window) *Node {
	if x.DType() == dtypes.BFloat16 || x.DType() == dtypes.Float16 {
		wide := depthwise(ConvertDType(x, dtypes.Float32), ConvertDType(kernel, dtypes.Float32), w)
		return ConvertDType(wide, x.DType())
	}
	padded := w.pad(x, ScalarZero(x.Graph(), x.DType()))
	var y *Node
	w.each(padded, func(view *Node, i, j int) { y = plus(y, Mul(view, at(kernel, i, j))) })
	return custom(y, func(dy *Node) []*Node {
		toInput := w.back(func(views []*Node, i, j int) *Node { return Mul(views[0], at(kernel, i, j)) }, dy)
		return []*Node{toInput, depthwiseToKernel(padded, kernel, dy, w)}
	}, x, kernel)
}

// at is the kernel's value at one place, ready to multiply an image: [1, 1, 1,
// channels].
func at(kernel *Node, i, j int) *Node {
	return Slice(kernel, AxisElem(i), AxisElem(j), AxisRange(), AxisRange())
}

// depthwiseToKernel sums view times dy over batch and space, place by place.
func depthwiseToKernel(padded, kernel, dy *Node, w window) *Node {
	var places []*Node
	w.each(padded, func(view *Node, _, _ int) { places = append(places, channelSum(product, view, dy)) })
	return Reshape(Stack(places, 0), kernel.Shape().Dimensions...)
}
