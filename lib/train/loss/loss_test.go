package loss

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/stretchr/testify/require"
	"graft/lib/device"
	"graft/lib/metric"
)

// lossCase is a case of losses.json.
type lossCase struct {
	Outputs  []float32
	Width    int
	Truth    json.RawMessage
	Loss     float64
	Gradient []float32
}

// truth is what the case's six outputs are compared with, and what a metric gets of the
// first five.
func (c lossCase) truth(t *testing.T) (*tensors.Tensor, metric.Batch) {
	t.Helper()
	var labels []int
	if json.Unmarshal(c.Truth, &labels) == nil {
		indices := make([]int32, len(labels))
		for i, label := range labels {
			indices[i] = int32(label)
		}
		return tensors.FromFlatDataAndDimensions(indices, 6), metric.Batch{Width: c.Width, Labels: labels[:5]}
	}
	var several [][]float32
	require.NoError(t, json.Unmarshal(c.Truth, &several))
	flat := slices.Concat(several...)
	return tensors.FromFlatDataAndDimensions(flat, 6, c.Width), metric.Batch{Width: c.Width, Targets: flat[:5*c.Width]}
}

// TestLosses compares losses and their gradients with PyTorch's: on the device, where
// the last row fills up the batch, and as a metric.
func TestLosses(t *testing.T) {
	var want map[string]lossCase
	raw, err := os.ReadFile("testdata/losses.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &want))
	weights, positive := []float64{1, 0.5, 3}, []float64{2, 0.25, 1}
	cases := map[string]Loss{
		"cross-entropy":        CrossEntropy,
		"smoothed":             {Kind: KindCrossEntropy, Smoothing: 0.1},
		"weighted":             {Kind: KindCrossEntropy, Weights: weights},
		"weighted-smoothed":    {Kind: KindCrossEntropy, Weights: weights, Smoothing: 0.2},
		"focal":                {Kind: KindFocal, Gamma: 2},
		"focal-weighted":       {Kind: KindFocal, Gamma: 0.5, Weights: weights},
		"multi-label":          {Kind: KindBinary},
		"multi-label-positive": {Kind: KindBinary, Positive: positive},
		"one-vs-rest":          {Kind: KindBinary},
		"binary":               {Kind: KindBinary},
		"binary-focal":         {Kind: KindBinaryFocal, Gamma: 2, Alpha: 0.25},
		"mse":                  MSE,
		"mse-several":          MSE,
		"huber":                {Kind: KindHuber, Delta: 0.7},
	}
	require.Len(t, cases, len(want))
	dev, err := device.Open(t.Context())
	require.NoError(t, err)
	for name, l := range cases {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, l.Check())
			c := want[name]
			truth, b := c.truth(t)
			out, err := graph.CallOnceN(dev.Backend, func(in []*graph.Node) []*graph.Node {
				sum, mass := l.Build(in[0], in[1], in[2])
				loss := graph.Div(sum, mass)
				return append([]*graph.Node{loss}, graph.Gradient(loss, in[0])...)
			}, tensors.FromFlatDataAndDimensions(c.Outputs, 6, c.Width), truth, []float32{1, 1, 1, 1, 1, 0})
			require.NoError(t, err)
			require.InDelta(t, c.Loss, tensors.ToScalar[float32](out[0]), 1e-5)
			gradient, err := tensors.CopyFlatData[float32](out[1])
			require.NoError(t, err)
			require.InDeltaSlice(t, c.Gradient, gradient, 1e-5)

			b.Outputs = c.Outputs[:5*c.Width]
			m := l.Metric()
			require.True(t, math.IsNaN(m.Value()))
			m.Update(b)
			require.InDelta(t, c.Loss, m.Value(), 1e-6)
		})
	}
}

// TestJSON: settings survive, and files from when a loss was a word still load.
func TestJSON(t *testing.T) {
	for _, l := range []Loss{CrossEntropy, MSE, {Kind: KindHuber, Delta: 2}, {Kind: KindCrossEntropy, Smoothing: 0.1, Weights: []float64{1, 2}}} {
		raw, err := json.Marshal(l)
		require.NoError(t, err)
		var back Loss
		require.NoError(t, json.Unmarshal(raw, &back))
		require.Equal(t, l, back, "%s", raw)
	}
	raw, err := json.Marshal(CrossEntropy)
	require.NoError(t, err)
	require.JSONEq(t, `"cross-entropy"`, string(raw))
}

func TestCheck(t *testing.T) {
	for want, l := range map[string]Loss{
		`unknown loss "focel" (did you mean "focal"?) (there are binary,`:        {Kind: "focel"},
		"smoothing 1 (must be at least 0 and below 1)":                           {Kind: KindCrossEntropy, Smoothing: 1},
		"focal loss has no use for smoothing (it takes gamma and class weights)": {Kind: KindFocal, Smoothing: 0.1, Gamma: 2},
		"mse loss has no use for delta (it has no settings)":                     {Kind: KindMSE, Delta: 1},
		"all class weights are 0":                                                {Kind: KindCrossEntropy, Weights: []float64{0, 0}},
		"class weights -1":                                                       {Kind: KindCrossEntropy, Weights: []float64{-1}},
	} {
		require.ErrorContains(t, l.Check(), want)
	}
}

func TestProbabilities(t *testing.T) {
	require.InDeltaSlice(t, []float64{0.5, 0.5}, CrossEntropy.Probabilities([]float32{3, 3}), 1e-9)
	require.InDeltaSlice(t, []float64{0.5, 0.5}, Loss{Kind: KindBinary}.Probabilities([]float32{0, 0}), 1e-9)
	require.InDelta(t, 0.75, Loss{Kind: KindBinary}.Probabilities([]float32{float32(math.Log(3)), 9})[0], 1e-6, "each class for itself")
}
