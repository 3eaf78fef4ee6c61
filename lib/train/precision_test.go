package train

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"graft/lib/device"
)

// TestBF16 compares steps in bfloat16, which XLA on the CPU computes too, with those
// in float32, within its eight bits.
func TestBF16(t *testing.T) {
	losses := func(bf16 bool) []float64 {
		trainer, _, data := frozenNet(t)
		s, err := Resolve("Fit", Settings{}, []Option{SGD(0.9), LR(0.1), InOrder()}, FitOptions...)
		require.NoError(t, err)
		s.Batch = 16
		r, err := trainer.start(quiet(t), 1, data, s)
		require.NoError(t, err)
		r.settings.BF16 = bf16 // behind the back of the check
		require.NoError(t, r.prepare(quiet(t)))
		rows, err := r.epochInputs(quiet(t), 1)
		require.NoError(t, err)
		defer r.closeFeeds()
		var list []float64
		for b := range r.steps {
			args, err := r.arguments(quiet(t), rows, b, 0.1, b+1)
			require.NoError(t, err)
			require.NoError(t, r.compile(quiet(t), args))
			loss, err := r.descendOnce(args)
			require.NoError(t, err)
			list = append(list, loss)
		}
		return list
	}
	exact, rough := losses(false), losses(true)
	require.NotEqual(t, exact, rough)
	for i := range exact {
		require.Less(t, math.Abs(exact[i]-rough[i]), 0.02, "step %d: %g and %g", i, exact[i], rough[i])
	}
}

func TestBF16NeedsAGPU(t *testing.T) {
	dev, err := device.Open(t.Context())
	require.NoError(t, err)
	if dev.Kind == device.CUDA {
		t.Skip("this process computes on a GPU, where BF16 is no error")
	}
	trainer, data := small(t)
	_, err = trainer.Fit(quiet(t), 1, data, BF16())
	require.ErrorContains(t, err, "BF16 needs a GPU, but this process computes on XLA CPU")
}
