package train

import (
	"testing"

	"github.com/gomlx/gomlx/core/tensors"
	"github.com/stretchr/testify/require"
	"graft/lib/display"
	"graft/lib/train/finder"
)

// TestFindLRPutsEverythingBack: parameters, running statistics, optimizer state and
// what the order of examples comes from; a Fit after it is one without it.
func TestFindLRPutsEverythingBack(t *testing.T) {
	all := func(tr *Trainer) map[string][]float32 {
		values := map[string][]float32{}
		for v := range tr.net.Store.IterVariables() {
			if flat, err := tensors.CopyFlatData[float32](v.MustValue()); err == nil {
				values[v.Path()] = flat
			}
		}
		return values
	}
	fit := func(tr *Trainer, data *Memory) *History {
		h, err := tr.Fit(quiet(t), 1, data, BatchSize(20), LR(0.01), Seed(3))
		require.NoError(t, err)
		return h
	}
	find := func(tr *Trainer, data *Memory) *finder.Rates {
		s, err := Resolve("FindLR", Settings{}, []Option{BatchSize(20), UnfreezeAt(1, "all")}, FitOptions...)
		require.NoError(t, err)
		rates, err := tr.FindLR(quiet(t), data, s)
		require.NoError(t, err)
		return rates
	}
	plain, _, data := frozenNet(t)
	require.NoError(t, plain.net.Plan.SetBatchStats("all", true))
	one, two := fit(plain, data), fit(plain, data)

	tested, _, _ := frozenNet(t)
	require.NoError(t, tested.net.Plan.SetBatchStats("all", true))
	before := all(tested)
	rates := find(tested, data)
	for path, values := range before {
		require.Equal(t, values, all(tested)[path], path)
	}
	require.Equal(t, one.StepLoss, fit(tested, data).StepLoss)
	before = all(tested)
	require.NotEmpty(t, before["/optimizer/mean/net/conv/weight"])
	compiled := tested.Compilations()
	find(tested, data)
	require.Equal(t, before, all(tested), "optimizer state, too")
	require.Equal(t, two.StepLoss, fit(tested, data).StepLoss)
	require.Equal(t, compiled, tested.Compilations(), "the executable is shared")

	require.Greater(t, len(rates.LR), 20)
	require.Greater(t, rates.Suggested, 1e-6)
	require.Less(t, rates.Suggested, 1.0)
	require.Contains(t, rates.String(), "suggested learning rate")
	require.Contains(t, rates.String(), "steep")
	require.NotEmpty(t, rates.Display().Data[display.Text])
}
