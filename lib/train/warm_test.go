package train

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"graft/lib/weights"
)

// TestKeepOptimizer: two fits of two epochs, the second going on with the state of the
// first, are one of four; and so they are with a file between them.
func TestKeepOptimizer(t *testing.T) {
	opts := []Option{Adam(), LR(0.02), InOrder(), BatchSize(8)}
	fit := func(trainer *Trainer, data *Memory, epochs int, more ...Option) []float64 {
		t.Helper()
		h, err := trainer.Fit(quiet(t), epochs, data, append(opts, more...)...)
		require.NoError(t, err)
		return h.StepLoss
	}
	first := func() (*Trainer, *Memory) {
		trainer, _, data := frozenNet(t)
		require.NoError(t, trainer.net.Plan.Freeze("conv"))
		return trainer, data
	}
	trainer, data := first()
	whole := fit(trainer, data, 4)
	half := len(whole) / 2
	weight := value(t, trainer.net.Store, "/net/fc/weight")

	trainer, data = first()
	_, err := trainer.Fit(quiet(t), 1, data, KeepOptimizer())
	require.ErrorIs(t, err, ErrNoOptimizer)
	require.Equal(t, whole[:half], fit(trainer, data, 2))
	path := filepath.Join(t.TempDir(), "optimizer.safetensors")
	f, err := os.Create(path)
	require.NoError(t, err)
	require.NoError(t, trainer.WriteOptimizer(f))
	require.NoError(t, f.Close())
	values, err := capture(trainer.net.Store, trainer.net.Plan)
	require.NoError(t, err)
	_, err = trainer.Fit(quiet(t), 1, data, SGD(0.9), KeepOptimizer())
	require.ErrorContains(t, err, "the state is of adam, so a Fit with sgd cannot go on with it")
	require.Equal(t, whole[half:], fit(trainer, data, 2, KeepOptimizer()))
	require.Equal(t, weight, value(t, trainer.net.Store, "/net/fc/weight"))

	trainer, data = first()
	require.NoError(t, values.restore(trainer.net.Store))
	file, err := weights.Open(path)
	require.NoError(t, err)
	require.NoError(t, trainer.ReadOptimizer(file))
	require.NoError(t, file.Close())
	require.Equal(t, whole[half:], fit(trainer, data, 2, KeepOptimizer()))

	trainer, data = first()
	require.NoError(t, values.restore(trainer.net.Store))
	require.NotEqual(t, whole[half:], fit(trainer, data, 2), "afresh it is another fit")
}
