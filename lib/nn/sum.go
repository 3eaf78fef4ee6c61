package nn

import (
	. "github.com/gomlx/gomlx/core/graph"
	"graft/lib/device"
)

// unrolled is how many images channelSum adds in one expression. More cost
// compilation and time (bench/NOTES.md).
const unrolled = 8

// channelSum applies term to in, each [batch, ..., channels], and sums the result
// over all axes but the last. term must be element-wise.
//
// XLA on CPU (PJRT 0.106) reduces to the innermost axis with one strided loop per
// channel. Here the batch is cut up first and term is applied to the pieces: one
// vectorised expression that leaves an eighth of the numbers to the reduction. To sum
// pieces of the finished term instead is ten times slower, because XLA then writes
// the term to memory (bench/NOTES.md). On GPUs its own reduction is the faster one.
func channelSum(term func(in ...*Node) *Node, in ...*Node) *Node {
	axes := make([]int, in[0].Rank()-1)
	for i := range axes {
		axes[i] = i
	}
	if in[0].Rank() < 3 || device.KindOf(in[0].Graph().Backend()) == device.CUDA {
		return ReduceSum(term(in...), axes...)
	}
	return ReduceSum(batchSum(term, in), axes...)
}

// batchSum adds the images of term in groups of equal size: [group, ...], where
// group is 1 for up to 8 images.
func batchSum(term func(in ...*Node) *Node, in []*Node) *Node {
	n := in[0].Shape().Dimensions[0]
	terms := min(n, unrolled)
	group := n / terms
	var sum *Node
	for i := range terms {
		sum = plus(sum, term(images(in, i*group, (i+1)*group)...))
	}
	if done := terms * group; done < n {
		return Concatenate([]*Node{sum, batchSum(term, images(in, done, n))}, 0)
	}
	return sum
}

// images are images [from, to) of each batch.
func images(in []*Node, from, to int) []*Node {
	out := make([]*Node, len(in))
	for i, x := range in {
		out[i] = Slice(x, AxisRange(from, to))
	}
	return out
}

func itself(in ...*Node) *Node { return in[0] }

func product(in ...*Node) *Node { return Mul(in[0], in[1]) }
