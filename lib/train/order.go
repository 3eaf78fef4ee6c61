package train

import (
	"math/rand/v2"
	"sort"
)

// order is the sequence of examples of one epoch: a permutation that depends on
// seed, phase (which call of Fit) and epoch alone.
func order(n int, seed int64, phase, epoch int) []int {
	return numbers(seed, phase, epoch).Perm(n)
}

func numbers(seed int64, phase, epoch int) *rand.Rand {
	return rand.New(rand.NewPCG(uint64(seed), uint64(phase)<<32|uint64(epoch)))
}

// drawn is the sequence of examples of one epoch when they are drawn with
// replacement, each in proportion to its weight, as PyTorch's WeightedRandomSampler
// draws them: as many as there are weights.
func drawn(weights []float64, seed int64, phase, epoch int) []int {
	sums, sum := make([]float64, len(weights)), 0.0
	for i, w := range weights {
		sum += w
		sums[i] = sum
	}
	rng, out := numbers(seed, phase, epoch), make([]int, len(weights))
	for j := range out {
		at := rng.Float64() * sum
		out[j] = sort.Search(len(sums)-1, func(i int) bool { return sums[i] > at })
	}
	return out
}

// balanced are the weights that draw all classes equally often.
func balanced(src Source) []float64 {
	counts := map[int]int{}
	for i := range src.Len() {
		counts[src.Label(i)]++
	}
	weights := make([]float64, src.Len())
	for i := range weights {
		weights[i] = 1 / float64(counts[src.Label(i)])
	}
	return weights
}

// order is the sequence of examples of an epoch of the run.
func (r *run) order(epoch int) []int {
	switch s := r.settings; {
	case s.InOrder:
		return span(0, r.source.Len())
	case s.Balanced:
		return drawn(balanced(r.source), s.Seed, r.round, epoch)
	case s.SampleWeights != nil:
		return drawn(s.SampleWeights, s.Seed, r.round, epoch)
	default:
		return order(r.source.Len(), s.Seed, r.round, epoch)
	}
}

// batchOf cuts batch number b out of order and fills it up to size. What fills it
// are the examples that open the epoch: they weigh nothing in the loss, but give
// BatchNorm a batch of its usual size, which a last batch of one example would not.
func batchOf(order []int, b, size int) (rows []int, weight []float32) {
	rows, weight = make([]int, size), make([]float32, size)
	for j := range rows {
		at := b*size + j
		rows[j] = order[at%len(order)]
		if at < len(order) {
			weight[j] = 1
		}
	}
	return rows, weight
}
