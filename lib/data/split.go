package data

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
)

// Split parts the set in three, without overlap and with the classes in the
// proportions of the whole: train, valid and test examples. One of the numbers
// may be [Rest]; without one, some examples may stay unused. Targets are
// kept in proportion by tenths.
//
// The parts depend on the seed alone. Examples of one class with the same
// content stay together, so that no test picture was trained on.
func (s *Set) Split(train, valid, test int, opts ...Option) (trainSet, validSet, testSet *Set, err error) {
	parts, err := s.Parts([]int{train, valid, test}, opts...)
	if err != nil {
		return nil, nil, nil, err
	}
	return parts[0], parts[1], parts[2], nil
}

// Parts is [Set.Split] for any number of parts.
func (s *Set) Parts(sizes []int, opts ...Option) ([]*Set, error) {
	set := s.set
	for _, opt := range opts {
		opt(&set)
	}
	sizes, err := s.fill(sizes)
	if err != nil {
		return nil, err
	}
	random := rand.New(rand.NewPCG(set.seed, 0x5eed))
	d := deal{parts: make([][]int, len(sizes))}
	for _, stratum := range s.strata() {
		d.strata = append(d.strata, s.groups(stratum, random))
		d.left = append(d.left, len(stratum))
	}
	for p, size := range sizes {
		d.take(p, size)
	}
	sets := make([]*Set, len(sizes))
	for p, indices := range d.parts {
		slices.Sort(indices)
		sets[p] = s.subset(indices)
		sets[p].set = set
	}
	return sets, nil
}

// fill replaces Rest by what is left.
func (s *Set) fill(sizes []int) ([]int, error) {
	out := slices.Clone(sizes)
	rest, sum := -1, 0
	for i, n := range sizes {
		switch {
		case n == Rest && rest >= 0:
			return nil, fmt.Errorf("data: split %v: only one part can be the rest", sizes)
		case n == Rest:
			rest = i
		case n < 0:
			return nil, fmt.Errorf("data: split %v: %d examples (want 0 or more, or data.Rest)", sizes, n)
		default:
			sum += n
		}
	}
	if sum > s.Len() {
		return nil, fmt.Errorf("data: split %v asks for %d of %d examples", sizes, sum, s.Len())
	}
	if rest >= 0 {
		out[rest] = s.Len() - sum
	}
	return out, nil
}

// strata are the examples of each class, or each tenth of the targets.
func (s *Set) strata() [][]int {
	if !s.regression {
		out := make([][]int, len(s.classes))
		for i, e := range s.examples {
			out[e.label] = append(out[e.label], i)
		}
		return out
	}
	order := make([]int, s.Len())
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(s.examples[a].target, s.examples[b].target) })
	const tenths = 10
	var out [][]int
	for i := range tenths {
		if part := order[len(order)*i/tenths : len(order)*(i+1)/tenths]; len(part) > 0 {
			out = append(out, part)
		}
	}
	return out
}

// groups joins the examples of a stratum that have the same content, and shuffles.
func (s *Set) groups(stratum []int, random *rand.Rand) [][]int {
	place := map[string]int{}
	var out [][]int
	for _, i := range stratum {
		key := s.examples[i].key
		if at, ok := place[key]; ok {
			out[at] = append(out[at], i)
			continue
		}
		place[key] = len(out)
		out = append(out, []int{i})
	}
	random.Shuffle(len(out), func(a, b int) { out[a], out[b] = out[b], out[a] })
	return out
}

// deal hands out the groups of every stratum.
type deal struct {
	strata [][][]int
	left   []int // examples left in each stratum
	parts  [][]int
}

// take gives part p size examples, each stratum its share of what is left.
func (d *deal) take(p, size int) {
	for i, n := range shares(size, d.left) {
		d.draw(p, i, n)
	}
}

// shares divides size in proportion to have by largest remainders. A stratum
// that would get nothing comes before the others.
func shares(size int, have []int) []int {
	total := 0
	for _, n := range have {
		total += n
	}
	out := make([]int, len(have))
	if total == 0 {
		return out
	}
	order := make([]int, len(have))
	given := 0
	for i, n := range have {
		order[i] = i
		out[i] = size * n / total
		given += out[i]
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if none := min(out[a], 1) - min(out[b], 1); none != 0 {
			return none
		}
		return cmp.Compare(size*have[b]%total, size*have[a]%total)
	})
	for given < size {
		for _, i := range order {
			if given < size && out[i] < have[i] {
				out[i]++
				given++
			}
		}
	}
	return out
}

// draw moves n examples of stratum i to part p, whole groups first. Only if
// nothing else fits is a group broken up.
func (d *deal) draw(p, i, n int) {
	d.left[i] -= n
	var later [][]int
	for _, group := range d.strata[i] {
		if len(group) > n {
			later = append(later, group)
			continue
		}
		d.parts[p] = append(d.parts[p], group...)
		n -= len(group)
	}
	for g := 0; n > 0; g++ {
		k := min(n, len(later[g]))
		d.parts[p] = append(d.parts[p], later[g][:k]...)
		later[g] = later[g][k:]
		n -= k
	}
	d.strata[i] = later
}
