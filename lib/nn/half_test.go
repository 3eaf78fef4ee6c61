package nn

import (
	"testing"

	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/stretchr/testify/require"
)

// TestDepthwiseInHalfPrecision compares a convolution of bfloat16 numbers, and its
// gradients, with the same in float32: only the results may be rounded. The gradient
// of the kernel was once a sum of thousands of products, rounded one by one, and off
// by half.
func TestDepthwiseInHalfPrecision(t *testing.T) {
	c := Conv{Kernel: 3, In: 8, Out: 8, Depthwise: true}
	in := func(dt dtypes.DType, x *Node) *Node { return ConvertDType(ConvertDType(x, dtypes.BFloat16), dt) }
	both := func(dt dtypes.DType) func(x, k *Node) []*Node {
		return func(x, k *Node) []*Node {
			y := ConvertDType(c.convolve(in(dt, x), in(dt, k)), dtypes.Float32)
			return append(Gradient(ReduceAllSum(Square(y)), x, k), y)
		}
	}
	x, k := noise(1, 16, 28, 28, 8), noise(2, 3, 3, 1, 8)
	want, err := CallOnceN(backend(t), both(dtypes.Float32), x, k)
	require.NoError(t, err)
	got, err := CallOnceN(backend(t), both(dtypes.BFloat16), x, k)
	require.NoError(t, err)
	for i := range want {
		w, g := flat(t, want[i]), flat(t, got[i])
		worst, largest := float32(0), float32(0)
		for j := range w {
			worst, largest = max(worst, w[j]-g[j], g[j]-w[j]), max(largest, w[j], -w[j])
		}
		require.Less(t, worst/largest, float32(1)/128, "result %d", i)
	}
}
