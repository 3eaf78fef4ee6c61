package nn

import (
	. "github.com/gomlx/gomlx/core/graph"
)

// depthwise convolves every channel of x [batch, height, width, channels] with its
// own kernel [kh, kw, 1, channels], as a sum of shifted products. XLA's grouped
// convolution takes three to seven times as long on CPU, and the automatic
// gradient of the shifted form another two to forty (bench/NOTES.md), so the
// backward pass is written out here.
func depthwise(x, kernel *Node, stride int, rows, cols [2]int) *Node {
	kernel = Squeeze(kernel, 2)
	padded := padImage(x, rows, cols, 1)
	y := shifted(padded, kernel, stride)
	return custom(y, func(dy *Node) []*Node {
		return []*Node{
			depthwiseToInput(x, kernel, dy, stride, rows, cols),
			depthwiseToKernel(padded, kernel, dy, stride),
		}
	}, x, kernel)
}

// shifted is the sum over the kernel's places of a shifted view of padded times
// the kernel's value there.
func shifted(padded, kernel *Node, stride int) *Node {
	var sum *Node
	eachShift(padded, kernel, stride, func(view *Node, i, j int) {
		k := Slice(kernel, AxisElem(i), AxisElem(j), AxisRange())
		term := Mul(view, ExpandLeftToRank(Squeeze(k, 0, 1), 4))
		if sum == nil {
			sum = term
			return
		}
		sum = Add(sum, term)
	})
	return sum
}

// eachShift visits the view of padded that each place of the kernel sees.
func eachShift(padded, kernel *Node, stride int, visit func(view *Node, i, j int)) {
	d, k := padded.Shape().Dimensions, kernel.Shape().Dimensions
	outH, outW := (d[1]-k[0])/stride+1, (d[2]-k[1])/stride+1
	for i := range k[0] {
		for j := range k[1] {
			visit(Slice(padded, AxisRange(), span(i, outH, stride), span(j, outW, stride), AxisRange()), i, j)
		}
	}
}

// span is n places from start, stride apart.
func span(start, n, stride int) SliceAxisSpec {
	return AxisRange(start, start+(n-1)*stride+1).Stride(stride)
}

// depthwiseToInput is the same form once more: dy, spread out by the stride,
// under the kernel turned round.
func depthwiseToInput(x, kernel, dy *Node, stride int, rows, cols [2]int) *Node {
	k := kernel.Shape().Dimensions
	around := func(axis int, before int) [2]int {
		spread := (dy.Shape().Dimensions[axis]-1)*stride + 1
		lead := k[axis-1] - 1 - before
		return [2]int{lead, x.Shape().Dimensions[axis] + k[axis-1] - 1 - spread - lead}
	}
	return shifted(padImage(dy, around(1, rows[0]), around(2, cols[0]), stride), Reverse(kernel, 0, 1), 1)
}

// depthwiseToKernel sums view times dy over batch and space, place by place.
func depthwiseToKernel(padded, kernel, dy *Node, stride int) *Node {
	var places []*Node
	eachShift(padded, kernel, stride, func(view *Node, _, _ int) {
		places = append(places, ReduceSum(Mul(view, dy), 0, 1, 2))
	})
	return Reshape(Stack(places, 0), kernel.Shape().Dimensions...)
}

// padImage puts zeros round height and width, and stride-1 of them between
// neighbours. Negative sides cut off.
func padImage(x *Node, rows, cols [2]int, stride int) *Node {
	zero := ScalarZero(x.Graph(), x.DType())
	between := stride - 1
	return Pad(x, zero, PadAxis{}, PadAxis{Start: rows[0], End: rows[1], Interior: between},
		PadAxis{Start: cols[0], End: cols[1], Interior: between}, PadAxis{})
}
