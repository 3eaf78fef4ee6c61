package train

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"graft/lib/device"
	"graft/lib/train/loss"
	"graft/lib/train/optimizer"
)

// counted is a Memory with keys that counts what is loaded.
type counted struct {
	*Memory
	loads atomic.Int64
}

func (c *counted) Key(i int) string { return fmt.Sprintf("example %d", i) }

func (c *counted) Load(ctx context.Context, examples []int, dst []float32) error {
	c.loads.Add(int64(len(examples)))
	return c.Memory.Load(ctx, examples, dst)
}

// TestFeatureCache: the frozen part runs once per example, in this trainer and in the
// next, and again when its weights are others.
func TestFeatureCache(t *testing.T) {
	_, err := device.Open(t.Context()) // it is looked for in the user's cache
	require.NoError(t, err)
	t.Setenv("GRAFT_CACHE", t.TempDir())
	fit := func(change func(*Trainer)) (*History, *counted, *Trainer) {
		trainer, _, data := frozenNet(t)
		trainer.net.Name = "test"
		require.NoError(t, trainer.net.Plan.Freeze(""))
		change(trainer)
		src := &counted{Memory: data}
		h, err := trainer.Fit(quiet(t), 3, src, LR(0.01))
		require.NoError(t, err)
		return h, src, trainer
	}
	none := func(*Trainer) {}
	first, src, trainer := fit(none)
	require.Equal(t, "0/80", first.Features)
	require.EqualValues(t, 80, src.loads.Load())
	h, err := trainer.Fit(quiet(t), 1, src, LR(0.01))
	require.NoError(t, err)
	require.Equal(t, "80/80", h.Features)
	require.EqualValues(t, 80, src.loads.Load(), "from memory")
	require.Contains(t, first.Note, "features: 160 found, 80 computed; the cache has 80, 0.0 MB in memory, 0.0 MB on disk")
	require.Equal(t, "0/80", first.Epochs[0].Features)
	require.Equal(t, "80/80", first.Epochs[2].Features)

	second, src, _ := fit(none)
	require.Equal(t, "80/80", second.Features)
	require.Zero(t, src.loads.Load(), "from disk")
	require.Equal(t, first.StepLoss, second.StepLoss, "the same numbers, to the last bit")

	other, _, _ := fit(func(tr *Trainer) {
		require.NoError(t, optimizer.Zero(tr.net.Store, "/net/conv/bias", "/net/conv/bias"))
	})
	require.Equal(t, "0/80", other.Features)
	require.NotEqual(t, first.StepLoss, other.StepLoss)

	packs, err := filepath.Glob(filepath.Join(os.Getenv("GRAFT_CACHE"), "features", "*", "*.pack"))
	require.NoError(t, err)
	require.Len(t, packs, 2)
	for _, path := range packs { // a flipped bit in each: those examples are computed again
		raw, err := os.ReadFile(path)
		require.NoError(t, err)
		raw[len(raw)/2] ^= 1
		require.NoError(t, os.WriteFile(path, raw, 0o600))
	}
	repaired, _, _ := fit(none)
	require.NotEqual(t, "80/80", repaired.Features)
	require.Equal(t, first.StepLoss, repaired.StepLoss)
}

func TestOnceKeepsNothing(t *testing.T) {
	t.Setenv("GRAFT_CACHE", t.TempDir())
	trainer, _, data := frozenNet(t)
	trainer.net.Name = "test"
	require.NoError(t, trainer.net.Plan.Freeze(""))
	src := &counted{Memory: data}
	for range 2 {
		_, err := trainer.Once(quiet(t), src, loss.CrossEntropy)
		require.NoError(t, err)
	}
	require.EqualValues(t, 160, src.loads.Load())
	require.NoDirExists(t, filepath.Join(os.Getenv("GRAFT_CACHE"), "features"))
}

// TestOutOfMemoryNamesABatchSize with the words of XLA's clients.
func TestOutOfMemoryNamesABatchSize(t *testing.T) {
	err := explain(errors.New("RESOURCE_EXHAUSTED: Out of memory allocating 123 bytes"), 16)
	require.ErrorIs(t, err, ErrMemory)
	require.ErrorContains(t, err, "out of memory at batch size 16 (try BatchSize(8)")
	require.ErrorContains(t, explain(errors.New("failed to allocate"), 1), "smaller images")
	other := errors.New("something else")
	require.Equal(t, other, explain(other, 16))
	require.NoError(t, explain(nil, 16))
}

func TestOnlyOneCallAtATime(t *testing.T) {
	trainer, data := small(t)
	var inner error
	_, err := trainer.Fit(quiet(t), 1, data, OnStep(func(Step) error {
		_, inner = trainer.Fit(quiet(t), 1, data)
		return nil
	}))
	require.NoError(t, err)
	require.ErrorIs(t, inner, ErrBusy)
}

func TestOrderIsAPermutation(t *testing.T) {
	one := order(10, 1, 1, 1)
	require.Equal(t, one, order(10, 1, 1, 1))
	require.NotEqual(t, one, order(10, 1, 1, 2))
	require.NotEqual(t, one, order(10, 1, 2, 1))
	slices.Sort(one)
	require.Equal(t, span(0, 10), one)
	rows, weight := batchOf([]int{5, 6, 7}, 1, 2)
	require.Equal(t, []int{7, 5}, rows)
	require.Equal(t, []float32{1, 0}, weight)
}

// TestOnePrefixForAllSizes: what is left over of a set, even one example, is padded
// instead of compiling the frozen part for it.
func TestOnePrefixForAllSizes(t *testing.T) {
	trainer, src := augmentedNet(t)
	for n, want := range map[int]int{17: 1, 24: 1, 1: 1} {
		trainer.prefixes[2] = nil
		part := &Memory{Inputs: src.Inputs[:n*192], Dims: src.Dims, Labels: src.Labels[:n]}
		_, err := trainer.Once(quiet(t), part, loss.CrossEntropy)
		require.NoError(t, err)
		require.Equal(t, want, trainer.prefixes[2].Compiled(), "%d examples", n)
	}
}

// TestFitWithoutACacheFolder: the cache folder cannot be written, so the fit goes on
// without it and says so.
func TestFitWithoutACacheFolder(t *testing.T) {
	_, err := device.Open(t.Context()) // before its own cache folder is out of reach
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	t.Setenv("GRAFT_CACHE", filepath.Join(file, "cache"))
	h, src := frozenFit(t)
	require.Contains(t, h.Note, "the feature cache cannot be written (free some space, or set GRAFT_CACHE to another folder)")
	require.EqualValues(t, 80, src.loads.Load(), "kept in memory")
	trainer, varied := augmentedNet(t)
	t.Setenv("GRAFT_CACHE", filepath.Join(file, "cache"))
	h, err = trainer.Fit(quiet(t), 4, varied, Augment(flip), Views(2))
	require.NoError(t, err)
	require.Equal(t, "24/24", h.Epochs[3].Features)
	require.Contains(t, h.Note, "the feature cache cannot be written", "though nothing was to write in the last epochs")
}

// frozenFit trains the head of a frozen network for three epochs.
func frozenFit(t *testing.T, opts ...Option) (*History, *counted) {
	t.Helper()
	trainer, _, data := frozenNet(t)
	trainer.net.Name = "test"
	require.NoError(t, trainer.net.Plan.Freeze(""))
	src := &counted{Memory: data}
	h, err := trainer.Fit(quiet(t), 3, src, append([]Option{LR(0.01)}, opts...)...)
	require.NoError(t, err)
	return h, src
}
