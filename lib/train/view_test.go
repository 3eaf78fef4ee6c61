package train

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"graft/lib/device"
	"graft/lib/preprocess"
)

// varying is a Memory whose view n is the example times 1+n/8, and that counts what
// it is asked for.
type varying struct {
	*Memory
	recipe preprocess.Augment
	mu     *sync.Mutex
	asked  *[]sight
	fail   int // example that cannot be loaded, -1 for none
}

func newVarying(m *Memory) *varying {
	return &varying{Memory: m, mu: &sync.Mutex{}, asked: &[]sight{}, fail: -1}
}

func (v *varying) Key(i int) string { return fmt.Sprintf("example %d", i) }
func (v *varying) View() string     { return fmt.Sprintf("%#v", v.recipe) }

func (v *varying) Augment(a preprocess.Augment) Varied {
	varied := *v
	varied.recipe = a
	return &varied
}

func (v *varying) Load(ctx context.Context, examples []int, dst []float32) error {
	return v.LoadViews(ctx, examples, make([]uint64, len(examples)), dst)
}

func (v *varying) LoadViews(ctx context.Context, examples []int, views []uint64, dst []float32) error {
	size := volume(v.Dims)
	v.mu.Lock()
	defer v.mu.Unlock()
	for j, i := range examples {
		if i == v.fail {
			return fmt.Errorf("photo%d.jpg is gone", i)
		}
		*v.asked = append(*v.asked, sight{i, views[j]})
		for k, x := range v.Inputs[i*size : (i+1)*size] {
			dst[j*size+k] = x * (1 + float32(views[j]%7)/8)
		}
	}
	return ctx.Err()
}

func (v *varying) count() map[sight]int {
	v.mu.Lock()
	defer v.mu.Unlock()
	n := map[sight]int{}
	for _, s := range *v.asked {
		n[s]++
	}
	return n
}

var flip = preprocess.Augment{Flip: true}

// augmentedNet is the frozen network of field case T1 on 24 examples.
func augmentedNet(t *testing.T) (*Trainer, *varying) {
	t.Helper()
	_, err := device.Open(t.Context()) // it is looked for in the user's cache
	require.NoError(t, err)
	t.Setenv("GRAFT_CACHE", t.TempDir())
	trainer, _, data := frozenNet(t)
	trainer.net.Name = "test"
	require.NoError(t, trainer.net.Plan.Freeze(""))
	return trainer, newVarying(&Memory{Inputs: data.Inputs[:24*8*8*3], Dims: data.Dims, Labels: data.Labels[:24]})
}

// TestCachedViews: each epoch takes another view of each example, every view is
// computed once, and after the last one all come from the cache, in the next process,
// too.
func TestCachedViews(t *testing.T) {
	trainer, src := augmentedNet(t)
	opts := []Option{Augment(flip), Views(3), LR(0.01), WithValid(src.Memory)}
	h, err := trainer.Fit(quiet(t), 5, src, opts...)
	require.NoError(t, err)
	seen := src.count()
	require.Len(t, seen, 3*24)
	for s, n := range seen {
		require.Equal(t, 1, n, "%v", s)
		require.Contains(t, []uint64{1, 2, 3}, s.view, "never the plain one")
	}
	var column []string
	for _, e := range h.Epochs {
		column = append(column, e.Features)
	}
	require.Equal(t, []string{"0/24", "0/24", "0/24", "24/24", "24/24"}, column)
	require.Contains(t, h.title, "3 cached views: flip")
	require.Contains(t, h.Note, "features: 48 found, 72 computed, 3 views; the cache has 72")
	require.Equal(t, 72, h.Misses)

	next, _, _ := frozenNet(t)
	next.net.Name = "test"
	require.NoError(t, next.net.Plan.Freeze(""))
	*src.asked = nil
	h2, err := next.Fit(quiet(t), 5, src, opts...)
	require.NoError(t, err)
	require.Equal(t, h.StepLoss, h2.StepLoss, "the same numbers, to the last bit")
	require.Empty(t, src.count())
	require.Equal(t, 120, h2.Hits)

	h3, err := next.Fit(quiet(t), 1, src, Augment(flip), Seed(9), LR(0.01))
	require.NoError(t, err)
	require.Equal(t, "0/24", h3.Features, "another seed, other views")
	require.Contains(t, h3.title, "4 cached views")
}

// TestFreshViews: no view comes twice, frozen or not, and the same seed gives the
// same losses to the last bit.
func TestFreshViews(t *testing.T) {
	for _, frozen := range []bool{true, false} {
		losses := func() []float64 {
			trainer, src := augmentedNet(t)
			opts := []Option{Augment(flip), FreshViews(), LR(0.01), BatchSize(8)}
			if !frozen {
				require.NoError(t, trainer.net.Plan.Unfreeze("all"))
				opts = append(opts[:1], opts[2:]...)
			}
			h, err := trainer.Fit(quiet(t), 4, src, opts...)
			require.NoError(t, err)
			require.Contains(t, h.title, "new views every epoch: flip")
			require.Contains(t, h.Note, "waited for data")
			perExample := map[int]int{}
			for s, n := range src.count() {
				require.NotZero(t, s.view)
				require.Equal(t, 1, n)
				perExample[s.example]++
			}
			for i := range 24 {
				require.GreaterOrEqual(t, perExample[i], 4, "a view in each epoch")
			}
			if frozen {
				require.Equal(t, "0/24", h.Epochs[3].Features)
			}
			return h.StepLoss
		}
		require.Equal(t, losses(), losses())
	}
}

// TestViewsAreEvenlyUsed also where examples are drawn more than once an epoch.
func TestViewsAreEvenlyUsed(t *testing.T) {
	const views = 4
	used := map[sight]int{}
	for epoch := 1; epoch <= views; epoch++ {
		for _, s := range sights([]int{0, 1, 2, 2, 2, 2, 3}, views, 1, epoch) {
			used[s]++
		}
	}
	for view := uint64(1); view <= views; view++ {
		require.Equal(t, 1, used[sight{0, view}])
		require.Equal(t, 4, used[sight{2, view}])
	}
	require.Len(t, used, 4*views)
	require.NotEqual(t, sights([]int{1, 2, 3}, -1, 1, 1), sights([]int{1, 2, 3}, -1, 1, 2))
	require.NotEqual(t, sights([]int{1, 2, 3}, -1, 1, 1), sights([]int{1, 2, 3}, -1, 2, 1))
	require.Equal(t, plain(3), sights([]int{0, 1, 2}, 0, 1, 1))
}

func TestAugmentErrors(t *testing.T) {
	trainer, data := small(t)
	for want, opts := range map[string][]Option{
		"*train.Memory cannot be augmented":      {Augment(flip)},
		"need something that varies":             {Views(3)},
		"0 views (want 1":                        {Augment(flip), Views(0)},
		"Crop 2 (want 0 to 1)":                   {Augment(preprocess.Augment{Crop: 2})},
		"come in order":                          {SampleBalanced(), InOrder()},
		"2 sampling weights for 4 examples":      {SampleWeights([]float64{1, 2})},
		"sampling weight -1 of example 1":        {SampleWeights([]float64{1, -1})},
		"sampling weights add up to 0":           {SampleWeights([]float64{0, 0, 0, 0})},
		"sampling weight NaN of example 0 (must": {SampleWeights([]float64{nan})},
	} {
		_, err := trainer.Fit(quiet(t), 1, data, opts...)
		require.ErrorContains(t, err, want)
	}
	_, err := trainer.Fit(quiet(t), 1, data, Views(3), Augment(preprocess.Augment{}))
	require.NoError(t, err, "a recipe that varies nothing ends what was asked for before")
}

// TestDrawnLikeTorch: frequencies are the weights', weights of 0 never come, and the
// order is a function of seed, phase and epoch.
func TestDrawnLikeTorch(t *testing.T) {
	weights := []float64{0, 1, 2, 0, 5, 0}
	counts, n := make([]int, len(weights)), 0
	for epoch := range 5000 {
		for _, i := range drawn(weights, 3, 1, epoch) {
			counts[i]++
			n++
		}
	}
	require.Equal(t, 30000, n)
	for i, w := range weights {
		p := w / 8
		require.InDelta(t, p, float64(counts[i])/float64(n), 4*math.Sqrt(p*(1-p)/float64(n)))
	}
	even := slices.Repeat([]float64{0.1}, 50)
	require.Equal(t, drawn(even, 3, 1, 1), drawn(even, 3, 1, 1))
	require.NotEqual(t, drawn(even, 3, 1, 1), drawn(even, 3, 1, 2))
	require.NotEqual(t, drawn(even, 3, 1, 1), drawn(even, 4, 1, 1))
	require.NotEqual(t, drawn(even, 3, 1, 1), drawn(even, 3, 2, 1))
	require.Equal(t, []float64{0.5, 0.5, 1}, balanced(&Memory{Labels: []int{1, 1, 0}}))
}

// TestBalancedFit: a class of one in twelve is seen in half of the draws.
func TestBalancedFit(t *testing.T) {
	trainer, src := augmentedNet(t)
	src.Labels = append([]int{1, 1}, make([]int, 22)...)
	h, err := trainer.Fit(quiet(t), 10, src, SampleBalanced(), Augment(flip), FreshViews(), LR(0.01))
	require.NoError(t, err)
	require.Len(t, h.StepLoss, 20)
	require.Contains(t, h.title, "classes drawn equally often, new views every epoch: flip")
	rare := 0
	for s, n := range src.count() {
		if s.example < 2 {
			rare += n
		}
	}
	require.InDelta(t, 0.5, float64(rare)/float64(len(*src.asked)), 0.12)
}

// TestLoadingErrorsNameTheFile, end the fit at once and leave no goroutine behind.
func TestLoadingErrorsNameTheFile(t *testing.T) {
	trainer, src := augmentedNet(t)
	require.NoError(t, trainer.net.Plan.Unfreeze("all"))
	_, err := trainer.Fit(quiet(t), 1, src, Augment(flip), BatchSize(4)) // compiles
	require.NoError(t, err)
	before := runtime.NumGoroutine()
	broken := *src
	broken.fail = 13
	_, err = trainer.Fit(quiet(t), 3, &broken, Augment(flip), BatchSize(4))
	require.ErrorContains(t, err, "photo13.jpg is gone")
	ctx, cancel := context.WithCancel(quiet(t))
	_, err = trainer.Fit(ctx, 3, src, Augment(flip), BatchSize(4), OnStep(func(s Step) error {
		if s.Epoch == 2 {
			cancel()
		}
		return nil
	}))
	require.ErrorIs(t, err, context.Canceled)
	_, err = trainer.Fit(quiet(t), 3, src, Augment(flip), BatchSize(4), OnEpoch(func(Epoch) error { return ErrStop }))
	require.NoError(t, err)
	require.Eventually(t, func() bool { return !strings.Contains(stacks(), "(*inputs).ahead") }, 5e9, 1e6)
	require.LessOrEqual(t, runtime.NumGoroutine(), before+2)
}

func stacks() string {
	buf := make([]byte, 1<<20)
	return string(buf[:runtime.Stack(buf, true)])
}

// TestPanicsOfSourcesAreErrors: a source may be code of a cell.
func TestPanicsOfSourcesAreErrors(t *testing.T) {
	trainer, _ := small(t)
	_, err := trainer.Fit(quiet(t), 1, &panics{})
	require.ErrorContains(t, err, "loading examples: no such luck")
}

type panics struct{ Memory }

func (*panics) Len() int                                           { return 3 }
func (*panics) Shape() []int                                       { return []int{2} }
func (*panics) Load(_ context.Context, _ []int, _ []float32) error { panic("no such luck") }

// TestSmallMemory: nothing may be kept, so features are computed for every step, with
// the same losses to the last bit as from the cache; examples of a network without
// frozen parts are loaded in every epoch.
func TestSmallMemory(t *testing.T) {
	large, src := frozenFit2(t)
	t.Setenv("GRAFT_FEATURE_MEMORY", "0")
	t.Setenv("GRAFT_FEATURE_DISK", "0")
	h, again := frozenFit2(t)
	require.Equal(t, large, h)
	require.EqualValues(t, 24, len(*src.asked))
	require.Greater(t, len(*again.asked), 3*24)
	require.NoDirExists(t, filepath.Join(os.Getenv("GRAFT_CACHE"), "features"))
}

func frozenFit2(t *testing.T) ([]float64, *varying) {
	t.Helper()
	trainer, src := augmentedNet(t)
	h, err := trainer.Fit(quiet(t), 3, src, LR(0.01), BatchSize(8))
	require.NoError(t, err)
	return h.StepLoss, src
}

// TestPlanChangesBetweenEpochs: what was loaded ahead for another plan is not used.
func TestPlanChangesBetweenEpochs(t *testing.T) {
	trainer, src := augmentedNet(t)
	s, err := Resolve("Fit", Settings{}, []Option{LR(0.01), BatchSize(8)}, FitOptions...)
	require.NoError(t, err)
	r, err := trainer.start(quiet(t), 3, src, s)
	require.NoError(t, err)
	require.NoError(t, r.prepare(quiet(t)))
	defer func() { r.closeFeeds() }()
	_, err = r.epochInputs(quiet(t), 1)
	require.NoError(t, err)
	frozen := r.in
	require.Equal(t, 2, frozen.stage)
	require.NoError(t, r.openNext(quiet(t), 2))
	require.NoError(t, trainer.net.Plan.Unfreeze("all"))
	order, err := r.epochInputs(quiet(t), 2)
	require.NoError(t, err)
	require.Len(t, order, 24)
	require.Zero(t, r.in.stage)
	values, err := r.batchValues(quiet(t), 0)
	require.NoError(t, err)
	require.Equal(t, src.Inputs[order[0]*192:][:192], values[:192])
	third, err := r.batchValues(quiet(t), 2) // a run that goes on may begin anywhere
	require.NoError(t, err)
	require.Equal(t, src.Inputs[order[16]*192:][:192], third[:192])
	require.NoError(t, trainer.net.Plan.Freeze(""))
	_, err = r.epochInputs(quiet(t), 3)
	require.NoError(t, err)
	require.Equal(t, 2, r.in.stage)
	require.Equal(t, "24/24", r.in.hits())
}

// TestSmallBatchesAreLoadedTogether: with more cores than examples in a batch,
// several batches are prepared at once, and still come in order.
func TestSmallBatchesAreLoadedTogether(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(6))
	trainer, data := small(t)
	src := &meeting{Memory: data, third: make(chan struct{})}
	in, err := trainer.inputs(quiet(t), src, true, func(int, int, string) {})
	require.NoError(t, err)
	batches, stop := in.ahead(quiet(t), slices.Chunk([]int{0, 1, 2, 3}, 1), 1)
	defer stop()
	var rows []int
	for b := range batches {
		require.NoError(t, b.err)
		_, err := in.complete(quiet(t), &b, func(string) {})
		require.NoError(t, err)
		require.Equal(t, data.Inputs[2*b.rows[0]:][:2], b.values)
		rows = append(rows, b.rows...)
	}
	require.Equal(t, []int{0, 1, 2, 3}, rows)
}

// meeting loads example 0 only when example 2 is being loaded.
type meeting struct {
	*Memory
	third chan struct{}
}

func (m *meeting) Load(ctx context.Context, examples []int, dst []float32) error {
	switch examples[0] {
	case 0:
		select {
		case <-m.third:
		case <-ctx.Done():
		}
	case 2:
		close(m.third)
	}
	return m.Memory.Load(ctx, examples, dst)
}
