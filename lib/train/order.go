package train

import (
	"math/rand/v2"
)

// order is the sequence of examples of one epoch: a permutation that depends on
// seed, phase (which call of Fit) and epoch alone.
func order(n int, seed int64, phase, epoch int) []int {
	rng := rand.New(rand.NewPCG(uint64(seed), uint64(phase)<<32|uint64(epoch)))
	return rng.Perm(n)
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
