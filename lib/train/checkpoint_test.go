package train

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/stretchr/testify/require"
	"graft/lib/nn"
	"graft/lib/train/checkpoint"
	"graft/lib/tune"
)

// resumeCase is testdata/resume.json, field case T2.
type resumeCase struct {
	X      []float32
	Y      []int
	Start  map[string][]float32
	Losses []float64
	After  []map[string][]float32 // each epoch
}

func (c *resumeCase) source() *Memory { return &Memory{Inputs: c.X, Dims: []int{6}, Labels: c.Y} }

// trainer is the network of the case: a matrix, tanh, and another matrix.
func (c *resumeCase) trainer(t *testing.T) *Trainer {
	t.Helper()
	store := model.NewStore()
	param := func(name string, shape ...int) tune.Param {
		store.VariableWithValue("/net/"+name, tensors.FromFlatDataAndDimensions(append([]float32{}, c.Start[name]...), shape...))
		return tune.Param{Path: "/net/" + name, Kind: nn.Weight, Len: shape[0] * shape[1]}
	}
	matrix := func(store *model.Store, x *graph.Node, name string) *graph.Node {
		return graph.MatMul(x, store.GetVariable("/net/"+name).NodeValue(x))
	}
	body := tune.Group{Name: "body", Params: []tune.Param{param("body", 6, 5)}, Trainable: false, Rate: 0.1}
	trainer, err := New(t.Context(), Net{
		Store: store, Plan: tune.NewPlan([]tune.Group{body}, []tune.Param{param("head", 5, 2)}),
		Body: func(store *model.Store, x *graph.Node, from, to int, _ nn.Mode) *graph.Node {
			if from == 0 && to == 1 {
				x = graph.Tanh(matrix(store, x, "body"))
			}
			return x
		},
		Head: func(scope *model.Scope, x *graph.Node) *graph.Node { return matrix(scope.Store(), x, "head") },
	})
	require.NoError(t, err)
	return trainer
}

// options free the body at epoch 3; the rate falls by a sixth of 0.2 each epoch.
func (c *resumeCase) options(epoch *int, more ...Option) []Option {
	return append([]Option{
		SGD(0.9), InOrder(), BatchSize(8), UnfreezeAt(3, "body"),
		LRFrom(func() float64 { return 0.2 * (1 - float64(*epoch)/6) }),
		OnEpoch(func(e Epoch) error { *epoch = e.N; return nil }),
	}, more...)
}

const resumeChild = "GRAFT_TRAIN_TEST_RESUME"

// TestResumeInNewProcess is field case T2: a fit cut after each of epochs 1 to 5 and
// gone on with in another process ends as one that was not cut, and both as
// PyTorch's.
func TestResumeInNewProcess(t *testing.T) {
	var c resumeCase
	fixture(t, "resume.json", &c)
	trainer, epoch := c.trainer(t), 0
	bodies := map[int]string{}
	h, err := trainer.Fit(quiet(t), 6, c.source(), c.options(&epoch, NoCheckpoint(), OnEpoch(func(e Epoch) error {
		bodies[e.N] = fmt.Sprint(value(t, trainer.net.Store, "/net/body"))
		return nil
	}))...)
	require.NoError(t, err)
	require.InDeltaSlice(t, c.Losses, h.StepLoss, 1e-5)
	whole := map[string][]float32{"body": value(t, trainer.net.Store, "/net/body"), "head": value(t, trainer.net.Store, "/net/head")}
	require.InDeltaSlice(t, c.After[5]["body"], whole["body"], 1e-5)
	require.InDeltaSlice(t, c.After[5]["head"], whole["head"], 1e-5)
	require.Equal(t, fmt.Sprint(c.Start["body"]), bodies[2])

	for cut := 1; cut <= 5; cut++ {
		dir := t.TempDir()
		trainer, epoch := c.trainer(t), 0
		ctx, cancel := context.WithCancel(quiet(t))
		opts := append(c.options(&epoch, Checkpoint(dir), CheckpointEvery(0)), OnEpoch(func(e Epoch) error {
			if e.N == cut {
				cancel()
			}
			return nil
		}))
		_, err := trainer.Fit(ctx, 6, c.source(), opts...)
		require.ErrorIs(t, err, context.Canceled)
		if cut == 1 {
			otherProcessIsRefused(t, dir)
		}
		end := cutAndResumed(t, dir)
		require.Equal(t, cut+1, end.From.Epoch)
		require.Equal(t, whole, end.Weights, "bit-equal to the run that was not cut, cut after epoch %d", cut)
		require.Equal(t, h.StepLoss, end.Losses)
		require.Len(t, end.Body, 7-cut)
		for i := 1; i < len(end.Body); i++ { // before the first epoch, and after each
			epoch := cut + i
			require.Equal(t, epoch >= 3, end.Body[i-1] != end.Body[i], "the body moves in epochs 3 to 6, here in %d", epoch)
			require.Equal(t, bodies[epoch], end.Body[i])
		}
		require.Contains(t, end.Said, fmt.Sprintf("the fit goes on from epoch %d of 6, step 1 of 3", cut+1))
		if cut < 3 { // freed when epoch 3 begins, after the cut
			require.Regexp(t, `body +30 +0 *\n`, end.Said, "trainable counts by group")
			require.Contains(t, end.Note, "epoch 3: unfrozen body, 40 parameters trainable")
		} else {
			require.Regexp(t, `body +30 +30`, end.Said)
		}
	}
}

// resumed is what the other process tells of its run.
type resumed struct {
	From    stand
	Weights map[string][]float32
	Losses  []float64
	Body    []string // after each epoch
	Said    string
	Note    string
}

// otherProcessIsRefused while this one holds the checkpoint.
func otherProcessIsRefused(t *testing.T, dir string) {
	t.Helper()
	c, err := OpenCheckpoint(dir)
	require.NoError(t, err)
	child := exec.Command(os.Args[0], "-test.run=^TestResumeChild$")
	child.Env = append(os.Environ(), resumeChild+"="+dir)
	text, err := child.CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(text), c.Folder+": the checkpoint is in use by a fit that runs")
	require.NoError(t, c.Close())
}

func cutAndResumed(t *testing.T, dir string) (end resumed) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "end.json")
	child := exec.Command(os.Args[0], "-test.run=^TestResumeChild$")
	child.Env = append(os.Environ(), resumeChild+"="+dir, "GRAFT_TRAIN_TEST_OUT="+out)
	text, err := child.CombinedOutput()
	require.NoError(t, err, string(text))
	raw, err := os.ReadFile(out)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &end))
	return end
}

// TestResumeChild is the other process of TestResumeInNewProcess; by itself it
// checks that an empty folder is an error.
func TestResumeChild(t *testing.T) {
	dir := os.Getenv(resumeChild)
	if dir == "" {
		_, err := OpenCheckpoint(t.TempDir())
		require.ErrorContains(t, err, "no checkpoint of an unfinished fit")
		return
	}
	var c resumeCase
	fixture(t, "resume.json", &c)
	var end resumed
	saved, err := OpenCheckpoint(dir)
	require.NoError(t, err)
	end.From = saved.point.At
	trainer, epoch := c.trainer(t), saved.point.At.Epoch-1
	var said strings.Builder
	note := func() { end.Body = append(end.Body, fmt.Sprint(value(t, trainer.net.Store, "/net/body"))) }
	s, err := Resolve("Fit", Settings{}, c.options(&epoch, OnEpoch(func(Epoch) error { note(); return nil })), FitOptions...)
	require.NoError(t, err)
	require.NoError(t, saved.Restore(trainer.net.Store))
	note()
	h, err := trainer.Resume(shownOn(t, &said), saved, c.source(), s)
	require.NoError(t, err)
	end.Losses, end.Said, end.Note = h.StepLoss, said.String(), h.Note
	end.Weights = map[string][]float32{"body": value(t, trainer.net.Store, "/net/body"), "head": value(t, trainer.net.Store, "/net/head")}
	raw, err := json.Marshal(end)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(os.Getenv("GRAFT_TRAIN_TEST_OUT"), raw, 0o600))
	require.Empty(t, checkpoint.Unfinished(dir), "what came to its end leaves nothing")
}

// TestResumeWithViews: augmented views and weighted sampling are drawn by counters,
// so a resumed run sees the same ones.
func TestResumeWithViews(t *testing.T) {
	for name, opts := range map[string][]Option{
		"cached views of a frozen part": {Augment(flip), Views(3)},
		"fresh views of a frozen part":  {Augment(flip), FreshViews()},
		"balanced":                      {SampleBalanced()},
		"weighted":                      {SampleWeights([]float64{1, 1, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1})},
	} {
		t.Run(name, func(t *testing.T) {
			dir, copies := t.TempDir(), t.TempDir()
			trainer, src := augmentedNet(t)
			steps := 0
			opts := append([]Option{Checkpoint(dir), CheckpointEvery(0), BatchSize(10), LR(0.01)}, opts...)
			h, err := trainer.Fit(quiet(t), 4, src, append(opts, OnStep(func(Step) error {
				if steps++; steps == 6 || steps == 9 { // in epoch 2, and between 2 and 3
					return os.CopyFS(filepath.Join(copies, fmt.Sprint(steps)), os.DirFS(only(t, dir)))
				}
				return nil
			}))...)
			require.NoError(t, err)
			for _, cut := range []string{"6", "9"} {
				c, err := OpenCheckpoint(filepath.Join(copies, cut))
				require.NoError(t, err)
				again, src := augmentedNet(t)
				resumed, err := again.Resume(quiet(t), c, src, Settings{})
				require.NoError(t, err)
				require.Equal(t, h.StepLoss, resumed.StepLoss)
				require.Equal(t, value(t, trainer.net.Store, "/net/fc/weight"), value(t, again.net.Store, "/net/fc/weight"))
			}
		})
	}
}

// TestCutAgainAfterAGroupWasFrozen: a group that learned and was frozen again is in no
// base, so checkpoints that a resumed run writes must have it, too.
func TestCutAgainAfterAGroupWasFrozen(t *testing.T) {
	make := func(more ...Option) (*Trainer, *Memory, []Option) {
		trainer, data, opts := hard(t, UnfreezeAt(2, "all"), FreezeAt(3, "conv"), EarlyStop(9), BatchSize(10))
		require.NoError(t, trainer.net.Plan.Freeze(""))
		return trainer, data, append(opts, more...)
	}
	trainer, data, opts := make(NoCheckpoint())
	h, err := trainer.Fit(quiet(t), 5, data, opts...)
	require.NoError(t, err)
	want := end(t, trainer, h)
	dir := t.TempDir()
	cut := func(epoch int) (context.Context, Option) {
		ctx, cancel := context.WithCancel(quiet(t))
		return ctx, OnStep(func(s Step) error {
			if s.Epoch == epoch {
				cancel()
			}
			return nil
		})
	}
	ctx, stop := cut(3)
	trainer, data, opts = make(stop, Checkpoint(dir), CheckpointEvery(0))
	_, err = trainer.Fit(ctx, 5, data, opts...)
	require.ErrorIs(t, err, context.Canceled)
	resume := func(ctx context.Context, more ...Option) (*Trainer, *History, error) {
		c, err := OpenCheckpoint(dir)
		require.NoError(t, err)
		trainer, data, opts := make(append(more, CheckpointEvery(0))...)
		s, err := Resolve("Fit", Settings{}, opts, FitOptions...)
		require.NoError(t, err)
		h, err := trainer.Resume(ctx, c, data, s)
		return trainer, h, err
	}
	ctx, stop = cut(4)
	_, _, err = resume(ctx, stop)
	require.ErrorIs(t, err, context.Canceled)
	trainer, h, err = resume(quiet(t))
	require.NoError(t, err)
	require.Equal(t, want, end(t, trainer, h))
}
