package train

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/stretchr/testify/require"
	"graft/lib/nn"
	"graft/lib/tune"
)

// recipes is recipes.json.
type recipes struct {
	X, Weight, Bias []float32
	Y               []int
	Runs            map[string]struct {
		Losses                []float64
		Weight, Bias, Average []float32
		Valid                 float64
	}
	L2SP, DELTA, BSS anchoredRun
}

type anchoredRun struct {
	X          []float32
	Y          []int
	Start, End [][]float32
	Losses     []float64
}

// TestRecipeIsNamed in the title of its run.
func TestRecipeIsNamed(t *testing.T) {
	require.Empty(t, Recipe{DecayWeightsOnly: true, Accumulate: 1}.title())
	s := Settings{}
	for _, o := range []Option{Mixup(0.4), L2SP(0.01, 0.02), BSS(0.001, 1), ClipNorm(1), Accumulate(4)} {
		require.NoError(t, o.set(&s))
	}
	require.Equal(t, "mixup 0.4, L2-SP 0.01, L2-SP of the head 0.02, BSS 0.001, gradients up to 1, 4 batches an update", s.Recipe.title())
}

// TestRecipes compares clipping, the head's part of L2-SP, averages and accumulation
// with PyTorch and timm. Accumulation: batches of four, three to an update, which
// equals batches of twelve; the thirteenth example is an update of its own.
func TestRecipes(t *testing.T) {
	var want recipes
	fixture(t, "recipes.json", &want)
	whole := &Memory{Inputs: want.X, Dims: []int{4}, Labels: want.Y}
	for name, opts := range map[string][]Option{
		"norm": {ClipNorm(0.1)}, "value": {ClipValue(0.05)}, "both": {ClipNorm(0.06), ClipValue(0.05)},
		"head": {L2SP(0, 0.3)}, "accumulate": {BatchSize(4), Accumulate(3)},
		"average":      {WithAverage(Average{Decay: 0.9, Constant: true}), WithValid(whole)},
		"average-warm": {EMA(0.6), WithValid(whole)},
	} {
		t.Run(name, func(t *testing.T) {
			trainer := linear(t, want.Weight, want.Bias)
			h, err := trainer.Fit(quiet(t), 6, whole, append([]Option{BatchSize(13), Adam(), LR(0.05), InOrder()}, opts...)...)
			require.NoError(t, err)
			run := want.Runs[name]
			losses := h.StepLoss
			if name == "accumulate" { // of four batches: three of the big one, and the last
				losses = nil
				for i := 0; i < len(h.StepLoss); i += 4 {
					s := h.StepLoss[i:]
					losses = append(losses, (s[0]+s[1]+s[2])/3, s[3])
				}
			}
			require.InDeltaSlice(t, run.Losses, losses, 1e-5)
			require.InDeltaSlice(t, run.Weight, value(t, trainer.net.Store, "/net/linear/weight"), 1e-5)
			require.InDeltaSlice(t, run.Bias, value(t, trainer.net.Store, "/net/linear/bias"), 1e-5)
			if run.Average != nil {
				require.InDeltaSlice(t, run.Average, value(t, trainer.net.Store, "/optimizer/average/net/linear/weight"), 1e-5)
				require.InDelta(t, run.Valid, h.Epochs[5].ValidLoss, 1e-5, "validation sees the averages")
			}
		})
	}
}

// TestAccumulationEqualsOneBatch with the features of stages in inference mode, weights
// of classes and an uneven rest: five examples in batches of two, all in one update.
func TestAccumulationEqualsOneBatch(t *testing.T) {
	end := func(opts ...Option) []float32 {
		trainer, _, data := frozenNet(t)
		five := &Memory{Inputs: data.Inputs[:5*8*8*3], Dims: data.Dims, Labels: data.Labels[:5]}
		_, err := trainer.Fit(quiet(t), 3, five, append([]Option{SGD(0.9), LR(0.1), InOrder(), ClassWeights(1, 3)}, opts...)...)
		require.NoError(t, err)
		return append(value(t, trainer.net.Store, "/net/conv/weight"), value(t, trainer.net.Store, "/net/fc/bias")...)
	}
	require.InDeltaSlice(t, end(BatchSize(5)), end(BatchSize(2), Accumulate(3)), 1e-6)
}

// TestAccumulationCountsUpdates for the schedule, and moves nothing in between.
func TestAccumulationCountsUpdates(t *testing.T) {
	trainer, data := small(t)
	var rates []float64
	var weights [][]float32
	_, err := trainer.Fit(quiet(t), 2, data, BatchSize(1), Accumulate(3), Linear(0.4), SGD(0), InOrder(), EMA(0.5), OnStep(func(s Step) error {
		rates = append(rates, s.LR)
		weights = append(weights, append(value(t, trainer.net.Store, "/net/linear/weight"), value(t, trainer.net.Store, "/optimizer/average/net/linear/weight")...))
		return nil
	}))
	require.NoError(t, err)
	require.InDeltaSlice(t, []float64{0.4, 0.4, 0.4, 0.3, 0.2, 0.2, 0.2, 0.1}, rates, 1e-12)
	for step, moves := range []bool{false, false, true, true, false, false, true, true} {
		if step == 0 {
			continue
		}
		require.Equal(t, !moves, equal(weights[step-1], weights[step]), "step %d", step+1)
	}
	for _, path := range []string{"/optimizer/mass", "/optimizer/gradient/net/linear/bias"} {
		for _, v := range value(t, trainer.net.Store, path) {
			require.Zero(t, v, "nothing is left over after an update")
		}
	}
}

func equal(a, b []float32) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// TestNumbersDoNotRecompile: other limits and weights, the same executable.
func TestNumbersDoNotRecompile(t *testing.T) {
	trainer, data := small(t)
	fit := func(opts ...Option) *History {
		h, err := trainer.Fit(quiet(t), 2, data, opts...)
		require.NoError(t, err)
		return h
	}
	require.Positive(t, fit(ClipNorm(1), EMA(0.9), L2SP(0, 0.1), Mixup(0.4), LR(0.1)).Compile)
	require.Zero(t, fit(ClipNorm(2), EMA(0.5), L2SP(0, 0.2), Mixup(0.2), Cosine(0.2)).Compile)
	require.Positive(t, fit(ClipNorm(2), LR(0.1)).Compile)
	require.Len(t, trainer.steps, 2)
}

// TestKeepEMA: a run goes on with its parameters and ends with their averages, or
// with those of the best epoch.
func TestKeepEMA(t *testing.T) {
	trainer, data := small(t)
	const path, average = "/net/linear/weight", "/optimizer/average/net/linear/weight"
	_, err := trainer.Fit(quiet(t), 3, data, EMA(0.9), LR(0.1))
	require.NoError(t, err)
	require.NotEqual(t, value(t, trainer.net.Store, average), value(t, trainer.net.Store, path))
	_, err = trainer.Fit(quiet(t), 3, data, EMA(0.9), KeepEMA(), LR(0.1))
	require.NoError(t, err)
	require.Equal(t, value(t, trainer.net.Store, average), value(t, trainer.net.Store, path))

	var seen [][]float32
	opposite := &Memory{Inputs: data.Inputs, Dims: data.Dims, Labels: []int{1, 0, 1, 0}}
	h, err := trainer.Fit(quiet(t), 3, data, WithAverage(Average{Decay: 0.5, Constant: true, Keep: true}), LR(0.1), WithValid(opposite), KeepBest(),
		OnEpoch(func(Epoch) error { seen = append(seen, value(t, trainer.net.Store, average)); return nil }))
	require.NoError(t, err)
	require.Equal(t, 1, h.Best)
	require.Equal(t, seen[0], value(t, trainer.net.Store, path))

	_, err = trainer.Fit(quiet(t), 1, data, KeepEMA())
	require.ErrorContains(t, err, "KeepEMA without EMA")
}

// TestAveragesFollowRunningStatistics, as timm's do.
func TestAveragesFollowRunningStatistics(t *testing.T) {
	trainer, _, data := frozenNet(t)
	require.NoError(t, trainer.net.Plan.SetBatchStats("all", true))
	start := value(t, trainer.net.Store, "/net/bn/running_mean")
	_, err := trainer.Fit(quiet(t), 1, data, BatchSize(80), WithAverage(Average{Decay: 0.75, Constant: true}))
	require.NoError(t, err)
	end, average := value(t, trainer.net.Store, "/net/bn/running_mean"), value(t, trainer.net.Store, "/optimizer/average/net/bn/running_mean")
	for i := range start {
		require.InDelta(t, 0.75*start[i]+0.25*end[i], average[i], 1e-5)
	}
}

// twoStages is the network of class Two in make.py.
func twoStages(t *testing.T, start [][]float32) *Trainer {
	t.Helper()
	store := model.NewStore()
	shapes := [][]int{{4, 5}, {5, 6}, {6, 3}, {3}}
	paths := []string{"/net/one/weight", "/net/two/weight", "/net/head/weight", "/net/head/bias"}
	var params []tune.Param
	for i, path := range paths {
		store.VariableWithValue(path, vector(start[i], shapes[i]...))
		kind := nn.Weight
		if i == 3 {
			kind = nn.Bias
		}
		params = append(params, tune.Param{Path: path, Kind: kind, Len: len(start[i])})
	}
	node := func(store *model.Store, i int, x *graph.Node) *graph.Node {
		return store.GetVariable(paths[i]).NodeValue(x)
	}
	plan := tune.NewPlan([]tune.Group{
		{Name: "one", Params: params[:1], Trainable: true, Rate: 1}, {Name: "two", Params: params[1:2], Trainable: true, Rate: 1},
	}, params[2:])
	trainer, err := New(t.Context(), Net{
		Store: store, Plan: plan,
		Body: func(store *model.Store, x *graph.Node, from, to int, _ nn.Mode) *graph.Node {
			for i := from; i < to; i++ {
				x = graph.Tanh(graph.MatMul(x, node(store, i, x)))
			}
			return x
		},
		Head: func(scope *model.Scope, x *graph.Node) *graph.Node {
			return graph.Add(graph.MatMul(x, node(scope.Store(), 2, x)), graph.ExpandAxes(node(scope.Store(), 3, x), 0))
		},
	})
	require.NoError(t, err)
	return trainer
}

// TestPenalties compares eight steps with PyTorch's, in two calls of Fit: the start is
// that of the first.
func TestPenalties(t *testing.T) {
	var want recipes
	fixture(t, "recipes.json", &want)
	for name, c := range map[string]struct {
		run    anchoredRun
		option Option
	}{
		"l2sp": {want.L2SP, L2SP(0.3, 0)}, "delta": {want.DELTA, DELTA(0.4)}, "bss": {want.BSS, BSS(0.2, 2)},
	} {
		t.Run(name, func(t *testing.T) {
			trainer := twoStages(t, c.run.Start)
			data := &Memory{Inputs: c.run.X, Dims: []int{4}, Labels: c.run.Y}
			var losses []float64
			for _, epochs := range []int{3, 5} {
				h, err := trainer.Fit(quiet(t), epochs, data, SGD(0), LR(0.2), InOrder(), c.option)
				require.NoError(t, err)
				losses = append(losses, h.StepLoss...)
			}
			require.InDeltaSlice(t, c.run.Losses, losses, 1e-4)
			for i, path := range []string{"/net/one/weight", "/net/two/weight", "/net/head/weight", "/net/head/bias"} {
				require.InDeltaSlice(t, c.run.End[i], value(t, trainer.net.Store, path), 1e-4, path)
			}
		})
	}
}

// TestStartIsFromBeforeTheFirstFit, even if that one had no use for it.
func TestStartIsFromBeforeTheFirstFit(t *testing.T) {
	var want recipes
	fixture(t, "recipes.json", &want)
	trainer := twoStages(t, want.L2SP.Start)
	data := &Memory{Inputs: want.L2SP.X, Dims: []int{4}, Labels: want.L2SP.Y}
	_, err := trainer.Fit(quiet(t), 2, data, SGD(0), LR(0.2))
	require.NoError(t, err)
	require.NotEqual(t, want.L2SP.Start[0], value(t, trainer.net.Store, "/net/one/weight"))
	_, err = trainer.Fit(quiet(t), 1, data, SGD(0), LR(0.2), L2SP(0.1, 0))
	require.NoError(t, err)
	require.Equal(t, want.L2SP.Start[0], value(t, trainer.net.Store, "/optimizer/start/net/one/weight"))
}

// TestPenaltiesWithAFrozenStage: a stage that is frozen has no part in them.
func TestPenaltiesWithAFrozenStage(t *testing.T) {
	var want recipes
	fixture(t, "recipes.json", &want)
	trainer := twoStages(t, want.L2SP.Start)
	data := &Memory{Inputs: want.L2SP.X, Dims: []int{4}, Labels: want.L2SP.Y}
	require.NoError(t, trainer.net.Plan.Freeze("one"))
	_, err := trainer.Fit(quiet(t), 2, data, DELTA(0.1), L2SP(0.1, 0.1), BSS(0.01, 1))
	require.NoError(t, err)
	require.Nil(t, trainer.net.Store.GetVariable("/optimizer/start/net/one/weight"))
	require.Equal(t, want.L2SP.Start[1], value(t, trainer.net.Store, "/optimizer/start/net/two/weight"))
	require.NoError(t, trainer.net.Plan.Freeze(""))
	for name, o := range map[string]Option{"DELTA": DELTA(0.1), "BSS": BSS(0.1, 1), "L2SP": L2SP(0.1, 0)} {
		_, err := trainer.Fit(quiet(t), 1, data, o)
		require.ErrorContains(t, err, name+" holds back the backbone, but all of its stages are frozen")
	}
}

// TestRecipeAcrossPhases: what is unfrozen on the way gets its slots then, and its
// start is what it was.
func TestRecipeAcrossPhases(t *testing.T) {
	trainer, f, data := frozenNet(t)
	require.NoError(t, trainer.net.Plan.Freeze(""))
	recipe := []Option{L2SP(0.1, 0.1), DELTA(0.01), BSS(0.001, 1), EMA(0.9), Accumulate(2), ClipNorm(5), BatchSize(16), UnfreezeAt(2, "bn"), LR(0.01), WithValid(data)}
	h, err := trainer.Fit(quiet(t), 3, data, append(recipe, OnEpoch(func(e Epoch) error {
		if e.N == 1 {
			require.Nil(t, trainer.net.Store.GetVariable("/optimizer/start/net/bn/weight"))
			require.Equal(t, tensor(t, f, "start.bn.weight"), value(t, trainer.net.Store, "/net/bn/weight"))
		}
		return nil
	}))...)
	require.NoError(t, err)
	require.Len(t, h.Epochs, 3)
	require.Equal(t, tensor(t, f, "start.bn.weight"), value(t, trainer.net.Store, "/optimizer/start/net/bn/weight"))
	require.NotEqual(t, tensor(t, f, "start.bn.weight"), value(t, trainer.net.Store, "/net/bn/weight"))
	require.NotEqual(t, value(t, trainer.net.Store, "/net/bn/weight"), value(t, trainer.net.Store, "/optimizer/average/net/bn/weight"))
	_, err = trainer.Fit(quiet(t), 2, data, L2SP(0.1, 0), LR(0.01))
	require.NoError(t, err)
	require.Equal(t, tensor(t, f, "start.bn.weight"), value(t, trainer.net.Store, "/optimizer/start/net/bn/weight"), "of the first Fit, not of this one")
}

// TestDELTABuildsStagesOnce: the statistics of a batch count once, and start in
// inference mode.
func TestDELTABuildsStagesOnce(t *testing.T) {
	mean := func(opts ...Option) []float32 {
		trainer, _, data := frozenNet(t)
		require.NoError(t, trainer.net.Plan.SetBatchStats("all", true))
		_, err := trainer.Fit(quiet(t), 1, data, append([]Option{BatchSize(80), LR(0.001)}, opts...)...)
		require.NoError(t, err)
		return value(t, trainer.net.Store, "/net/bn/running_mean")
	}
	require.InDeltaSlice(t, mean(), mean(DELTA(0.1)), 1e-6)
}

// TestResumeWithRecipe: all that a recipe keeps is in the store, and all that it draws
// comes from counters, so a run that goes on from a checkpoint, even between two
// batches of one update, ends as the other one, to the last bit.
func TestResumeWithRecipe(t *testing.T) {
	dir, copies := t.TempDir(), t.TempDir()
	begin := func() (*Trainer, *Memory, []Option) {
		trainer, _, data := frozenNet(t)
		require.NoError(t, trainer.net.Plan.Freeze("conv"))
		learn := &Memory{Inputs: data.Inputs[:20*8*8*3], Dims: data.Dims, Labels: data.Labels[:20]}
		return trainer, learn, []Option{
			WithValid(data), Plateau(0.05, 0), Warmup(0.5), BatchSize(4), Accumulate(2), UnfreezeAt(3, "conv"), RMSProp(0.9), WeightDecay(0.01), DecayWeightsOnly(),
			LabelSmoothing(0.1), Mixup(0.4), ClipNorm(1), EMA(0.9), KeepEMA(), L2SP(0.1, 0.1), DELTA(0.01), BSS(0.01, 2), Checkpoint(dir), CheckpointEvery(0),
		}
	}
	trainer, data, opts := begin()
	steps := 0
	h, err := trainer.Fit(quiet(t), 4, data, append(opts, OnStep(func(Step) error {
		if steps++; steps == 2 || steps == 8 || steps == 13 { // the checkpoint is of the step before
			return os.CopyFS(filepath.Join(copies, strconv.Itoa(steps)), os.DirFS(only(t, dir)))
		}
		return nil
	}))...)
	require.NoError(t, err)
	for _, cut := range []string{"2", "8", "13"} {
		again, data, opts := begin()
		s, err := Resolve("Fit", Settings{}, opts, FitOptions...)
		require.NoError(t, err)
		c, err := OpenCheckpoint(filepath.Join(copies, cut))
		require.NoError(t, err)
		resumed, err := again.Resume(quiet(t), c, data, s)
		require.NoError(t, err)
		require.Equal(t, end(t, trainer, h), end(t, again, resumed), "cut before step %s", cut)
	}
}
