package train

import (
	"encoding/json"
	"math"
	"reflect"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/stretchr/testify/require"
	"graft/lib/device"
	"graft/lib/metric"
)

// evaluate runs a graph function once on the device and returns its results flat.
func evaluate(t *testing.T, fn func(in []*graph.Node) []*graph.Node, args ...*tensors.Tensor) [][]float32 {
	t.Helper()
	dev, err := device.Open(t.Context())
	require.NoError(t, err)
	g := graph.NewGraph(dev.Backend, t.Name())
	var in []*graph.Node
	var inputs []any
	for i, a := range args {
		in = append(in, graph.Parameter(g, string(rune('a'+i)), a.Shape()))
		inputs = append(inputs, a)
	}
	require.NoError(t, g.Compile(fn(in)...))
	var out [][]float32
	for _, r := range g.Run(inputs...) {
		flat, err := tensors.CopyFlatData[float32](r)
		require.NoError(t, err)
		out = append(out, flat)
	}
	return out
}

func vector(v []float32, dims ...int) *tensors.Tensor {
	return tensors.FromFlatDataAndDimensions(append([]float32{}, v...), dims...)
}

// lossCase is a case of losses.json.
type lossCase struct {
	Outputs  []float32
	Width    int
	Truth    json.RawMessage
	Loss     float64
	Gradient []float32
}

// truth is what the case's outputs are compared with, as a source has it.
func (c lossCase) source(t *testing.T, l Loss) Source {
	t.Helper()
	var labels []int
	if json.Unmarshal(c.Truth, &labels) == nil {
		return &Memory{Labels: labels}
	}
	var several [][]float32
	require.NoError(t, json.Unmarshal(c.Truth, &several))
	return &Multi{Truth: several}
}

// TestLosses compares losses and their gradients with PyTorch's: on the device, where
// the last row fills up the batch, and as a metric.
func TestLosses(t *testing.T) {
	var want map[string]lossCase
	fixture(t, "losses.json", &want)
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
	for name, l := range cases {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, l.check())
			c := want[name]
			src := c.source(t, l)
			out := evaluate(t, func(in []*graph.Node) []*graph.Node {
				sum, mass := l.build(in[0], in[1], in[2])
				loss := graph.Div(sum, mass)
				return append([]*graph.Node{loss}, graph.Gradient(loss, in[0])...)
			}, vector(c.Outputs, 6, c.Width), l.truth(src, span(0, 6)), vector([]float32{1, 1, 1, 1, 1, 0}, 6))
			require.InDelta(t, c.Loss, out[0][0], 1e-5)
			require.InDeltaSlice(t, c.Gradient, out[1], 1e-5)

			b, err := withTruth(metric.Batch{Outputs: c.Outputs, Width: c.Width}, src, span(0, 6), l)
			require.NoError(t, err)
			b.Outputs = b.Outputs[:5*c.Width]
			m := l.measure()
			require.True(t, math.IsNaN(m.Value()))
			m.Update(b)
			require.InDelta(t, c.Loss, m.Value(), 1e-6)
		})
	}
}

// TestLossJSON: settings survive, and files from when a loss was a word still load.
func TestLossJSON(t *testing.T) {
	for _, l := range []Loss{CrossEntropy, MSE, {Kind: KindHuber, Delta: 2}, {Kind: KindCrossEntropy, Smoothing: 0.1, Weights: []float64{1, 2}}} {
		raw, err := json.Marshal(Settings{Loss: l})
		require.NoError(t, err)
		var back Settings
		require.NoError(t, json.Unmarshal(raw, &back))
		require.True(t, reflect.DeepEqual(l, back.Loss), "%s", raw)
	}
	raw, err := json.Marshal(CrossEntropy)
	require.NoError(t, err)
	require.JSONEq(t, `"cross-entropy"`, string(raw))
	var old Settings
	require.NoError(t, json.Unmarshal([]byte(`{"batch": 8, "loss": "mse", "schedule": {"shape": "onecycle", "peak": 0.1}}`), &old))
	require.Equal(t, MSE, old.Loss)
}

func TestLossErrors(t *testing.T) {
	for want, opts := range map[string][]Option{
		`unknown loss "focel" (did you mean "focal"?) (there are binary,`:                  {WithLoss(Loss{Kind: "focel"})},
		"smoothing 1 (must be at least 0 and below 1)":                                     {LabelSmoothing(1)},
		"focal loss has no use for smoothing (it takes gamma and class weights)":           {LabelSmoothing(0.1), Focal(2)},
		"all class weights are 0":                                                          {ClassWeights(0, 0)},
		"class weights -1":                                                                 {ClassWeights(-1)},
		"Huber with delta 0":                                                               {Huber(0)},
		"huber loss in place of cross-entropy (one is for numbers, the other for classes)": {Huber(1)},
	} {
		_, err := Resolve("Fit", Settings{Loss: CrossEntropy}, opts, FitOptions...)
		require.ErrorContains(t, err, want)
	}
	trainer, data := small(t)
	_, err := trainer.Fit(quiet(t), 1, data, ClassWeights(1, 2, 3))
	require.ErrorContains(t, err, "cross-entropy loss has 3 class weights, but the network has 2 outputs")
	_, err = trainer.Fit(quiet(t), 1, &Multi{Memory: *data, Truth: [][]float32{{1, 0}, {1}, {0, 0}, {1, 1}}}, BCE())
	require.ErrorContains(t, err, "example 1 has 1 numbers to predict, but example 0 has 2")
}

// TestMultiLabelFit learns two labels that hold apart from each other.
func TestMultiLabelFit(t *testing.T) {
	trainer, data := small(t)
	both := &Multi{Memory: Memory{Inputs: data.Inputs, Dims: data.Dims}, Truth: [][]float32{{1, 0}, {0, 1}, {1, 0}, {0, 1}}}
	h, err := trainer.Fit(quiet(t), 40, both, BCE(), LR(0.3), WithValid(both))
	require.NoError(t, err)
	require.Less(t, h.StepLoss[39], h.StepLoss[0]/4)
	require.Equal(t, []string{"accuracy"}, h.Metrics)
	require.Equal(t, 1.0, h.Epochs[39].Metrics[0], "both labels of all rows are right")
	require.InDelta(t, h.Epochs[38].ValidLoss, h.StepLoss[39], 1e-5)

	same := &Multi{Memory: both.Memory, Truth: both.Truth}
	require.Equal(t, sourceDigest(both), sourceDigest(same), "a checkpoint tells sets apart by what is in them")
	same.Truth = [][]float32{{1, 0}, {0, 1}, {1, 0}, {1, 1}}
	require.NotEqual(t, sourceDigest(both), sourceDigest(same))
}

func int32s(v []int32) *tensors.Tensor { return tensors.FromFlatDataAndDimensions(v, len(v)) }
