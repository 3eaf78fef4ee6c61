package train

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"graft/lib/train/loss"
)

// TestOldLossInSettings: files from when a loss was a word still load.
func TestOldLossInSettings(t *testing.T) {
	var old Settings
	require.NoError(t, json.Unmarshal([]byte(`{"batch": 8, "loss": "mse", "schedule": {"shape": "onecycle", "peak": 0.1}}`), &old))
	require.Equal(t, loss.MSE, old.Loss)
}

func TestLossErrors(t *testing.T) {
	for want, opts := range map[string][]Option{
		`unknown loss "focel" (did you mean "focal"?) (there are binary,`:                  {WithLoss(loss.Loss{Kind: "focel"})},
		"smoothing 1 (must be at least 0 and below 1)":                                     {LabelSmoothing(1)},
		"focal loss has no use for smoothing (it takes gamma and class weights)":           {LabelSmoothing(0.1), Focal(2)},
		"all class weights are 0":                                                          {ClassWeights(0, 0)},
		"class weights -1":                                                                 {ClassWeights(-1)},
		"Huber with delta 0":                                                               {Huber(0)},
		"huber loss in place of cross-entropy (one is for numbers, the other for classes)": {Huber(1)},
	} {
		_, err := Resolve("Fit", Settings{Loss: loss.CrossEntropy}, opts, FitOptions...)
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
