package metric

import (
	"iter"
	"math"
	"slices"
)

// maxScores is how many scores a ranking metric keeps as they are, over all its
// classes; 4 bytes each.
const maxScores = 1 << 22

// ranking keeps the scores of positive and negative rows in bounded memory. At
// first they are all kept, 4 bytes each. Whenever there are capacity of them, they
// are sorted into bins, which are intervals of scores that do not overlap: later
// scores are counted in the bin they fall into, or make new ones between. So the
// order of two rows is known exactly unless they share a bin, and what that may
// change of a metric is known, too.
//
// Bins are packed until they hold a share of 16/capacity of the rows, positive and
// negative ones counted apart. Two neighbours hold more than that, so there are at
// most capacity/4 and one, of 16 bytes: a ranking takes about 8 bytes times
// capacity, and not over 16 while slices grow and bins are packed.
// When bins are made is a matter of the number of rows alone, not of batches.
type ranking struct {
	capacity           int
	positive, negative []float32 // scores that are in no bin yet
	bins               []bin     // ascending
	positives          int       // all, in bins or not
	negatives          int
	invalid            bool // a score was NaN
}

// bin counts rows with scores from low to high. If both are the same, these rows are
// a tie.
type bin struct {
	low, high          float32
	positive, negative uint32
}

func (r *ranking) add(score float32, positive bool) {
	switch {
	case math.IsNaN(float64(score)):
		r.invalid = true
		return
	case positive:
		r.positive = append(r.positive, score)
		r.positives++
	default:
		r.negative = append(r.negative, score)
		r.negatives++
	}
	if len(r.positive)+len(r.negative) >= r.capacity {
		r.pack()
	}
}

// pack moves all scores into bins.
func (r *ranking) pack() {
	limit := 16 / float64(r.capacity)
	var packed []bin
	for b := range r.groups() {
		if n := len(packed); n > 0 && r.share(packed[n-1])+r.share(b) <= limit {
			last := &packed[n-1]
			last.high, last.positive, last.negative = b.high, last.positive+b.positive, last.negative+b.negative
			continue
		}
		packed = append(packed, b)
	}
	r.bins = slices.Clip(packed)
	r.positive, r.negative = nil, nil // or each would come to have room for all
}

// share is that of the positive rows plus that of the negative rows in b.
func (r *ranking) share(b bin) float64 {
	return float64(b.positive)/float64(max(1, r.positives)) + float64(b.negative)/float64(max(1, r.negatives))
}

// groups are all rows in ascending order: the bins, with the scores that fall into
// them, and between them one group for each score.
func (r *ranking) groups() iter.Seq[bin] {
	slices.Sort(r.positive)
	slices.Sort(r.negative)
	return func(yield func(bin) bool) {
		p, n := r.positive, r.negative
		for _, b := range r.bins {
			for next := least(p, n); next < b.low; next = least(p, n) {
				one := bin{low: next, high: next}
				if p, n = one.take(p, n); !yield(one) {
					return
				}
			}
			if p, n = b.take(p, n); !yield(b) {
				return
			}
		}
		for len(p)+len(n) > 0 {
			next := least(p, n)
			one := bin{low: next, high: next}
			if p, n = one.take(p, n); !yield(one) {
				return
			}
		}
	}
}

// take counts the scores up to b.high at the head of p and n, and returns the rest.
func (b *bin) take(p, n []float32) (positive, negative []float32) {
	for len(p) > 0 && p[0] <= b.high {
		p = p[1:]
		b.positive++
	}
	for len(n) > 0 && n[0] <= b.high {
		n = n[1:]
		b.negative++
	}
	return p, n
}

// least is the smallest score at the heads of p and n; NaN if both are empty.
func least(p, n []float32) float32 {
	switch {
	case len(p) == 0 && len(n) == 0:
		return float32(math.NaN())
	case len(p) == 0:
		return n[0]
	case len(n) == 0:
		return p[0]
	}
	return min(p[0], n[0])
}

// auroc is the share of pairs of a positive and a negative row in which the positive
// one has the larger score, ties counting half; NaN without a pair. It is at most
// bound from the exact value.
func (r *ranking) auroc() (value, bound float64) {
	if r.invalid || r.positives == 0 || r.negatives == 0 {
		return math.NaN(), 0
	}
	below, won, unknown := 0.0, 0.0, 0.0
	for b := range r.groups() {
		p, n := float64(b.positive), float64(b.negative)
		won += p * (below + n/2)
		if b.low != b.high {
			unknown += p * n / 2
		}
		below += n
	}
	pairs := float64(r.positives) * float64(r.negatives)
	return won / pairs, unknown / pairs
}

// precision is the average precision: the sum over scores, as thresholds, of the
// precision at each times the recall it adds, as in scikit-learn; NaN without a
// positive row. Inside a bin rows are taken as mixed evenly. It is at most bound from
// the exact value.
func (r *ranking) precision() (value, bound float64) {
	if r.invalid || r.positives == 0 {
		return math.NaN(), 0
	}
	// Of each group, from the lowest on, t and f are the rows that score higher.
	t, f := float64(r.positives), float64(r.negatives)
	low, high := 0.0, 0.0
	for b := range r.groups() {
		p, n := float64(b.positive), float64(b.negative)
		t, f = t-p, f-n
		if p == 0 {
			continue
		}
		if b.low == b.high {
			tie := p * (t + p) / (t + p + f + n)
			low, value, high = low+tie, value+tie, high+tie
			continue
		}
		high += p * (t + p) / (t + p + f) // all positive rows tie above the negative ones
		for i := 1.0; i <= p; i++ {
			value += (t + i) / (t + i + f + n*i/(p+1)) // the expectation of a random order
			low += (t + i) / (t + i + f + n)           // all are apart and below them
		}
	}
	all := float64(r.positives)
	return value / all, max(value-low, high-value) / all
}
