package train

import (
	"slices"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/stretchr/testify/require"
	"graft/lib/train/loss"
	"graft/lib/train/mix"
	"graft/lib/train/optimizer"
)

// mixedCases is mixed.json of package mix.
type mixedCases struct {
	X, Logits []float32
	Y         []int32
	Cases     map[string]struct {
		Share, Loss float64
		Box         [4]float64
		Made        []float32
	}
}

// TestMix compares mixed batches and their losses with timm's.
func TestMix(t *testing.T) {
	var want mixedCases
	fixture(t, "../mix/testdata/mixed.json", &want)
	require.Len(t, want.Cases, 2)
	for name, c := range want.Cases {
		t.Run(name, func(t *testing.T) {
			s := Settings{Loss: loss.CrossEntropy}
			m := mix.Mixture{Share: c.Share, Kept: 1, Box: mix.Box{Top: c.Box[0], Bottom: c.Box[1], Left: c.Box[2], Right: c.Box[3]}, Partners: []int32{3, 2, 1, 0}}
			s.CutMix = 1
			if name == "mixup" {
				m.Kept, s.CutMix, s.Mixup = c.Share, 0, 1
			}
			s.Optimizer = optimizer.NewSGD(0)
			dials := values(s.dials(tick{update: 1, mix: m}))
			out := evaluate(t, func(in []*graph.Node) []*graph.Node {
				b := &builder{Settings: s, x: in[0], truth: in[1], weight: in[2], partners: in[4], dials: s.nodes(in[5], 0)}
				sum, mass := b.mixLosses(in[3])
				return []*graph.Node{b.mixInputs(), graph.Div(sum, mass)}
			}, vector(want.X, 4, 5, 6, 2), int32s(want.Y), vector([]float32{1, 1, 1, 1}, 4), vector(want.Logits, 4, 3), int32s(m.Partners), vector(dials, len(dials)))
			require.InDeltaSlice(t, c.Made, out[0], 1e-5)
			require.InDelta(t, c.Loss, out[1][0], 1e-5)
		})
	}
}

// TestMixtureIsOfItsStep alone: the same seed, phase and step give the same, others do
// not, and all partners are used once.
func TestMixtureIsOfItsStep(t *testing.T) {
	trainer, _, data := frozenNet(t)
	r := &run{Trainer: trainer, source: data, batch: 8, settings: Settings{Seed: 3}}
	r.settings.Mixup, r.settings.CutMix = 0.4, 1
	one := r.mixture(5)
	require.Equal(t, one, r.mixture(5))
	require.NotEqual(t, one, r.mixture(6))
	r.round++
	require.NotEqual(t, one, r.mixture(5))
	cuts, spread := 0, 0.0
	for step := range 100 {
		m := r.mixture(step)
		slices.Sort(m.Partners)
		require.Equal(t, []int32{0, 1, 2, 3, 4, 5, 6, 7}, m.Partners)
		if m.Kept < 1 {
			require.Equal(t, m.Share, m.Kept)
			require.Zero(t, m.Box)
			spread += (m.Share - 0.5) * (m.Share - 0.5)
			continue
		}
		cuts++
		area := (m.Box.Bottom - m.Box.Top) * (m.Box.Right - m.Box.Left)
		require.InDelta(t, 1-area/64, m.Share, 1e-12)
	}
	require.InDelta(t, 50, cuts, 20, "half of the steps cut")
	require.InDelta(t, 1/(4*(2*0.4+1)), spread/float64(100-cuts), 0.04, "variance of Beta(0.4, 0.4)")
}

// TestMixInAFit: with everything trained images are cut; with a frozen part features
// are blended, and cutting them is refused.
func TestMixInAFit(t *testing.T) {
	fit := func(freeze string, opts ...Option) ([]float64, error) {
		trainer, _, data := frozenNet(t)
		if freeze != "" {
			require.NoError(t, trainer.net.Plan.Freeze(freeze))
		}
		h, err := trainer.Fit(quiet(t), 1, data, append([]Option{BatchSize(20), InOrder()}, opts...)...)
		if err != nil {
			return nil, err
		}
		return h.StepLoss[:1], nil // before anything has moved
	}
	plain, err := fit("")
	require.NoError(t, err)
	cut, err := fit("", CutMix(1))
	require.NoError(t, err)
	require.NotEqual(t, plain, cut)
	again, err := fit("", CutMix(1))
	require.NoError(t, err)
	require.Equal(t, cut, again)
	frozen, err := fit("conv")
	require.NoError(t, err)
	blended, err := fit("conv", Mixup(0.4))
	require.NoError(t, err)
	require.NotEqual(t, frozen, blended)
	_, err = fit("conv", CutMix(1))
	require.ErrorContains(t, err, `with "conv" and all before it frozen, a step gets cached features (unfreeze all stages, or use Mixup)`)

	flat, few := small(t)
	_, err = flat.Fit(quiet(t), 1, few, CutMix(1))
	require.ErrorContains(t, err, "CutMix needs images [height, width, channels], but examples are [2]")
}
