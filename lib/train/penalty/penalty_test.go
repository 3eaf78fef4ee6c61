package penalty

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/stretchr/testify/require"
	"graft/lib/device"
)

// evaluate runs a graph function once on the device and returns its results flat.
func evaluate(t *testing.T, fn func(in []*graph.Node) []*graph.Node, args ...any) (flat [][]float32) {
	t.Helper()
	dev, err := device.Open(t.Context())
	require.NoError(t, err)
	out, err := graph.CallOnceN(dev.Backend, fn, args...)
	require.NoError(t, err)
	for _, r := range out {
		values, err := tensors.CopyFlatData[float32](r)
		require.NoError(t, err)
		flat = append(flat, values)
	}
	return flat
}

// TestSpectrum compares sums of squared small singular values, and their slopes, with
// PyTorch's decomposition.
func TestSpectrum(t *testing.T) {
	var cases []struct {
		Rows, Count        int
		Features, Gradient []float32
		Value              float64
	}
	raw, err := os.ReadFile("testdata/spectra.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &cases))
	require.Len(t, cases, 5)
	for _, c := range cases {
		out := evaluate(t, func(in []*graph.Node) []*graph.Node {
			v := Spectrum(in[0], c.Count)
			return append([]*graph.Node{v}, graph.Gradient(v, in[0])...)
		}, tensors.FromFlatDataAndDimensions(c.Features, c.Rows, len(c.Features)/c.Rows))
		require.InDelta(t, c.Value, out[0][0], 1e-3)
		require.InDeltaSlice(t, c.Gradient, out[1], 1e-3)
	}
}

// TestPull is the gradient of what it says it is the gradient of.
func TestPull(t *testing.T) {
	out := evaluate(t, func(in []*graph.Node) []*graph.Node {
		value, start, factor := in[0], in[1], in[2]
		held := graph.MulScalar(graph.Mul(graph.ReduceAllSum(graph.Square(graph.Sub(value, start))), factor), 0.5)
		small := graph.MulScalar(graph.Mul(graph.ReduceAllSum(graph.Square(value)), factor), 0.5)
		return []*graph.Node{
			graph.Gradient(held, value)[0], Pull(value, start, factor),
			graph.Gradient(small, value)[0], Pull(value, nil, factor),
		}
	}, []float32{1, -2, 3}, []float32{0.5, 2, 3}, float32(0.3))
	require.InDeltaSlice(t, []float32{0.15, -1.2, 0}, out[1], 1e-6)
	require.InDeltaSlice(t, out[0], out[1], 1e-6)
	require.InDeltaSlice(t, []float32{0.3, -0.6, 0.9}, out[3], 1e-6)
	require.InDeltaSlice(t, out[2], out[3], 1e-6)
}

// TestDistance: rows that weigh nothing do not count, all axes but the first do, and
// nothing is learned about the start.
func TestDistance(t *testing.T) {
	out := evaluate(t, func(in []*graph.Node) []*graph.Node {
		d := Distance(in[:2], in[2:4], in[4])
		return append([]*graph.Node{d}, graph.Gradient(d, in[0], in[2])...)
	}, [][]float32{{1, 2}, {3, 4}, {9, 9}}, [][][]float32{{{1}, {1}}, {{2}, {2}}, {{9}, {9}}},
		[][]float32{{0, 0}, {3, 3}, {0, 0}}, [][][]float32{{{1}, {0}}, {{2}, {0}}, {{0}, {0}}},
		[]float32{1, 1, 0})
	require.InDelta(t, ((1+4)+1+1+4)/2.0/2, out[0][0], 1e-6)
	require.InDeltaSlice(t, []float32{0.5, 1, 0, 0.5, 0, 0}, out[1], 1e-6)
	require.InDeltaSlice(t, make([]float32, 6), out[2], 0)
}

// TestDistanceOfNothing: a batch in which nothing weighs anything is no NaN.
func TestDistanceOfNothing(t *testing.T) {
	out := evaluate(t, func(in []*graph.Node) []*graph.Node {
		return []*graph.Node{Distance(in[:1], in[1:2], in[2])}
	}, [][]float32{{1}}, [][]float32{{2}}, []float32{0})
	require.False(t, math.IsNaN(float64(out[0][0])))
}
