package finder

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"graft/lib/display"
)

// TestSuggestionsAsFastai reads curves as fastai's lr_find does.
func TestSuggestionsAsFastai(t *testing.T) {
	var cases []struct {
		Curve                  []*float64
		Points                 int
		Valley, Steep, Minimum float64
	}
	raw, err := os.ReadFile("testdata/finder.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &cases))
	require.Len(t, cases, 4)
	for i, c := range cases {
		n := 0
		rates, err := Test(func(float64) (float64, error) {
			n++
			if c.Curve[n-1] == nil {
				return math.NaN(), nil
			}
			return *c.Curve[n-1], nil
		})
		require.NoError(t, err)
		require.Len(t, rates.LR, c.Points, "case %d", i)
		require.InEpsilon(t, c.Valley, rates.Valley, 1e-9, "case %d", i)
		require.InEpsilon(t, c.Steep, rates.Steep, 1e-9, "case %d", i)
		require.InEpsilon(t, c.Minimum, rates.Minimum, 1e-9, "case %d", i)
		require.Equal(t, rates.Valley, rates.Suggested)
	}
}

func TestFlatCurveSuggestsNothing(t *testing.T) {
	rates, err := Test(func(float64) (float64, error) { return 1, nil })
	require.NoError(t, err)
	for _, v := range []float64{rates.Valley, rates.Steep, rates.Minimum} {
		require.True(t, math.IsNaN(v), "%v", rates)
	}
	none := suggest(nil, nil)
	require.True(t, math.IsNaN(none.Suggested))
	require.Contains(t, none.String(), "never falls")
	require.NotEmpty(t, none.Display().Data[display.Text])
}

func TestAnErrorEndsTheTest(t *testing.T) {
	cause, n := errors.New("no such luck"), 0
	_, err := Test(func(float64) (float64, error) {
		if n++; n == 3 {
			return 0, cause
		}
		return 1, nil
	})
	require.ErrorIs(t, err, cause)
	require.Equal(t, 3, n)
}
