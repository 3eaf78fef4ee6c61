package metric

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// pairs are rows of two classes of which class 1 scores higher by pull; every fifth
// score is rounded, so that there are ties.
func pairs(n int, pull float64) Batch {
	r := rand.New(rand.NewPCG(3, 4))
	b := Batch{Width: 1}
	for i := range n {
		label := r.IntN(5) / 4
		score := r.NormFloat64() + pull*float64(label)
		if i%5 == 0 {
			score = math.Round(score*10) / 10
		}
		b.Outputs, b.Labels = append(b.Outputs, float32(score)), append(b.Labels, label)
	}
	return b
}

// sorted is b with its rows in the order of their scores, the worst that bins can be
// given: the first ones know nothing of what comes.
func sorted(b Batch) Batch {
	order := make([]int, b.Rows())
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		if b.Outputs[i] < b.Outputs[j] {
			return -1
		}
		return 1
	})
	s := Batch{Width: 1}
	for _, i := range order {
		s.Outputs, s.Labels = append(s.Outputs, b.Outputs[i]), append(s.Labels, b.Labels[i])
	}
	return s
}

// TestBinnedRanking: beyond its limit, a ranking takes no more memory, is no further
// from the exact value than its bound, and does not depend on batches.
func TestBinnedRanking(t *testing.T) {
	const limit = 4096
	mixed := pairs(20*limit, 1)
	for name, b := range map[string]Batch{"mixed": mixed, "ascending": sorted(mixed), "hard to tell": pairs(20*limit, .05)} {
		for _, m := range []*ranked{AUROC().(*ranked), AveragePrecision().(*ranked)} {
			exact := stream(t, m, b, b.Rows())
			require.Zero(t, m.Bound(), "all scores are kept")
			m.Reset()
			m.limit = limit
			value := stream(t, m, b, 1000)
			require.Positive(t, m.Bound())
			require.LessOrEqual(t, m.Bound(), 5*8.0/limit, "%s %s", name, m.Name())
			require.InDelta(t, exact, value, m.Bound()+1e-12, "%s %s", name, m.Name())
			require.InDelta(t, exact, value, 5e-4, "rows are mixed about evenly inside bins")
			r := &m.lists[0]
			require.LessOrEqual(t, len(r.bins), limit/4+1)
			require.Less(t, len(r.positive)+len(r.negative), limit)
			require.Equal(t, 20*limit, r.positives+r.negatives)
			m.Reset()
			require.Equal(t, math.Float64bits(value), math.Float64bits(stream(t, m, b, 7)), "in other batches")
		}
	}
}

// TestValueOnTheWay: asking for the value changes nothing.
func TestValueOnTheWay(t *testing.T) {
	b := pairs(3000, 1)
	asked, left := AUROC().(*ranked), AUROC().(*ranked)
	asked.limit, left.limit = 256, 256
	for from := 0; from < 3000; from += 100 {
		asked.Update(cut(b, from, from+100))
		left.Update(cut(b, from, from+100))
		require.False(t, math.IsNaN(asked.Value()))
	}
	require.Equal(t, left.Value(), asked.Value())
	require.Equal(t, left.Bound(), asked.Bound())
}

// TestBinsKeepTies: scores of a few values stay exact however many rows there are.
func TestBinsKeepTies(t *testing.T) {
	b := pairs(5000, 1)
	for i, v := range b.Outputs {
		b.Outputs[i] = float32(math.Round(float64(v)))
	}
	exact, binned := AUROC().(*ranked), AUROC().(*ranked)
	binned.limit = 1024
	require.InDelta(t, stream(t, exact, b, 100), stream(t, binned, b, 100), 1e-15+binned.Bound())
	require.Less(t, binned.Bound(), 1e-3)
}

// TestNaNRanking: a NaN is not ranked, it is shown.
func TestNaNRanking(t *testing.T) {
	for _, width := range []int{1, 2, 3} {
		for _, m := range []Metric{AUROC(), AveragePrecision(), ECE(), LogLoss()} {
			b := Batch{Width: width, Outputs: make([]float32, 2*width), Labels: []int{0, 1}}
			require.False(t, math.IsNaN(stream(t, m, b, 2)), m.Name())
			b.Outputs[width] = nan
			require.True(t, math.IsNaN(stream(t, m, b, 2)), m.Name())
		}
	}
}

// TestSaturated: log odds tell apart what probabilities in float64 cannot.
func TestSaturated(t *testing.T) {
	b := Batch{Width: 3, Outputs: []float32{60, 0, 0, 70, 0, 0, 80, 0, 0, 90, 0, 0}, Labels: []int{1, 0, 0, 0}}
	require.Equal(t, 1., Softmax(b.Row(0))[0])
	require.Equal(t, 1., stream(t, AUROCOf(0), b, 4))
}

// TestOneClassOnly: without a pair to rank there is nothing to say.
func TestOneClassOnly(t *testing.T) {
	b := Batch{Width: 2, Outputs: []float32{1, 0, 2, 0}, Labels: []int{0, 0}}
	require.True(t, math.IsNaN(stream(t, AUROC(), b, 2)))
	require.True(t, math.IsNaN(stream(t, AveragePrecision(), b, 2)), "no row of class 1")
	require.Equal(t, 1., stream(t, AveragePrecisionOf(0), b, 2), "as in scikit-learn")
}

// TestBounds: the bounds of a bin are what the best and the worst order of its rows
// give.
func TestBounds(t *testing.T) {
	r := &ranking{positives: 3, negatives: 3, bins: []bin{{low: 0, high: 0, negative: 1}, {low: 1, high: 2, positive: 3, negative: 2}}}
	low := stream(t, AUROC(), Batch{Width: 1, Outputs: []float32{0, 1, 2, 3, 4, 5}, Labels: []int{0, 1, 1, 1, 0, 0}}, 6)
	high := stream(t, AUROC(), Batch{Width: 1, Outputs: []float32{0, 1, 2, 3, 4, 5}, Labels: []int{0, 0, 0, 1, 1, 1}}, 6)
	value, bound := r.auroc()
	require.InDelta(t, low, value-bound, 1e-12)
	require.InDelta(t, high, value+bound, 1e-12)
	low = stream(t, AveragePrecision(), Batch{Width: 1, Outputs: []float32{0, 1, 2, 3, 4, 5}, Labels: []int{0, 1, 1, 1, 0, 0}}, 6)
	value, bound = r.precision()
	require.InDelta(t, bound, max(value-low, 1-value), 1e-12)
	require.Less(t, low, value)
}
