package nn

import (
	"fmt"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/stretchr/testify/require"
	"graft/lib/device"
)

// TestWinograd compares the transformed convolution with the definition, and its
// hand-written backward pass with finite differences, where tiles fit and where they
// do not.
func TestWinograd(t *testing.T) {
	for _, size := range [][2]int{{8, 12}, {9, 7}, {1, 5}, {6, 3}} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			c := Conv{Kernel: 3, In: 3, Out: 4}
			x, k := noise(1, 2, size[0], size[1], 3), noise(2, 3, 3, 3, 4)
			got, err := CallOnce(backend(t), winograd, x, k)
			require.NoError(t, err)
			require.Equal(t, []int{2, size[0], size[1], 4}, got.Shape().Dimensions)
			near(t, convolved(t, c, x, k), flat(t, got), 1e-4)
			checkGradient(t, func(in []*Node) *Node { return winograd(in[0], in[1]) }, 1, 1e-3, x, k)
		})
	}
}

// TestWinogradPays names layers of ResNets and VGGs on either side of the decision,
// which XLA on the CPU alone has to take.
func TestWinogradPays(t *testing.T) {
	for _, c := range []struct {
		batch, side, in, out int
		want                 bool
	}{
		{16, 56, 64, 64, false}, {16, 28, 128, 128, true}, {16, 14, 256, 256, true}, {16, 7, 512, 512, true},
		{4, 7, 512, 512, true}, {2, 7, 512, 512, false}, {1, 14, 256, 256, true},
		{1, 112, 128, 128, false}, {1, 56, 128, 128, true}, {1, 56, 256, 256, true}, {1, 14, 512, 512, true}, {1, 28, 3, 3, false},
	} {
		var pays bool
		_, err := CallOnce(backend(t), func(x *Node) *Node {
			pays = winogradPays(x, c.out)
			return x
		}, noise(1, c.batch, c.side, c.side, c.in))
		require.NoError(t, err)
		require.Equal(t, c.want && device.KindOf(backend(t)) == device.CPU, pays, "%+v", c)
	}
}
