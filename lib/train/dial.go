package train

import (
	"fmt"

	"github.com/gomlx/gomlx/core/graph"
	"graft/lib/train/mix"
)

// dial is a scalar that a step takes as an argument, so that another value compiles
// nothing.
type dial struct {
	name  string
	value float64
}

// tick is where a step is in its run.
type tick struct {
	update int // that it belongs to, from 1
	// groups is the same by group, each counting for itself, as PyTorch's optimizers
	// count for each parameter: with the run's count, the first steps of a group that
	// is unfrozen late would be up to three times too large.
	groups []int
	moves  bool // whether it moves the parameters, or only adds to their gradients
	mix    mix.Mixture
}

// tick is that of a step, counted from 1.
func (r *run) tick(step int) tick {
	epoch, batch := (step-1)/r.steps, (step-1)%r.steps
	p := tick{update: epoch*r.updates() + batch/r.settings.batches() + 1, moves: r.moves(batch)}
	for _, n := range r.taught {
		p.groups = append(p.groups, n+1)
	}
	return p
}

// moves reports whether a batch of an epoch, counted from 0, moves the parameters:
// with accumulation, every few batches do, and the last one.
func (r *run) moves(batch int) bool {
	return (batch+1)%r.settings.batches() == 0 || batch+1 == r.steps
}

// updates is how many there are in an epoch.
func (r *run) updates() int {
	per := r.settings.batches()
	return (r.steps + per - 1) / per
}

// dials are the scalars of a step. Which there are depends on the key of the
// executable alone.
func (s Settings) dials(p tick) []dial {
	moves := 0.0
	if p.moves {
		moves = 1
	}
	list := []dial{
		{"moves", moves}, {"norm", s.ClipNorm}, {"value", s.ClipValue}, {"average", s.Average.weight(float64(p.update))},
		{"start", s.L2SP.Start}, {"head", s.L2SP.Head}, {"delta", s.DELTA}, {"bss", s.BSS.Weight},
		{"share", p.mix.Share}, {"kept", p.mix.Kept}, {"top", p.mix.Box.Top}, {"bottom", p.mix.Box.Bottom},
		{"left", p.mix.Box.Left}, {"right", p.mix.Box.Right},
	}
	for group, n := range p.groups {
		for i, v := range s.Optimizer.Facts(float64(n)) {
			list = append(list, dial{factName(group, i), v})
		}
	}
	return list
}

func factName(group, i int) string { return fmt.Sprintf("fact %d of group %d", i, group) }

// values are the dials as the argument of a step.
func values(list []dial) []float32 {
	v := make([]float32, len(list))
	for i, n := range list {
		v[i] = float32(n.value)
	}
	return v
}

// nodes are the dials as scalars of a graph, by name; vector is the argument.
func (s Settings) nodes(vector *graph.Node, groups int) map[string]*graph.Node {
	nodes := map[string]*graph.Node{}
	for i, n := range s.dials(tick{groups: make([]int, groups)}) {
		nodes[n.name] = element(vector, i)
	}
	return nodes
}

// element is entry i of a vector, as a scalar.
func element(vector *graph.Node, i int) *graph.Node {
	return graph.Reshape(graph.Slice(vector, graph.AxisElem(i)))
}
