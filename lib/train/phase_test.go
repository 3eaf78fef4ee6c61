package train

import (
	"strings"
	"testing"
	"time"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/stretchr/testify/require"
	"graft/lib/display"
	"graft/lib/nn"
	"graft/lib/train/optimizer"
	"graft/lib/tune"
)

// TestUnfreezingAsPyTorch unfreezes, freezes and unfreezes again inside one Fit:
// losses and parameters are those of PyTorch, optimizer state of each parameter
// included.
func TestUnfreezingAsPyTorch(t *testing.T) {
	var want map[string]struct {
		Losses []float64
		End    map[string][]float32
	}
	fixture(t, "unfreeze.json", &want)
	schedule := tune.Schedule{}.UnfreezeAt(2, "bn").UnfreezeAt(3, "conv").FreezeAt(4, "bn").UnfreezeAt(5, "bn")
	for name, optimizer := range map[string]Option{"adam": Adam(), "sgd": SGD(0.9)} {
		t.Run(name, func(t *testing.T) {
			trainer, _, data := frozenNet(t)
			require.NoError(t, trainer.net.Plan.Freeze(""))
			require.NoError(t, trainer.net.Plan.SetRate("conv", 0.5))
			h, err := trainer.Fit(quiet(t), 6, data, optimizer, LR(0.05), BatchSize(20), InOrder(), Unfreezing(schedule))
			require.NoError(t, err)
			require.InDeltaSlice(t, want[name].Losses, h.StepLoss, 2e-4)
			for param, values := range want[name].End {
				got := value(t, trainer.net.Store, "/net/"+strings.ReplaceAll(param, ".", "/"))
				require.InDeltaSlice(t, values, got, 2e-3, param)
			}
			require.Equal(t, []string{"fft", "ftt", "ttt", "tft", "ttt", "ttt"}, keys(h))
			require.Len(t, h.Phases, 5)
			require.Equal(t, "no", h.Phases[0].Ledger.Rows[1].Moved)
			require.Equal(t, "yes", h.Phases[1].Ledger.Rows[1].Moved)
			require.Equal(t, "no", h.Phases[3].Ledger.Rows[1].Moved, "frozen again")
			require.Equal(t, "yes", h.Ledger.Rows[0].Moved)
			require.Len(t, trainer.steps, 4, "the plan of epoch 5 is that of epoch 3")
			require.Zero(t, h.Phases[4].Compile)
			require.Positive(t, h.Phases[3].Compile)
			require.Regexp(t, "epoch 2: unfrozen bn, 18 parameters trainable, (recompiled|programs found compiled, ready) in", h.Note)
			require.Contains(t, h.Note, "epoch 5: unfrozen bn, 130 parameters trainable, executable reused")
			require.Contains(t, h.Display().Data[display.Text], "trainable")
			require.Regexp(t, "compile", h.Display().Data[display.Text])
		})
	}
}

// TestLoadedIsNotCompiled: what was on disk already is not said to be compiled.
func TestLoadedIsNotCompiled(t *testing.T) {
	h := &History{Compile: 3 * time.Second, Loaded: time.Second, Phases: []Phase{{}}}
	require.Equal(t, []string{"compiled in 2.0 s", "programs found compiled, ready in 1.0 s"}, h.compiling())
	h.Loaded = h.Compile
	require.Equal(t, []string{"programs found compiled, ready in 3.0 s"}, h.compiling())
	h.Phases = []Phase{{}, {Epoch: 2, Cause: "unfrozen a", Compile: time.Second, Loaded: time.Second}, {Epoch: 3, Cause: "unfrozen b", Compile: time.Second}}
	require.Empty(t, h.compiling(), "the phases say it")
	require.Equal(t, []string{"epoch 2: unfrozen a, 0 parameters trainable, programs found compiled, ready in 1.0 s", "epoch 3: unfrozen b, 0 parameters trainable, recompiled in 1.0 s"}, h.changes())
}

func keys(h *History) []string {
	var list []string
	for _, e := range h.Epochs {
		list = append(list, e.Trainable)
	}
	return list
}

// TestGradual also computes features again where the frozen part gets shorter.
func TestGradual(t *testing.T) {
	trainer, _, data := frozenNet(t)
	require.NoError(t, trainer.net.Plan.Freeze(""))
	h, err := trainer.Fit(quiet(t), 5, data, Gradual(2), LR(0.01), WithValid(data))
	require.NoError(t, err)
	require.Equal(t, []string{"fft", "fft", "ftt", "ftt", "ttt"}, keys(h))
	var cache []string
	for _, e := range h.Epochs {
		cache = append(cache, e.Features)
	}
	require.Equal(t, []string{"0/80", "80/80", "0/80", "80/80", ""}, cache)
	require.Equal(t, "ttt", trainer.net.Plan.Key(), "the plan stays as the run left it")
	for want, opt := range map[string]Option{
		"every 0 epochs":              Gradual(0),
		"but the run has epochs 1 to": UnfreezeAt(3, "bn"),
		`did you mean "conv"`:         UnfreezeAt(2, "konv"),
	} {
		_, err := trainer.Fit(quiet(t), 2, data, opt)
		require.ErrorContains(t, err, want)
	}
	_, err = trainer.Fit(quiet(t), 1, data, FreezeAt(1, "all"))
	require.ErrorContains(t, err, "every group is frozen")
	require.Equal(t, "ttt", trainer.net.Plan.Key(), "an error changes nothing")
}

// TestBestEpochOfAnEarlierPhase brings back what a later phase unfroze, too.
func TestBestEpochOfAnEarlierPhase(t *testing.T) {
	trainer, _, data := frozenNet(t)
	require.NoError(t, trainer.net.Plan.Freeze(""))
	opposite := &Memory{Inputs: data.Inputs, Dims: data.Dims}
	for _, label := range data.Labels {
		opposite.Labels = append(opposite.Labels, 1-label)
	}
	var first tune.Snapshot
	h, err := trainer.Fit(quiet(t), 4, data, SGD(0.9), LR(0.2), WithValid(opposite), KeepBest(), UnfreezeAt(3, "all"), OnEpoch(func(e Epoch) (err error) {
		if e.N == 1 {
			first, err = trainer.net.Plan.Snapshot(trainer.net.Store)
		}
		return err
	}))
	require.NoError(t, err)
	require.Equal(t, 1, h.Best, "%v", h.Epochs)
	require.Equal(t, "yes", h.Phases[1].Ledger.Rows[0].Moved)
	now, err := trainer.net.Plan.Snapshot(trainer.net.Store)
	require.NoError(t, err)
	require.Equal(t, first, now, "the weights of epoch 1, bit for bit")
	require.Equal(t, "no", h.Ledger.Rows[0].Moved)
}

// TestRefreezingReusesExecutables counts compilations and their times.
func TestRefreezingReusesExecutables(t *testing.T) {
	trainer, _, data := frozenNet(t)
	require.NoError(t, trainer.net.Plan.Freeze(""))
	_, err := trainer.Fit(quiet(t), 2, data, LR(0.01), UnfreezeAt(2, "bn"))
	require.NoError(t, err)
	count, times := trainer.Compilations(), trainer.CompileTimes()
	require.Len(t, times, 2)
	h, err := trainer.Fit(quiet(t), 3, data, LR(0.02), FreezeAt(1, ""), UnfreezeAt(2, "bn"), FreezeAt(3, "bn"), Spread(10))
	require.NoError(t, err)
	require.Equal(t, []string{"fft", "ftt", "fft"}, keys(h))
	require.Zero(t, h.Compile)
	require.Equal(t, count, trainer.Compilations(), "of steps, prefixes and all else")
	require.Equal(t, times, trainer.CompileTimes())
}

// TestChangingRatesNeverCompiles: rates, their spread and their schedule.
func TestChangingRatesNeverCompiles(t *testing.T) {
	trainer, _, data := frozenNet(t)
	_, err := trainer.Fit(quiet(t), 1, data, LR(0.01))
	require.NoError(t, err)
	count := trainer.Compilations()
	for _, opts := range [][]Option{{LR(0.02)}, {LR(1e-3, 1e-2)}, {OneCycle(0.1), Spread(100)}, {Cosine(0.01), LayerDecay(0.5)}} {
		require.NoError(t, trainer.net.Plan.SetRate("conv", 0.3))
		h, err := trainer.Fit(quiet(t), 2, data, opts...)
		require.NoError(t, err)
		require.Zero(t, h.Compile)
	}
	require.Equal(t, count, trainer.Compilations())
}

// TestSpreadReachesTheGroups looks at what one step of SGD did.
func TestSpreadReachesTheGroups(t *testing.T) {
	moved := func(opts ...Option) (by [3]float64) {
		trainer, _, data := frozenNet(t)
		params := [3]string{"/net/conv/bias", "/net/bn/bias", "/net/fc/bias"}
		var before [3][]float32
		for i, p := range params {
			before[i] = value(t, trainer.net.Store, p)
		}
		h, err := trainer.Fit(quiet(t), 1, data, append(opts, SGD(0), BatchSize(80), InOrder())...)
		require.NoError(t, err)
		for i, p := range params {
			for j, v := range value(t, trainer.net.Store, p) {
				by[i] += float64(v-before[i][j]) * float64(v-before[i][j])
			}
		}
		require.Equal(t, "yes", h.Ledger.Rows[0].Moved)
		return by
	}
	full, spread, decay := moved(LR(0.1)), moved(LR(0.025, 0.1)), moved(LR(0.1), LayerDecay(0.5))
	for i, factor := range []float64{0.25, 0.5, 1} { // of the rates; squares are compared
		require.InEpsilon(t, full[i]*factor*factor, spread[i], 1e-3)
		require.InEpsilon(t, full[i]*factor*factor, decay[i], 1e-3)
	}
	trainer, _, data := frozenNet(t)
	for want, opt := range map[string]Option{
		"want 0 < lo <= hi": LR(0.1, 0.01), "LR with 3 rates": LR(1, 2, 3), "factor of 0.5": Spread(0.5), "layer decay 0 ": LayerDecay(0),
		"layer decay 2": LayerDecay(2),
	} {
		_, err := trainer.Fit(quiet(t), 1, data, opt)
		require.ErrorContains(t, err, want)
	}
}

// TestPlanBreaksOnPurpose breaks runs of the real trainer and asks who notices.
func TestPlanBreaksOnPurpose(t *testing.T) {
	frozen := func(*testing.T, *Trainer) {}
	for name, c := range map[string]struct {
		freeze, unfreeze string
		sabotage         func(*testing.T, *Trainer)
		step             string // parameter zeroed after the first step
		undo             string // parameter put back after every step
		want             string
	}{
		"frozen weight moves":         {"", "last 0", frozen, "/net/conv/weight", "", "frozen, but moved: /net/conv/weight"},
		"frozen statistics move":      {"", "last 0", frozen, "/net/bn/running_var", "", "frozen, but moved: /net/bn/running_var"},
		"kept statistics move":        {"", "bn", frozen, "/net/bn/running_mean", "", "frozen, but moved: /net/bn/running_mean"},
		"trainable weight stands":     {"", "all", frozen, "", "/net/conv/weight", "trainable, but did not move: /net/conv/weight"},
		"layer with batch statistics": {"", "bn", batchMode, "", "", "frozen, but moved: /net/bn/running_mean, /net/bn/running_var"},
		"optimizer misses a group":    {"", "all", skipConv, "", "", "trainable, but did not move: /net/conv/weight"},
	} {
		t.Run(name, func(t *testing.T) {
			trainer, _, data := frozenNet(t)
			plan, store := trainer.net.Plan, trainer.net.Store
			require.NoError(t, plan.Freeze(c.freeze))
			require.NoError(t, plan.Unfreeze(c.unfreeze))
			c.sabotage(t, trainer)
			kept, err := capture(store, plan.Ever(everything(plan)))
			require.NoError(t, err)
			_, err = trainer.Fit(quiet(t), 1, data, LR(0.01), OnStep(func(Step) error {
				if c.step != "" {
					return optimizer.Zero(store, c.step, c.step)
				}
				if c.undo != "" {
					return state{c.undo: kept[c.undo]}.restore(store)
				}
				return nil
			}))
			require.ErrorIs(t, err, tune.ErrPlanBroken)
			require.ErrorContains(t, err, c.want)
		})
	}
}

func everything(p *tune.Plan) *tune.Plan {
	all := p.Clone()
	for i := range all.Groups {
		all.Groups[i].Trainable = true
	}
	return all
}

// batchMode builds BatchNorm as if the plan had asked for the statistics of the
// batch.
func batchMode(_ *testing.T, t *Trainer) {
	body := t.net.Body
	t.net.Body = func(store *model.Store, x *graph.Node, from, to int, mode nn.Mode) *graph.Node {
		mode.Frozen = make([]bool, len(mode.Frozen))
		return body(store, x, from, to, mode)
	}
}

// skipConv hides the convolution from the gradient.
func skipConv(_ *testing.T, t *Trainer) {
	body := t.net.Body
	t.net.Body = func(store *model.Store, x *graph.Node, from, to int, mode nn.Mode) *graph.Node {
		if from == 0 && to == 2 {
			return body(store, graph.StopGradient(body(store, x, 0, 1, mode)), 1, 2, mode)
		}
		return body(store, x, from, to, mode)
	}
}

// TestRatesTooSmallToMoveAnything are no broken plan.
func TestRatesTooSmallToMoveAnything(t *testing.T) {
	trainer, _, data := frozenNet(t)
	before := value(t, trainer.net.Store, "/net/bn/weight")
	_, err := trainer.Fit(quiet(t), 1, data, LR(1e-12))
	require.NoError(t, err)
	require.Equal(t, before, value(t, trainer.net.Store, "/net/bn/weight"))
}

// TestPlanBreaksInAnEarlierPhase is caught before the next phase begins.
func TestPlanBreaksInAnEarlierPhase(t *testing.T) {
	trainer, _, data := frozenNet(t)
	require.NoError(t, trainer.net.Plan.Freeze(""))
	h, err := trainer.Fit(quiet(t), 3, data, LR(0.01), UnfreezeAt(2, "all"), OnEpoch(func(e Epoch) error {
		if e.N == 1 {
			return optimizer.Zero(trainer.net.Store, "/net/conv/weight", "/net/conv/weight")
		}
		return nil
	}))
	require.ErrorIs(t, err, tune.ErrPlanBroken)
	require.Len(t, h.Epochs, 1)
}
