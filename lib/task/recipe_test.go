package task

import (
	"image"
	"math"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"graft/lib/train"
)

// TestFineTuneWithARecipe: what holds the backbone back, and what cuts images, waits
// for the second phase.
func TestFineTuneWithARecipe(t *testing.T) {
	with := quiet(t)
	m := small(t, with)
	err := m.FineTune(1, with, train.NoGuard(), train.BatchSize(8), train.CutMix(1), train.Mixup(0.4), train.EMA(0.9), train.KeepEMA(),
		train.L2SP(0.01, 0.01), train.ClipNorm(1), train.LabelSmoothing(0.1), train.AdamW(0.01), train.DecayWeightsOnly())
	require.NoError(t, err)
	require.Len(t, m.Histories(), 2)
	require.NotNil(t, m.store.GetVariable("/optimizer/start/backbone/conv1/weight"))
	require.ErrorContains(t, m.FineTune(1, with, train.Warmup(1)), "FineTune has no use for the option Warmup")
}

// TestBinaryClassifier: a classifier that is made with BCE says how likely each class
// is by itself, and still does when it is loaded again.
func TestBinaryClassifier(t *testing.T) {
	with := quiet(t)
	m := small(t, with, train.BCE())
	require.NoError(t, m.Fit(6, with, train.LR(0.01)))
	require.Less(t, m.Histories()[0].Epochs[5].ValidLoss, m.Histories()[0].Epochs[0].ValidLoss)
	pictures := []image.Image{picture(50, false), picture(51, true)}
	list, err := m.Predict(pictures, with)
	require.NoError(t, err)
	sum := list[0].Probabilities[0] + list[0].Probabilities[1]
	require.Greater(t, math.Abs(sum-1), 1e-6)
	require.Equal(t, "left", list[0].Class)
	require.Greater(t, list[0].Probability, 0.5)
	path := filepath.Join(t.TempDir(), "binary.graft")
	require.NoError(t, m.Save(path))
	again, err := LoadImageClassifier(path, with)
	require.NoError(t, err)
	loaded, err := again.Predict(pictures, with)
	require.NoError(t, err)
	require.Equal(t, list[0].Probabilities, loaded[0].Probabilities)
}
