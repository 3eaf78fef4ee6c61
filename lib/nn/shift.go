package nn

import (
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
)

// window is a square window that slides over an image [batch, height, width,
// channels]: what depthwise convolution and pooling share. Both are written as
// sums, or maxima, over the places of the window, each place seeing a shifted view
// of the whole image, which XLA turns into one vectorised loop.
type window struct {
	kernel, stride int
	rows, cols     [2]int // padding
	height, width  int    // of the image
}

func (w window) outHeight() int { return (w.height+w.rows[0]+w.rows[1]-w.kernel)/w.stride + 1 }
func (w window) outWidth() int  { return (w.width+w.cols[0]+w.cols[1]-w.kernel)/w.stride + 1 }

// each visits the view that place (i, j) has of the padded image: [batch,
// outHeight, outWidth, channels].
func (w window) each(padded *Node, visit func(view *Node, i, j int)) {
	for i := range w.kernel {
		for j := range w.kernel {
			rows, cols := span(i, w.outHeight(), w.stride), span(j, w.outWidth(), w.stride)
			visit(Slice(padded, AxisRange(), rows, cols, AxisRange()), i, j)
		}
	}
}

// span is n indices from start, stride apart.
func span(start, n, stride int) SliceAxisSpec {
	return AxisRange(start, start+(n-1)*stride+1).Stride(stride)
}

// pad puts value round the image.
func (w window) pad(x, value *Node) *Node {
	return Pad(x, value, PadAxis{}, PadAxis{Start: w.rows[0], End: w.rows[1]}, PadAxis{Start: w.cols[0], End: w.cols[1]}, PadAxis{})
}

// back is the adjoint of each. It returns the image in which every pixel holds the
// sum, over the places that saw it, of term at the output that did. term gets the
// view that the pixels have of each of outputs, which are padded with zeros.
//
// Pixels are done in stride*stride classes by their remainders, each of which is
// seen by its own places only, and then woven together: the usual form, outputs
// spread out by zeros, multiplies mostly zeros.
func (w window) back(term func(views []*Node, i, j int) *Node, outputs ...*Node) *Node {
	s := w.stride
	row, col := w.reach(w.rows[0], w.height, w.outHeight()), w.reach(w.cols[0], w.width, w.outWidth())
	padded := make([]*Node, len(outputs))
	for n, y := range outputs {
		padded[n] = Pad(y, ScalarZero(y.Graph(), y.DType()), PadAxis{}, row.pad, col.pad, PadAxis{})
	}
	var lines []*Node
	for a := range s {
		var classes []*Node
		for b := range s {
			classes = append(classes, w.class(term, padded, row, col, a, b))
		}
		lines = append(lines, weave(classes, 2))
	}
	return Slice(weave(lines, 1), AxisRange(), AxisRange(0, w.height), AxisRange(0, w.width), AxisRange())
}

// class is the sum of back for the pixels with remainders a and b.
func (w window) class(term func([]*Node, int, int) *Node, padded []*Node, row, col reach, a, b int) *Node {
	var sum *Node
	for i := (a + w.rows[0]) % w.stride; i < w.kernel; i += w.stride {
		for j := (b + w.cols[0]) % w.stride; j < w.kernel; j += w.stride {
			top, left := row.pad.Start+(a+w.rows[0]-i)/w.stride, col.pad.Start+(b+w.cols[0]-j)/w.stride
			views := make([]*Node, len(padded))
			for n, p := range padded {
				views[n] = Slice(p, AxisRange(), span(top, row.pixels, 1), span(left, col.pixels, 1), AxisRange())
			}
			sum = plus(sum, term(views, i, j))
		}
	}
	if sum == nil { // a kernel smaller than its stride leaves pixels unseen
		d := padded[0].Shape().Dimensions
		return Zeros(padded[0].Graph(), shapes.Make(padded[0].DType(), d[0], row.pixels, col.pixels, d[3]))
	}
	return sum
}

// reach is how far the pixels of one class look along one axis of the outputs.
type reach struct {
	pixels int // in a class
	pad    PadAxis
}

func (w window) reach(before, size, outputs int) reach {
	pixels := (size + w.stride - 1) / w.stride
	lead, trail := max(0, w.kernel-1-before)/w.stride, (w.stride-1+before)/w.stride
	return reach{pixels, PadAxis{Start: lead, End: max(0, pixels+trail-outputs)}}
}

// weave puts images of equal shape side by side, pixel by pixel, along axis.
func weave(images []*Node, axis int) *Node {
	if len(images) == 1 {
		return images[0]
	}
	d := append([]int(nil), images[0].Shape().Dimensions...)
	d[axis] *= len(images)
	return Reshape(Stack(images, axis+1), d...)
}

func plus(sum, term *Node) *Node {
	if sum == nil {
		return term
	}
	return Add(sum, term)
}
