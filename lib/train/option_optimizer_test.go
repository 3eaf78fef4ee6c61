package train

import (
	"testing"

	"github.com/stretchr/testify/require"
	"graft/lib/train/optimizer"
)

// TestOptimizers compares ten steps of each optimizer with PyTorch's.
func TestOptimizers(t *testing.T) {
	var want struct {
		X, Weight, Bias []float32
		Y               []int
		Runs            map[string]struct {
			Losses       []float64
			Weight, Bias []float32
		}
	}
	fixture(t, "../optimizer/testdata/optimizers.json", &want)
	with := func(o optimizer.Optimizer, change func(o *optimizer.Optimizer)) Option {
		change(&o)
		return WithOptimizer(o)
	}
	cases := map[string][]Option{
		"sgd":            {SGD(0.9), LR(0.1)},
		"sgd-plain":      {SGD(0), LR(0.1)},
		"sgd-decay":      {SGD(0.9), WeightDecay(0.05), LR(0.1)},
		"nesterov":       {Nesterov(0.9), WeightDecay(0.05), LR(0.1)},
		"adagrad":        {Adagrad(), LR(0.1)},
		"adagrad-all":    {with(optimizer.NewAdagrad(), func(o *optimizer.Optimizer) { o.RateDecay, o.Initial, o.Decay = 0.1, 0.2, 0.05 }), LR(0.1)},
		"adadelta":       {Adadelta()},
		"adadelta-decay": {Adadelta(), WeightDecay(0.05), LR(0.5)},
		"rmsprop":        {RMSProp(0)},
		"rmsprop-all":    {with(optimizer.NewRMSProp(0.9), func(o *optimizer.Optimizer) { o.Centered = true }), WeightDecay(0.05)},
		"adam":           {Adam(), LR(0.05)},
		"adam-decay":     {WeightDecay(0.05), Adam(), LR(0.05)},
		"adamw":          {AdamW(0.1), LR(0.05)},
		"adamw-spared":   {AdamW(0.1), DecayWeightsOnly(), LR(0.05)},
		"adamax":         {Adamax(), LR(0.02)},
		"adamax-decay":   {Adamax(), WeightDecay(0.05), LR(0.02)},
		"lamb":           {LAMB(0), LR(0.02)},
		"lamb-decay":     {LAMB(0.1), LR(0.02)},
	}
	require.Len(t, cases, len(want.Runs))
	for name, opts := range cases {
		t.Run(name, func(t *testing.T) {
			trainer := linear(t, want.Weight, want.Bias)
			h, err := trainer.Fit(quiet(t), 10, &Memory{Inputs: want.X, Dims: []int{4}, Labels: want.Y}, append(opts, InOrder())...)
			require.NoError(t, err)
			run := want.Runs[name]
			require.Len(t, run.Losses, 10)
			require.InDeltaSlice(t, run.Losses, h.StepLoss, 1e-5)
			require.InDeltaSlice(t, run.Weight, value(t, trainer.net.Store, "/net/linear/weight"), 1e-5)
			require.InDeltaSlice(t, run.Bias, value(t, trainer.net.Store, "/net/linear/bias"), 1e-5)
		})
	}
}

func TestOptimizerErrors(t *testing.T) {
	for want, o := range map[string]Option{
		`unknown optimizer "adm" (did you mean "adam"?) (there are adadelta, adagrad, adam,`: WithOptimizer(optimizer.Optimizer{Rule: "adm"}),
		"sgd with momentum 1":             SGD(1),
		"adam with beta2 -1":              WithOptimizer(optimizer.Optimizer{Rule: optimizer.Adam, Beta2: -1}),
		"rmsprop with memory 1":           WithOptimizer(optimizer.Optimizer{Rule: optimizer.RMSProp, Memory: 1}),
		"adamw with weight decay -1":      AdamW(-1),
		"Nesterov's momentum 0":           Nesterov(0),
		"weight decay 0 (must be above 0": WeightDecay(0),
		"without weight decay":            DecayWeightsOnly(),
	} {
		_, err := Resolve("Fit", Settings{}, []Option{o}, FitOptions...)
		require.ErrorContains(t, err, want)
	}
}

// TestOptimizerRates: another rate, or another update, is no other executable; each
// call of Fit begins with fresh state.
func TestOptimizerStartsAfresh(t *testing.T) {
	trainer, data := small(t)
	first := value(t, trainer.net.Store, "/net/linear/weight")
	fit := func(rate float64) *History {
		require.NoError(t, trainer.net.Store.GetVariable("/net/linear/weight").SetValue(vector(first, 2, 2)))
		require.NoError(t, trainer.net.Store.GetVariable("/net/linear/bias").SetValue(vector([]float32{0, 0}, 2)))
		h, err := trainer.Fit(quiet(t), 4, data, Adagrad(), LR(rate), InOrder())
		require.NoError(t, err)
		return h
	}
	one := fit(0.1)
	other := fit(0.2)
	require.Zero(t, other.Compile)
	require.NotEqual(t, one.StepLoss, other.StepLoss)
	require.Equal(t, one.StepLoss, fit(0.1).StepLoss)
}
