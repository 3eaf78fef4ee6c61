package schedule

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestSchedules compares the rate of every step with PyTorch's schedulers.
func TestSchedules(t *testing.T) {
	var want struct {
		Losses []*float64
		Rates  map[string][]float64
	}
	raw, err := os.ReadFile("testdata/schedules.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &want))
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
		"constant": {Shape: Constant}, "linear": {Shape: Linear, End: 0.1}, "cosine": {Shape: Cosine, End: 0.05},
		"polynomial": {Shape: Polynomial, Power: 2}, "onecycle": {Shape: OneCycle},
		"onecycle-set": {Shape: OneCycle, Rise: 0.25, Div: 10, FinalDiv: 1e5},
	} {
		cases[name+"-10"], cases[name+"-35"] = s, s
		s.Warmup = 1.4 // epochs of five steps
		cases[name+"-warm"] = s
	}
	delete(cases, "onecycle-warm")
	delete(cases, "onecycle-set-warm")
	cases["step"] = Schedule{Shape: Step, Every: 2, Factor: 0.3}
	cases["plateau"] = Schedule{Shape: Plateau, Patience: 1}
	cases["plateau-set"] = Schedule{Shape: Plateau, Cooldown: 1, Least: 0.002, Threshold: 0.05}
	require.Len(t, cases, len(want.Rates))
	for name, s := range cases {
		s.Peak = 0.4
		require.NoError(t, s.Check())
		for step, rate := range want.Rates[name] {
			m := Moment{Step: step, Steps: len(want.Rates[name]), Epoch: 5}
			if s.Shape == Plateau {
				m.Valid = losses[:step/5]
			}
			require.InDelta(t, rate, s.At(m), 1e-9, "%s step %d", name, step)
		}
	}
	require.Equal(t, 0.4, Schedule{Shape: Constant, Peak: 0.4}.Rate(7, 10))
	require.Positive(t, Schedule{Shape: OneCycle, Peak: 0.4}.Rate(0, 1), "a single step has a rate")
}

// TestWarmupBeforeOneCycle: PyTorch cannot put one before OneCycleLR, so this is held
// against the parts.
func TestWarmupBeforeOneCycle(t *testing.T) {
	s := Schedule{Shape: OneCycle, Peak: 1, Warmup: 1, WarmupFrom: 0.5}
	require.Equal(t, 0.5, s.At(Moment{Step: 0, Steps: 20, Epoch: 5}))
	require.InDelta(t, 0.9, s.At(Moment{Step: 4, Steps: 20, Epoch: 5}), 1e-12)
	for step := range 15 {
		rest := Schedule{Shape: OneCycle, Peak: 1}.Rate(step, 15)
		require.Equal(t, rest, s.At(Moment{Step: step + 5, Steps: 20, Epoch: 5}))
	}
	require.InDelta(t, 0.4, Schedule{Shape: Linear, Peak: 1, Warmup: 9, WarmupFrom: 0.1}.At(Moment{Step: 2, Steps: 6, Epoch: 2}), 1e-12, "a warm-up longer than the run is cut")
}
