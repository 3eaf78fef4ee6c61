package train

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"graft/lib/display"
	"graft/lib/train/checkpoint"
	"graft/lib/train/optimizer"
)

// shownOn is a context whose displays are text in to.
func shownOn(t *testing.T, to io.Writer) context.Context {
	t.Helper()
	return display.WithSink(t.Context(), display.Lines(to))
}

// hard is a fit with everything that a checkpoint has to keep: a frozen stage, BatchNorm that
// follows the batches, Adam, a schedule, shuffling, an uneven last batch, and
// early stopping that ends it in epoch 6 or so with an earlier epoch's weights.
func hard(t *testing.T, opts ...Option) (trainer *Trainer, data *Memory, all []Option) {
	t.Helper()
	trainer, _, data = frozenNet(t)
	require.NoError(t, trainer.net.Plan.Freeze("conv"))
	require.NoError(t, trainer.net.Plan.SetBatchStats("bn", true))
	learn := &Memory{Inputs: data.Inputs[:20*8*8*3], Dims: data.Dims, Labels: data.Labels[:20]}
	valid := &Memory{Inputs: data.Inputs[20*8*8*3 : 40*8*8*3], Dims: data.Dims, Labels: data.Labels[20:40]}
	return trainer, learn, append([]Option{WithValid(valid), Cosine(0.05), BatchSize(8), Seed(3), EarlyStop(2), Metrics("accuracy", "f1")}, opts...)
}

// end is everything that a run leaves behind, to the last bit.
func end(t *testing.T, trainer *Trainer, h *History) map[string]any {
	t.Helper()
	all := map[string]any{"losses": h.StepLoss, "best": h.Best, "restored": h.Restored, "ledger": h.Ledger}
	for _, e := range h.Epochs {
		e.Time, e.Compile, e.Features = 0, 0, "" // what the cache held is no part of the result
		all["epochs"] = append(asList(all["epochs"]), e)
	}
	for v := range trainer.net.Store.IterVariables() {
		all[v.Path()] = value(t, trainer.net.Store, v.Path())
	}
	return all
}

func asList(v any) []Epoch {
	list, _ := v.([]Epoch)
	return list
}

func goOn(t *testing.T, ctx context.Context, folder string, more ...Option) (*Trainer, *History, error) {
	t.Helper()
	trainer, data, opts := hard(t, more...)
	c, err := OpenCheckpoint(folder)
	if err != nil {
		return nil, nil, err
	}
	s, err := Resolve("Fit", Settings{}, opts, FitOptions...)
	require.NoError(t, err)
	h, err := trainer.Resume(ctx, c, data, s)
	require.NoError(t, c.Close())
	return trainer, h, err
}

// only is the folder of the one fit below dir.
func only(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 1)
	return filepath.Join(dir, entries[0].Name())
}

// TestResumeAtEveryStep copies the checkpoint after every step, as if the process
// ended there, and goes on from each copy.
func TestResumeAtEveryStep(t *testing.T) {
	dir, copies := t.TempDir(), t.TempDir()
	var taken []string
	take := func() error {
		to := filepath.Join(copies, string(rune('a'+len(taken))))
		taken = append(taken, to)
		return os.CopyFS(to, os.DirFS(only(t, dir)))
	}
	trainer, data, opts := hard(t, Checkpoint(dir), CheckpointEvery(0),
		OnStep(func(Step) error { return take() }), OnEpoch(func(Epoch) error { return take() }))
	trainer.phases = 4 // calls of Fit before this one decide the order, too
	h, err := trainer.Fit(quiet(t), 9, data, opts...)
	require.NoError(t, err)
	require.Less(t, len(h.Epochs), 9, "it stopped early")
	require.Greater(t, len(h.Epochs), 2)
	want := end(t, trainer, h)
	require.Empty(t, checkpoint.Unfinished(dir))
	// The first copy was taken before the first checkpoint was.
	_, _, err = goOn(t, quiet(t), taken[0])
	require.ErrorContains(t, err, "no checkpoint")
	for i, folder := range taken[1:] {
		again, h, err := goOn(t, quiet(t), folder, Checkpoint(dir))
		require.NoError(t, err)
		require.Equal(t, want, end(t, again, h), "copy %d", i+1)
		require.NoDirExists(t, folder)
	}
}

// broken is an unfinished fit of seven steps in dir, and how the whole one ends.
func broken(t *testing.T, dir string) (folder string, want map[string]any) {
	t.Helper()
	trainer, data, opts := hard(t, NoCheckpoint())
	h, err := trainer.Fit(quiet(t), 9, data, opts...)
	require.NoError(t, err)
	want = end(t, trainer, h)
	ctx, cancel := context.WithCancel(quiet(t))
	steps := 0
	trainer, data, opts = hard(t, Checkpoint(dir), CheckpointEvery(0), OnStep(func(Step) error {
		if steps++; steps == 7 {
			cancel()
		}
		return nil
	}))
	_, err = trainer.Fit(ctx, 9, data, opts...)
	require.ErrorIs(t, err, context.Canceled)
	return only(t, dir), want
}

// read is the newest point in folder.
func read(t *testing.T, folder string) *point {
	t.Helper()
	p := &point{}
	require.NoError(t, checkpoint.ReadPoint(folder, checkpoint.Points(folder)[0], p))
	return p
}

// TestDamagedCheckpoint: a flipped bit in the last point or its parts, or a part
// that is gone, costs the step since the point before.
func TestDamagedCheckpoint(t *testing.T) {
	source, want := broken(t, t.TempDir())
	last := checkpoint.Points(source)[0]
	p := read(t, source)
	require.Len(t, checkpoint.Points(source), 2, "two are kept")
	flip := func(path string) {
		raw, err := os.ReadFile(path)
		require.NoError(t, err)
		raw[len(raw)/2] ^= 1
		require.NoError(t, os.WriteFile(path, raw, 0o600))
	}
	name := fmt.Sprintf("point-%08d.json", last)
	for what, damage := range map[string]func(folder string){
		"point": func(folder string) { flip(filepath.Join(folder, name)) },
		"part":  func(folder string) { flip(filepath.Join(folder, p.Parts["now"].File)) },
		"gone":  func(folder string) { require.NoError(t, os.Remove(filepath.Join(folder, p.Parts["now"].File))) },
		"cut":   func(folder string) { require.NoError(t, os.Truncate(filepath.Join(folder, name), 20)) },
	} {
		t.Run(what, func(t *testing.T) {
			folder := filepath.Join(t.TempDir(), "copy")
			require.NoError(t, os.CopyFS(folder, os.DirFS(source)))
			damage(folder)
			var said strings.Builder
			trainer, h, err := goOn(t, shownOn(t, &said), folder)
			require.NoError(t, err)
			require.Equal(t, want, end(t, trainer, h))
			require.Contains(t, said.String(), "cannot be used")
			require.Contains(t, said.String(), "the one before is taken, from epoch 3 of 9, step 1 of 3")
		})
	}
	t.Run("both", func(t *testing.T) {
		folder := filepath.Join(t.TempDir(), "copy")
		require.NoError(t, os.CopyFS(folder, os.DirFS(source)))
		flip(filepath.Join(folder, p.Parts["base"].File))
		_, _, err := goOn(t, quiet(t), folder)
		require.ErrorContains(t, err, "no checkpoint in "+folder+" can be used")
		require.ErrorContains(t, err, p.Parts["base"].File+" is damaged")
		require.DirExists(t, folder, "nothing is thrown away")
	})
}

// TestFrozenCheckpointIsSmall: what cannot move is written once.
func TestFrozenCheckpointIsSmall(t *testing.T) {
	folder, _ := broken(t, t.TempDir())
	p := read(t, folder)
	base, err := checkpoint.ReadTensors(folder, p.Parts["base"])
	require.NoError(t, err)
	require.Len(t, base, 2, "weight and bias of the frozen convolution")
	now, err := checkpoint.ReadTensors(folder, p.Parts["now"])
	require.NoError(t, err)
	for path := range now {
		require.NotContains(t, path, "conv")
	}
	require.Contains(t, now, "/optimizer/square/net/fc/weight")
	require.Contains(t, now, "/net/bn/running_mean")
	bases, err := filepath.Glob(filepath.Join(folder, "base-*"))
	require.NoError(t, err)
	require.Len(t, bases, 1)
}

// TestCheckpointInUse: a fit that runs, or one that goes on, keeps its checkpoint to
// itself.
func TestCheckpointInUse(t *testing.T) {
	dir := t.TempDir()
	folder, _ := broken(t, dir)
	c, err := OpenCheckpoint(dir)
	require.NoError(t, err)
	_, err = OpenCheckpoint(folder)
	require.ErrorIs(t, err, checkpoint.ErrInUse)
	_, err = OpenCheckpoint(dir)
	require.ErrorIs(t, err, checkpoint.ErrInUse)
	require.ErrorContains(t, err, folder)
	require.True(t, checkpoint.Unfinished(dir)[0].InUse)
	require.NoError(t, c.Close())
	require.False(t, checkpoint.Unfinished(dir)[0].InUse)
	// A new fit takes another folder and leaves this one alone.
	trainer, data, opts := hard(t, Checkpoint(dir), CheckpointEvery(0))
	_, err = trainer.Fit(quiet(t), 1, data, opts...)
	require.NoError(t, err)
	require.Equal(t, folder, only(t, dir))
}

// TestResumeWantsTheSameData and the same network.
func TestResumeWantsTheSameData(t *testing.T) {
	folder, _ := broken(t, t.TempDir())
	trainer, data, opts := hard(t)
	s, err := Resolve("Fit", Settings{}, opts, FitOptions...)
	require.NoError(t, err)
	c, err := OpenCheckpoint(folder)
	require.NoError(t, err)
	other := *data
	other.Labels = append([]int{1 - data.Labels[0]}, data.Labels[1:]...)
	_, err = trainer.Resume(quiet(t), c, &other, s)
	require.ErrorContains(t, err, "the training set is not the one of the checkpoint")
	without := s
	without.Valid = nil
	_, err = trainer.Resume(quiet(t), c, data, without)
	require.ErrorContains(t, err, "give it with Valid")
	without.Valid = data
	_, err = trainer.Resume(quiet(t), c, data, without)
	require.ErrorContains(t, err, "the validation set is not the one of the checkpoint")
	linear, _ := small(t)
	_, err = linear.Resume(quiet(t), c, data, s)
	require.ErrorContains(t, err, "the groups conv, bn, classifier")
	_, err = trainer.Resume(quiet(t), c, data, s)
	require.NoError(t, err, "none of these used the checkpoint up")
}

// tinyDisk is a folder on a disk of 1 MB and what fills it up. Who may not mount one
// gets a folder below which nothing can be made any more; who may write there all the
// same, as root may, gets nothing. Package checkpoint tests the files without either.
func tinyDisk(t *testing.T) (dir string, fill func(), free func(), reason string) {
	t.Helper()
	dir = t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=1m", "graft-test", dir).CombinedOutput(); err != nil {
		if os.Getuid() == 0 {
			t.Skipf("root without the right to mount: %v: %s", err, out)
		}
		allow := func(mode os.FileMode) func() {
			return func() { require.NoError(t, os.Chmod(only(t, dir), mode)) }
		}
		return dir, allow(0o500), allow(0o700), "permission denied"
	}
	t.Cleanup(func() { require.NoError(t, exec.Command("umount", dir).Run()) })
	filler := filepath.Join(dir, "filler")
	fill = func() {
		f, err := os.Create(filler)
		require.NoError(t, err)
		_, err = f.Write(make([]byte, 2<<20))
		require.ErrorIs(t, err, syscall.ENOSPC)
		require.NoError(t, f.Close())
	}
	return dir, fill, func() { require.NoError(t, os.Remove(filler)) }, "no space left on device"
}

// TestCheckpointOnAFullDisk: the fit goes on, says so, and what was written before
// stays good; with space again, so are checkpoints.
func TestCheckpointOnAFullDisk(t *testing.T) {
	dir, fill, free, reason := tinyDisk(t)
	var said strings.Builder
	steps, where := 0, ""
	ctx, cancel := context.WithCancel(shownOn(t, &said))
	trainer, data, opts := hard(t, Checkpoint(dir), CheckpointEvery(0), OnStep(func(Step) error {
		switch steps++; steps {
		case 4:
			fill()
		case 6:
			c := &Savepoint{Folder: checkpoint.Unfinished(dir)[0].Folder}
			require.NoError(t, c.read(), "whole, though the disk is full")
			where = c.Where()
			left, err := filepath.Glob(filepath.Join(c.Folder, ".new-*"))
			require.NoError(t, err)
			require.Empty(t, left)
			free()
		case 8:
			cancel()
		}
		return nil
	}))
	h, err := trainer.Fit(ctx, 9, data, opts...)
	require.ErrorIs(t, err, context.Canceled)
	require.Len(t, h.StepLoss, 8)
	require.Equal(t, "epoch 2 of 9, step 1 of 3", where)
	require.Equal(t, 1, strings.Count(said.String(), "a checkpoint could not be written, the last one stands (free some space"), "said once")
	require.Contains(t, said.String(), reason)
	c, err := OpenCheckpoint(dir)
	require.NoError(t, err)
	require.Equal(t, "epoch 3 of 9, step 3 of 3", c.Where())
	require.NoError(t, c.Close())
}

// TestCheckpointWhereNobodyMayWrite: asked for, it is an error before the first
// step; by default, a warning.
func TestCheckpointWhereNobodyMayWrite(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o400))
	trainer, data, opts := hard(t, Checkpoint(filepath.Join(file, "below")))
	_, err := trainer.Fit(quiet(t), 1, data, opts...)
	require.ErrorContains(t, err, "no checkpoint can be written (free some space, name another folder")
	t.Setenv("GRAFT_CACHE", filepath.Join(file, "below"))
	trainer, data, opts = hard(t, CheckpointEvery(0))
	var said strings.Builder
	h, err := trainer.Fit(shownOn(t, &said), 1, data, opts...)
	require.NoError(t, err)
	require.Len(t, h.StepLoss, 3)
	require.Contains(t, said.String(), "no checkpoint can be written")
	require.Contains(t, said.String(), "the fit goes on")
}

// TestNaNLossWithACheckpoint: the process ends after the step that broke the
// parameters, before the loss shows it. The resumed fit meets the same NaN and
// brings back the last finished epoch, as the other did.
func TestNaNLossWithACheckpoint(t *testing.T) {
	dir := t.TempDir()
	trainer, data := small(t)
	rate, rule := 0.1, optimizer.NewSGD(0)
	rule.Decay = 1
	opts := []Option{BatchSize(2), Checkpoint(dir), CheckpointEvery(0), WithOptimizer(rule), LRFrom(func() float64 { return rate }),
		OnStep(func(s Step) error {
			if s.Epoch == 2 && s.Batch == 1 {
				rate = 1e38
			}
			return nil
		})}
	h, err := trainer.Fit(quiet(t), 4, data, opts...)
	require.ErrorContains(t, err, "the loss is NaN in epoch 3, batch 2")
	require.Contains(t, h.Note, "Resume goes on from its checkpoint in "+dir)
	want := value(t, trainer.net.Store, "/net/linear/weight")
	c, err := OpenCheckpoint(dir)
	require.NoError(t, err)
	require.Equal(t, "epoch 3 of 4, step 2 of 2", c.Where())
	again, _ := small(t)
	s, err := Resolve("Fit", Settings{}, opts, FitOptions...)
	require.NoError(t, err)
	h, err = again.Resume(quiet(t), c, data, s)
	require.ErrorContains(t, err, "the loss is NaN in epoch 3, batch 2 (the parameters of the last finished epoch are back")
	require.Len(t, h.Epochs, 2)
	require.Equal(t, want, value(t, again.net.Store, "/net/linear/weight"))
	require.False(t, math.IsNaN(float64(want[0])) || math.IsInf(float64(want[0]), 0))
}

// TestOldCheckpointsGo: of fits that never came to their end, the latest stay.
func TestOldCheckpointsGo(t *testing.T) {
	t.Setenv("GRAFT_CACHE", t.TempDir())
	cut := func() {
		ctx, cancel := context.WithCancel(quiet(t))
		trainer, data, opts := hard(t, CheckpointEvery(0), OnStep(func(s Step) error {
			if s.Batch == 2 {
				cancel()
			}
			return nil
		}))
		_, err := trainer.Fit(ctx, 2, data, opts...)
		require.ErrorIs(t, err, context.Canceled)
	}
	stillborn := filepath.Join(checkpoint.Dir(), "killed-before-its-first")
	require.NoError(t, os.MkdirAll(stillborn, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(stillborn, "lock"), nil, 0o600))
	for range keepUnfinished + 2 {
		cut()
	}
	require.NoDirExists(t, stillborn)
	list := checkpoint.Unfinished("")
	require.Len(t, list, keepUnfinished)
	require.Equal(t, 2, list[0].Epochs)
	require.True(t, list[0].Time.After(list[3].Time), "the latest first")
}

// TestClearedCacheUnderAFit: the next checkpoint is a whole one again.
func TestClearedCacheUnderAFit(t *testing.T) {
	dir, steps := t.TempDir(), 0
	ctx, cancel := context.WithCancel(quiet(t))
	trainer, data, opts := hard(t, Checkpoint(dir), CheckpointEvery(0), OnStep(func(Step) error {
		switch steps++; steps {
		case 4:
			return os.RemoveAll(only(t, dir))
		case 7:
			cancel()
		}
		return nil
	}))
	_, err := trainer.Fit(ctx, 9, data, opts...)
	require.ErrorIs(t, err, context.Canceled)
	c, err := OpenCheckpoint(dir)
	require.NoError(t, err)
	require.Equal(t, "epoch 3 of 9, step 2 of 3", c.Where())
	require.NoError(t, c.Close())
}
