package mix

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/stretchr/testify/require"
	"graft/lib/device"
)

// TestBeta: mean and variance of draws, in closed form 1/2 and 1/(4 (2 alpha + 1)).
func TestBeta(t *testing.T) {
	for _, alpha := range []float64{0.1, 0.4, 1, 5} {
		rng := rand.New(rand.NewPCG(1, 2))
		const n = 20000
		sum, square := 0.0, 0.0
		for range n {
			v := beta(rng, alpha)
			require.True(t, v >= 0 && v <= 1)
			sum += v - 0.5
			square += (v - 0.5) * (v - 0.5)
		}
		variance := 1 / (4 * (2*alpha + 1))
		require.InDelta(t, 0, sum/n, 4*math.Sqrt(variance/n))
		require.InEpsilon(t, variance, square/n, 0.04)
	}
}

// TestNodes compares mixed batches with timm's, whose last example is the first one's
// partner.
func TestNodes(t *testing.T) {
	var want struct {
		X     []float32
		Cases map[string]struct {
			Share float64
			Box   [4]float64
			Made  []float32
		}
	}
	raw, err := os.ReadFile("testdata/mixed.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &want))
	dev, err := device.Open(t.Context())
	require.NoError(t, err)
	require.Len(t, want.Cases, 2)
	for name, c := range want.Cases {
		kept := c.Share
		if name == "cutmix" {
			kept = 1
		}
		args := []any{tensors.FromFlatDataAndDimensions(want.X, 4, 5, 6, 2), []int32{3, 2, 1, 0}, []float32{10, 20, 30, 40}}
		for _, v := range []float64{c.Share, kept, c.Box[0], c.Box[1], c.Box[2], c.Box[3]} {
			args = append(args, float32(v))
		}
		out, err := graph.CallOnceN(dev.Backend, func(in []*graph.Node) []*graph.Node {
			n := Nodes{Partners: in[1], Share: in[3], Kept: in[4], Top: in[5], Bottom: in[6], Left: in[7], Right: in[8]}
			x := n.Cut(in[0])
			if name == "mixup" {
				x = n.Blend(in[0])
			}
			return []*graph.Node{x, n.Both(in[2], n.Partner(in[2]))}
		}, args...)
		require.NoError(t, err)
		made, err := tensors.CopyFlatData[float32](out[0])
		require.NoError(t, err)
		require.InDeltaSlice(t, c.Made, made, 1e-5, name)
		both, err := tensors.CopyFlatData[float32](out[1])
		require.NoError(t, err)
		require.InDelta(t, 10*c.Share+40*(1-c.Share), both[0], 1e-4)
	}
}

// TestDraw: one alone is that one, each example is a partner once, and the box leaves
// the share.
func TestDraw(t *testing.T) {
	for seed := range uint64(50) {
		m := Draw(rand.New(rand.NewPCG(seed, 1)), 3, 0.4, 0, nil)
		require.Equal(t, m.Share, m.Kept)
		require.Zero(t, m.Box)
		require.ElementsMatch(t, []int32{0, 1, 2}, m.Partners)
		m = Draw(rand.New(rand.NewPCG(seed, 1)), 3, 0, 1, []int{8, 4, 3})
		require.Equal(t, 1.0, m.Kept)
		require.InDelta(t, 1-(m.Box.Bottom-m.Box.Top)*(m.Box.Right-m.Box.Left)/32, m.Share, 1e-12)
		require.True(t, m.Box.Top >= 0 && m.Box.Left >= 0 && m.Box.Bottom <= 8 && m.Box.Right <= 4, "%+v", m.Box)
	}
}
