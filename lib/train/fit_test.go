package train

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"graft/lib/train/loss"
	"graft/lib/train/optimizer"
	"graft/lib/tune"
)

var nan = math.NaN()

// TestFrozenBatchNormStandsStill is field case T1.
func TestFrozenBatchNormStandsStill(t *testing.T) {
	var want struct {
		Right, Wrong []float64
		Final        float64
	}
	fixture(t, "bn.json", &want)
	trainer, f, data := frozenNet(t)
	require.NoError(t, trainer.net.Plan.Freeze(""))
	h, err := trainer.Fit(quiet(t), 1, data, SGD(0), LR(0.1), BatchSize(8), InOrder())
	require.NoError(t, err)
	require.InDeltaSlice(t, want.Right, h.StepLoss, 1e-4)
	require.Greater(t, math.Abs(want.Wrong[0]-h.StepLoss[0]), 0.01)
	for _, name := range []string{"running_mean", "running_var"} {
		require.Equal(t, tensor(t, f, "start.bn."+name), value(t, trainer.net.Store, "/net/bn/"+name), "bit for bit")
	}
	require.InDeltaSlice(t, tensor(t, f, "end.fc.bias"), value(t, trainer.net.Store, "/net/fc/bias"), 1e-5)
	out, err := trainer.Outputs(quiet(t), data, loss.CrossEntropy)
	require.NoError(t, err)
	require.Equal(t, 80, out.Rows())
	m := loss.CrossEntropy.Metric()
	m.Update(out)
	require.InDelta(t, want.Final, m.Value(), 1e-4)
}

// TestStopper is the table of field case T4.
func TestStopper(t *testing.T) {
	var cases []struct {
		Losses     []*float64
		Patience   int
		MinDelta   float64 `json:"min_delta"`
		Stop, Best int
	}
	fixture(t, "stop.json", &cases)
	require.Len(t, cases, 7)
	for i, c := range cases {
		s := Stopper{Patience: c.Patience, MinDelta: c.MinDelta}
		stopped := len(c.Losses)
		for e, loss := range c.Losses {
			v := nan
			if loss != nil {
				v = *loss
			}
			if _, stop := s.Observe(e+1, v); stop {
				stopped = e + 1
				break
			}
		}
		require.Equal(t, c.Stop, stopped, "case %d", i)
		require.Equal(t, c.Best, s.Best, "case %d", i)
	}
}

// small is a linear network and four examples it can learn.
func small(t *testing.T) (*Trainer, *Memory) {
	t.Helper()
	trainer := linear(t, []float32{.1, -.1, .2, .1}, []float32{0, 0})
	return trainer, &Memory{Inputs: []float32{1, 0, 0, 1, 1, .1, .1, 1}, Dims: []int{2}, Labels: []int{0, 1, 0, 1}}
}

// TestBestEpochComes back whether or not the run stopped early, and weights of an
// all-NaN validation are those from before.
func TestBestEpochComesBack(t *testing.T) {
	trainer, data := small(t)
	var seen [][]float32
	remember := OnEpoch(func(Epoch) error {
		seen = append(seen, value(t, trainer.net.Store, "/net/linear/weight"))
		return nil
	})
	// Opposite labels: validation loss rises as training goes on, so epoch 1 is best.
	opposite := &Memory{Inputs: data.Inputs, Dims: data.Dims, Labels: []int{1, 0, 1, 0}}
	h, err := trainer.Fit(quiet(t), 3, data, WithValid(opposite), KeepBest(), LR(0.1), remember)
	require.NoError(t, err)
	require.Equal(t, 1, h.Best)
	require.True(t, h.Restored)
	require.Len(t, h.Epochs, 3)
	require.Equal(t, seen[0], value(t, trainer.net.Store, "/net/linear/weight"))
	require.NotEqual(t, seen[0], seen[2])

	h, err = trainer.Fit(quiet(t), 9, data, WithValid(opposite), EarlyStop(2), LR(0.1))
	require.NoError(t, err)
	require.Len(t, h.Epochs, 3)
	require.Contains(t, h.Note, "stopped early after epoch 3; the weights are those of epoch 1")
}

func TestAllNaNValidation(t *testing.T) {
	trainer, data := small(t)
	start := value(t, trainer.net.Store, "/net/linear/weight")
	broken := &Memory{Inputs: []float32{float32(nan), 1}, Dims: []int{2}, Labels: []int{0}}
	h, err := trainer.Fit(quiet(t), 2, data, WithValid(broken), KeepBest())
	require.ErrorContains(t, err, "NaN in all 2 epochs")
	require.Zero(t, h.Best)
	require.Equal(t, start, value(t, trainer.net.Store, "/net/linear/weight"))
	raw, err := json.Marshal(h.Epochs)
	require.NoError(t, err, "NaN has no place in JSON")
	require.Contains(t, string(raw), `"valid_loss":null`)
}

func TestNaNLossNamesItsBatch(t *testing.T) {
	trainer, data := small(t)
	start := value(t, trainer.net.Store, "/net/linear/weight")
	data.Inputs[5] = float32(nan) // third example, second batch
	h, err := trainer.Fit(quiet(t), 2, data, BatchSize(2), InOrder())
	require.ErrorContains(t, err, "the loss is NaN in epoch 1, batch 2")
	require.Len(t, h.StepLoss, 1)
	require.Equal(t, start, value(t, trainer.net.Store, "/net/linear/weight"), "no finished epoch, so the start")
}

func TestInterruptKeepsTheLastStep(t *testing.T) {
	trainer, data := small(t)
	start := value(t, trainer.net.Store, "/net/linear/weight")
	ctx, cancel := context.WithCancel(quiet(t))
	h, err := trainer.Fit(ctx, 5, data, BatchSize(2), OnStep(func(s Step) error {
		if s.Epoch == 2 {
			cancel()
		}
		return nil
	}))
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, "interrupted after 3 steps")
	require.Len(t, h.Epochs, 1)
	require.NotEqual(t, start, value(t, trainer.net.Store, "/net/linear/weight"))
	_, err = trainer.Fit(quiet(t), 1, data)
	require.NoError(t, err, "and it can go on")
}

// TestSameSeedSameLosses to the last bit; another seed, another order.
func TestSameSeedSameLosses(t *testing.T) {
	losses := func(seed int64) []float64 {
		trainer, _, data := frozenNet(t)
		h, err := trainer.Fit(quiet(t), 2, data, BatchSize(32), Seed(seed))
		require.NoError(t, err)
		return h.StepLoss
	}
	one := losses(1)
	require.Equal(t, one, losses(1))
	require.NotEqual(t, one, losses(2))
}

// TestUnevenLastBatch is the training half of field case T3: nine examples, batches
// of eight, BatchNorm trained.
func TestUnevenLastBatch(t *testing.T) {
	trainer, _, data := frozenNet(t)
	require.NoError(t, trainer.net.Plan.SetBatchStats("all", true))
	start := value(t, trainer.net.Store, "/net/bn/running_var")
	nine := &Memory{Inputs: data.Inputs[:9*8*8*3], Dims: data.Dims, Labels: data.Labels[:9]}
	h, err := trainer.Fit(quiet(t), 2, nine, BatchSize(8), WithValid(nine), Metrics("accuracy", "f1"))
	require.NoError(t, err)
	require.Len(t, h.StepLoss, 4)
	for _, v := range append(value(t, trainer.net.Store, "/net/bn/running_var"), value(t, trainer.net.Store, "/net/bn/running_mean")...) {
		require.False(t, math.IsNaN(float64(v)) || math.IsInf(float64(v), 0))
	}
	require.NotEqual(t, start, value(t, trainer.net.Store, "/net/bn/running_var"))
	require.Len(t, h.Epochs[1].Metrics, 2)
}

// TestPlansShareExecutables: going back to an earlier plan compiles nothing.
func TestPlansShareExecutables(t *testing.T) {
	trainer, _, data := frozenNet(t)
	fit := func(spec string) *History {
		require.NoError(t, trainer.net.Plan.Freeze("all"))
		require.NoError(t, trainer.net.Plan.Unfreeze(spec))
		h, err := trainer.Fit(quiet(t), 1, data, LR(0.01))
		require.NoError(t, err)
		return h
	}
	require.Positive(t, fit("classifier").Compile)
	second := fit("bn, classifier")
	require.Positive(t, second.Compile)
	require.Equal(t, "ftt", second.Epochs[0].Trainable)
	require.Zero(t, fit("classifier").Compile)
	require.Len(t, trainer.steps, 2)
	require.Len(t, trainer.CompileTimes(), 2)
}

func TestRatesDoNotRecompileAndZeroHolds(t *testing.T) {
	trainer, _, data := frozenNet(t)
	require.NoError(t, trainer.net.Plan.SetRate("conv", 0))
	before := value(t, trainer.net.Store, "/net/conv/weight")
	_, err := trainer.Fit(quiet(t), 1, data, SGD(0.9), LR(0.01))
	require.NoError(t, err)
	require.Equal(t, before, value(t, trainer.net.Store, "/net/conv/weight"))
	require.NoError(t, trainer.net.Plan.SetRate("conv", 1))
	h, err := trainer.Fit(quiet(t), 1, data, SGD(0.9), LR(0.02))
	require.NoError(t, err)
	require.Zero(t, h.Compile)
	require.NotEqual(t, before, value(t, trainer.net.Store, "/net/conv/weight"))
}

func TestFitErrors(t *testing.T) {
	trainer, data := small(t)
	for want, run := range map[string]func() error{
		"0 epochs":                func() error { _, err := trainer.Fit(quiet(t), 0, data); return err },
		"no examples":             func() error { _, err := trainer.Fit(quiet(t), 1, &Memory{Dims: []int{2}}); return err },
		"no validation set":       func() error { _, err := trainer.Fit(quiet(t), 1, data, EarlyStop(2)); return err },
		"batch size 0":            func() error { _, err := trainer.Fit(quiet(t), 1, data, BatchSize(0)); return err },
		"learning rate -1":        func() error { _, err := trainer.Fit(quiet(t), 1, data, LR(-1)); return err },
		`did you mean "accuracy"`: func() error { _, err := trainer.Fit(quiet(t), 1, data, Metrics("acuracy")); return err },
		"Fit has no use for": func() error {
			_, err := trainer.Fit(quiet(t), 1, data, ImageSize(64))
			return err
		},
		"momentum 1": func() error { _, err := trainer.Fit(quiet(t), 1, data, SGD(1)); return err },
		"boom": func() error {
			_, err := trainer.Fit(quiet(t), 1, data, OnStep(func(Step) error { return errors.New("boom") }))
			return err
		},
		"needs Store, Plan, Body and ": func() error { _, err := New(t.Context(), Net{}); return err },
	} {
		require.ErrorContains(t, run(), want)
	}
	require.NoError(t, trainer.net.Plan.Freeze("all"))
	_, err := trainer.Fit(quiet(t), 1, data)
	require.ErrorContains(t, err, "every group is frozen")
}

func TestStopByCallback(t *testing.T) {
	trainer, data := small(t)
	h, err := trainer.Fit(quiet(t), 5, data, OnEpoch(func(e Epoch) error {
		if e.N == 2 {
			return ErrStop
		}
		return nil
	}))
	require.NoError(t, err)
	require.Len(t, h.Epochs, 2)
	require.Contains(t, h.Note, "stopped by a callback")
}

// TestLedgerCatchesAParameterThatMoved: something changes a frozen parameter behind
// the plan's back.
func TestLedgerCatchesAParameterThatMoved(t *testing.T) {
	trainer, _, data := frozenNet(t)
	require.NoError(t, trainer.net.Plan.Freeze(""))
	_, err := trainer.Fit(quiet(t), 1, data, OnStep(func(Step) error {
		return optimizer.Zero(trainer.net.Store, "/net/bn/weight", "/net/bn/weight")
	}))
	require.ErrorIs(t, err, tune.ErrPlanBroken)
	require.ErrorContains(t, err, "frozen, but moved: /net/bn/weight")
}
