package nn

import (
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/stretchr/testify/require"
)

// TestChannelSum compares with a plain reduction, also where the batch does not
// divide into groups.
func TestChannelSum(t *testing.T) {
	for _, n := range []int{1, 3, 32, 70} {
		x, y := noise(1, n, 3, 2, 5), noise(2, n, 3, 2, 5)
		out, err := CallOnceN(backend(t), func(x, y *Node) []*Node {
			return []*Node{channelSum(product, x, y), ReduceSum(Mul(x, y), 0, 1, 2)}
		}, x, y)
		require.NoError(t, err)
		near(t, flat(t, out[1]), flat(t, out[0]), 1e-3)
	}
}
