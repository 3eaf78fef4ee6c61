package train

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestSchedules compares the rate of every step with PyTorch's schedulers.
func TestSchedules(t *testing.T) {
	var want struct {
		Losses []*float64
		Rates  map[string][]float64
	}
	fixture(t, "schedules.json", &want)
	var losses []float64
	for _, v := range want.Losses {
		if v == nil {
			losses = append(losses, math.NaN())
			continue
		}
		losses = append(losses, *v)
	}
	cases := map[string]Schedule{}
	for name, s := range map[string]Schedule{
		"constant": {Shape: ShapeConstant}, "linear": {Shape: ShapeLinear, End: 0.1}, "cosine": {Shape: ShapeCosine, End: 0.05},
		"polynomial": {Shape: ShapePolynomial, Power: 2}, "onecycle": {Shape: ShapeOneCycle},
		"onecycle-set": {Shape: ShapeOneCycle, Rise: 0.25, Div: 10, FinalDiv: 1e5},
	} {
		cases[name+"-10"], cases[name+"-35"] = s, s
		s.Warmup = 1.4 // epochs of five steps
		cases[name+"-warm"] = s
	}
	delete(cases, "onecycle-warm")
	delete(cases, "onecycle-set-warm")
	cases["step"] = Schedule{Shape: ShapeStep, Every: 2, Factor: 0.3}
	cases["plateau"] = Schedule{Shape: ShapePlateau, Patience: 1}
	cases["plateau-set"] = Schedule{Shape: ShapePlateau, Cooldown: 1, Least: 0.002, Threshold: 0.05}
	require.Len(t, cases, len(want.Rates))
	for name, s := range cases {
		s.Peak = 0.4
		require.NoError(t, s.check())
		for step, rate := range want.Rates[name] {
			m := Moment{Step: step, Steps: len(want.Rates[name]), Epoch: 5}
			if s.Shape == ShapePlateau {
				m.Valid = losses[:step/5]
			}
			require.InDelta(t, rate, s.At(m), 1e-9, "%s step %d", name, step)
		}
	}
	require.Equal(t, 0.4, Schedule{Shape: ShapeConstant, Peak: 0.4}.Rate(7, 10))
	require.Positive(t, Schedule{Shape: ShapeOneCycle, Peak: 0.4}.Rate(0, 1), "a single step has a rate")
}

// TestWarmupBeforeOneCycle: PyTorch cannot put one before OneCycleLR, so this is held
// against the parts.
func TestWarmupBeforeOneCycle(t *testing.T) {
	s := Schedule{Shape: ShapeOneCycle, Peak: 1, Warmup: 1, WarmupFrom: 0.5}
	require.Equal(t, 0.5, s.At(Moment{Step: 0, Steps: 20, Epoch: 5}))
	require.InDelta(t, 0.9, s.At(Moment{Step: 4, Steps: 20, Epoch: 5}), 1e-12)
	for step := range 15 {
		rest := Schedule{Shape: ShapeOneCycle, Peak: 1}.Rate(step, 15)
		require.Equal(t, rest, s.At(Moment{Step: step + 5, Steps: 20, Epoch: 5}))
	}
	require.InDelta(t, 0.4, Schedule{Shape: ShapeLinear, Peak: 1, Warmup: 9, WarmupFrom: 0.1}.At(Moment{Step: 2, Steps: 6, Epoch: 2}), 1e-12, "a warm-up longer than the run is cut")
}

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
	require.Equal(t, Schedule{Shape: ShapeCosine, Peak: 0.1, Warmup: 2}, s.Schedule)
	for want, o := range map[string]Option{
		`unknown schedule "cosin" (did you mean "cosine"?)`: WithSchedule(Schedule{Shape: "cosin"}),
		"rise 2":              WithSchedule(Schedule{Shape: ShapeOneCycle, Rise: 2}),
		"power -1":            Polynomial(0.1, -1),
		"learning rate 0":     Linear(0),
		"warm-up of 0 epochs": Warmup(0),
		"factor 1":            WithSchedule(Schedule{Shape: ShapePlateau, Factor: 1}),
		"patience -1":         Plateau(0.1, -1),
	} {
		_, err := Resolve("Fit", Settings{}, []Option{o}, FitOptions...)
		require.ErrorContains(t, err, want)
	}
}
