package train

import (
	"testing"

	"github.com/stretchr/testify/require"
	"graft/lib/train/schedule"
)

// TestPlateauInAFit: validation on what is not learned stays, so the rate falls.
func TestPlateauInAFit(t *testing.T) {
	trainer, data := small(t)
	opposite := &Memory{Inputs: data.Inputs, Dims: data.Dims, Labels: []int{1, 0, 1, 0}}
	h, err := trainer.Fit(quiet(t), 4, data, Plateau(0.1, 0), WithValid(opposite))
	require.NoError(t, err)
	var rates []float64
	for _, e := range h.Epochs {
		rates = append(rates, e.LR)
	}
	require.InDeltaSlice(t, []float64{0.1, 0.1, 0.01, 0.001}, rates, 1e-12)
	_, err = trainer.Fit(quiet(t), 4, data, Plateau(0.1, 0))
	require.ErrorContains(t, err, "no plateau can be seen")
	settings, err := Resolve("FindLR", Settings{}, []Option{Plateau(0.1, 0)}, FitOptions...)
	require.NoError(t, err)
	_, err = trainer.FindLR(quiet(t), data, settings)
	require.NoError(t, err, "a range test has rates of its own")
}

func TestScheduleOptions(t *testing.T) {
	s, err := Resolve("Fit", Settings{}, []Option{Warmup(2), Cosine(0.1)}, FitOptions...)
	require.NoError(t, err)
	other, err := Resolve("Fit", Settings{}, []Option{Cosine(0.1), Warmup(2)}, FitOptions...)
	require.NoError(t, err)
	require.Equal(t, s.Schedule, other.Schedule)
	require.Equal(t, schedule.Schedule{Shape: schedule.Cosine, Peak: 0.1, Warmup: 2}, s.Schedule)
	for want, o := range map[string]Option{
		`unknown schedule "cosin" (did you mean "cosine"?)`: WithSchedule(schedule.Schedule{Shape: "cosin"}),
		"rise 2":              WithSchedule(schedule.Schedule{Shape: schedule.OneCycle, Rise: 2}),
		"power -1":            Polynomial(0.1, -1),
		"learning rate 0":     Linear(0),
		"warm-up of 0 epochs": Warmup(0),
		"factor 1":            WithSchedule(schedule.Schedule{Shape: schedule.Plateau, Factor: 1}),
		"patience -1":         Plateau(0.1, -1),
	} {
		_, err := Resolve("Fit", Settings{}, []Option{o}, FitOptions...)
		require.ErrorContains(t, err, want)
	}
}
