package train

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"graft/lib/preprocess"
)

// TestInputSettingsInJSON: what decides about the examples of a run comes back from
// the file that a checkpoint or a model keeps.
func TestInputSettingsInJSON(t *testing.T) {
	s, err := Resolve("Fit", Settings{}, []Option{Augment(preprocess.Strong()), Views(3), SampleWeights([]float64{1, 0.25})}, FitOptions...)
	require.NoError(t, err)
	raw, err := json.Marshal(s)
	require.NoError(t, err)
	var back Settings
	require.NoError(t, json.Unmarshal(raw, &back))
	require.Equal(t, preprocess.Strong(), back.Augment)
	require.Equal(t, 3, back.Views)
	require.Equal(t, []float64{1, 0.25}, back.SampleWeights)
	s, err = Resolve("Fit", Settings{}, []Option{Views(3), FreshViews(), SampleBalanced()}, FitOptions...)
	require.NoError(t, err)
	require.True(t, s.FreshViews && s.Balanced)
	require.Zero(t, s.Views)
}
