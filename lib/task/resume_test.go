package task

import (
	"context"
	"fmt"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"graft/lib/data"
	"graft/lib/display"
	"graft/lib/train"
)

// folder writes n pictures of two classes to a folder and loads it.
func folder(t *testing.T, dir string, n int) *data.Set {
	t.Helper()
	for i := range n {
		path := filepath.Join(dir, []string{"left", "right"}[i%2], fmt.Sprintf("%02d.png", i))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		f, err := os.Create(path)
		require.NoError(t, err)
		require.NoError(t, png.Encode(f, picture(i, i%2 == 1)))
		require.NoError(t, f.Close())
	}
	set, err := data.ImageFolder(dir)
	require.NoError(t, err)
	return set
}

// trained is what a model has learned, to the last bit.
func trained(t *testing.T, m interface{ image() *Image }) string {
	t.Helper()
	one := m.image()
	digests, err := one.plan.Snapshot(one.store)
	require.NoError(t, err)
	text := ""
	for _, g := range one.plan.Groups {
		for _, p := range g.Params {
			text += fmt.Sprintf("%s %x\n", p.Path, digests[p.Path])
		}
	}
	last := one.histories[len(one.histories)-1]
	return text + fmt.Sprint(last.StepLoss)
}

func (m *Image) image() *Image { return m }

// cutFit is a fit of a small model that ends after three steps of the second epoch;
// whole is how it would have ended.
func cutFit(t *testing.T, with train.Option, learn, valid *data.Set, checkpoints string) (m *ImageClassifier, whole string) {
	t.Helper()
	make := func() *ImageClassifier {
		m, err := NewImageClassifier("resnet18", learn, with, train.FromScratch(), train.ImageSize(32), train.Valid(valid))
		require.NoError(t, err)
		require.NoError(t, m.Freeze())
		require.NoError(t, m.Fit(1, with, train.NoCheckpoint(), train.LR(0.001)), "an earlier fit")
		require.NoError(t, m.SetRate("classifier", 0.5))
		return m
	}
	opts := []train.Option{train.BatchSize(4), train.OneCycle(0.01), train.EarlyStop(3)}
	m = make()
	require.NoError(t, m.Fit(4, append(opts, with, train.NoCheckpoint())...))
	whole = trained(t, m)
	m = make()
	ctx, cancel := context.WithCancel(display.WithSink(t.Context(), display.Lines(io.Discard)))
	opts = append(opts, train.With(ctx), train.Checkpoint(checkpoints), train.CheckpointEvery(0), train.OnStep(func(s train.Step) error {
		if s.Epoch == 2 && s.Batch == 3 {
			cancel()
		}
		return nil
	}))
	require.ErrorIs(t, m.Fit(4, opts...), context.Canceled)
	require.NotEqual(t, whole, trained(t, m))
	return m, whole
}

const resumeChild = "GRAFT_TASK_TEST_RESUME"

// TestResumeInNewProcess makes model and sets again from the checkpoint alone,
// although the folder has grown since.
func TestResumeInNewProcess(t *testing.T) {
	with := quiet(t)
	dir, checkpoints := t.TempDir(), t.TempDir()
	learn, valid, _, err := folder(t, dir, 40).Split(22, 8, data.Rest)
	require.NoError(t, err)
	_, whole := cutFit(t, with, learn, valid, checkpoints)
	folder(t, dir, 50)
	out := filepath.Join(t.TempDir(), "end")
	child := exec.Command(os.Args[0], "-test.run=^TestResumeChild$")
	child.Env = append(os.Environ(), resumeChild+"="+checkpoints, "GRAFT_TASK_TEST_OUT="+out)
	text, err := child.CombinedOutput()
	require.NoError(t, err, string(text))
	end, err := os.ReadFile(out)
	require.NoError(t, err)
	require.Equal(t, whole, string(end))
}

// TestResumeChild is the other process of TestResumeInNewProcess; by itself it
// checks that there is nothing to resume in an empty cache.
func TestResumeChild(t *testing.T) {
	dir := os.Getenv(resumeChild)
	if dir == "" {
		_, err := Resume(quiet(t))
		require.ErrorContains(t, err, "no checkpoint of an unfinished fit")
		return
	}
	var said strings.Builder
	m, err := Resume(train.With(display.WithSink(t.Context(), display.Lines(&said))), train.Checkpoint(dir))
	require.NoError(t, err)
	require.Contains(t, said.String(), "the fit goes on from epoch 2 of 4, step 4 of 6")
	require.Regexp(t, `classifier +1,026 +1,026`, said.String())
	require.Contains(t, said.String(), "the fit had OnStep")
	c := m.(*ImageClassifier)
	require.Equal(t, []string{"left", "right"}, c.Classes())
	require.Len(t, c.Histories(), 2)
	require.Len(t, c.Histories()[0].Epochs, 1)
	require.Equal(t, 22, c.Train().Len())
	require.Equal(t, 8, c.Valid().Len())
	require.NoError(t, os.WriteFile(os.Getenv("GRAFT_TASK_TEST_OUT"), []byte(trained(t, c)), 0o600))
	_, err = Resume(quiet(t), train.Checkpoint(dir))
	require.ErrorContains(t, err, "no checkpoint of an unfinished fit")
	require.NoError(t, c.Fit(1, quiet(t)), "and it can be trained further")
}

// TestResumeInTheSameSession, with pictures in memory, which must be given.
func TestResumeInTheSameSession(t *testing.T) {
	with := quiet(t)
	checkpoints := t.TempDir()
	learn, valid := halves(t, 22), halves(t, 8)
	_, whole := cutFit(t, with, learn, valid, checkpoints)
	at := train.Checkpoint(checkpoints)
	_, err := Resume(with, at)
	require.ErrorContains(t, err, "the training set (22 images in memory): data: the set has pictures in memory")
	require.ErrorContains(t, err, "give it with the option Train")
	_, err = Resume(with, at, train.Train(valid), train.Valid(valid))
	require.ErrorContains(t, err, "the training set is not the one of the checkpoint")
	_, err = Resume(with, at, train.Train(learn), train.Valid(valid), train.LR(1))
	require.ErrorContains(t, err, "Resume has no use for the option LR")
	// A Fit of a new model uses nothing of it.
	require.NoError(t, small(t, with).Fit(1, with, at))
	m, err := Resume(with, at, train.Train(learn), train.Valid(valid))
	require.NoError(t, err)
	require.Equal(t, whole, trained(t, m.(*ImageClassifier)))
}
