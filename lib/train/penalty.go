package train

import (
	"fmt"

	. "github.com/gomlx/gomlx/core/graph"
	"graft/lib/nn"
	"graft/lib/train/optimizer"
	"graft/lib/train/penalty"
	"graft/lib/tune"
)

// L2SP pulls the backbone towards where it started and the head towards zero (Li et
// al. 2018, "Explicit inductive bias for transfer learning"): to the loss it adds
//
//	start/2 |backbone - its start|^2 + head/2 |head|^2
//
// over learned parameters. 0.01 for both is usual. The start is where the backbone was
// before anything trained it, not where a call of Fit found it; for a model loaded
// from a file, it is what the file holds. It is an option against negative transfer:
// use no weight decay beside it.
func L2SP(start, head float64) Option {
	return Option{"L2SP", func(s *Settings) error {
		if !(start >= 0 && head >= 0 && start+head > 0) {
			return fmt.Errorf("train: L2SP with %g for the backbone and %g for the head (at least 0 each, and not both 0)", start, head)
		}
		s.L2SP = penalty.L2SP{Start: start, Head: head}
		return nil
	}}
}

// DELTA keeps what trainable stages say about the examples near what they said at
// the start (Li et al. 2019, "DELTA: deep learning transfer using feature map with
// attention", here without the attention): to the loss it adds
//
//	weight/2 * mean over examples of sum over trainable stages |features - features at the start|^2
//
// where the last stage counts as the vector that the head gets. The network of the
// start runs in inference mode beside the other one, which adds a forward pass of the
// trainable stages to each step. 0.01 is usual for batches of 50 whose sum others
// take; as a mean, begin with 0.01 to 0.5. Start means what it means for [L2SP].
func DELTA(weight float64) Option {
	return positive("DELTA", weight, func(s *Settings) { s.DELTA = weight })
}

// BSS keeps the features of a batch from leaning on few directions by shrinking the
// others further (batch spectral shrinkage, Chen et al. 2019): to the loss it adds
// weight times the sum of the squares of the count smallest singular values of the
// features [batch, features] that the head gets. 0.001 and 1 are usual. Examples that
// fill up the last batch count as well. The cost grows with the fourth power of the
// batch size: nothing at 16, something on a CPU at 128.
func BSS(weight float64, count int) Option {
	return positive("BSS", weight, func(s *Settings) { s.BSS = penalty.BSS{Weight: weight, Count: max(1, count)} })
}

// checkPenalties refuses penalties on what does not move.
func (r *run) checkPenalties() error {
	if r.net.Plan.Prefix() < r.net.Plan.Stages() || !r.settings.Unfreezing.Empty() {
		return nil
	}
	for name, used := range map[string]bool{"DELTA": r.settings.DELTA > 0, "BSS": r.settings.BSS.Weight > 0, "L2SP": r.settings.L2SP.Start > 0 && r.settings.L2SP.Head == 0} {
		if used {
			return fmt.Errorf("train: %s holds back the backbone, but all of its stages are frozen (unfreeze some, or leave it out)", name)
		}
	}
	return nil
}

// remember keeps the first known values of parameters, those from before anything
// trained them. A frozen parameter does not move, so the first run that trains it
// still finds them; a run that goes on in another process finds them in the store.
func (t *Trainer) remember(s state) error {
	if t.origin == nil {
		t.origin = state{}
	}
	for path, value := range s {
		if t.origin[path] != nil {
			continue
		}
		if kept := optimizer.Slot(startSlot, path); t.net.Store.GetVariable(kept) != nil {
			var err error
			if value, err = clone(t.net.Store, kept); err != nil {
				return err
			}
		}
		t.origin[path] = value
	}
	return nil
}

// startSlot is the slot of the state that holds parameters as they were before
// anything trained them.
const startSlot = "start"

// beginAnchors puts the start of trainable stages into the store.
func (r *run) beginAnchors() error {
	if !r.settings.anchored() {
		return nil
	}
	for _, p := range trainable(r.net.Plan) {
		value, err := r.origin[p.Path].LocalClone()
		if err != nil {
			return err
		}
		if err := optimizer.Set(r.net.Store, optimizer.Slot(startSlot, p.Path), value); err != nil {
			return err
		}
	}
	return nil
}

// trainable lists the parameters of trainable stages, the head's not included.
func trainable(plan *tune.Plan) []tune.Param {
	var list []tune.Param
	for _, g := range plan.Groups[:plan.Stages()] {
		if g.Trainable {
			list = append(list, g.Params...)
		}
	}
	return list
}

// pull adds the gradient of L2-SP.
func (b *builder) pull() {
	for i, p := range b.learned {
		value := b.variables[i].NodeValue(b.x)
		switch {
		case p.head && b.L2SP.Head > 0:
			b.gradients[i] = Add(b.gradients[i], penalty.Pull(value, nil, b.dials["head"]))
		case !p.head && b.L2SP.Start > 0:
			start := b.net.Store.GetVariable(optimizer.Slot(startSlot, p.Path)).NodeValue(b.x)
			b.gradients[i] = Add(b.gradients[i], penalty.Pull(value, start, b.dials["start"]))
		}
	}
}

// penalties are what is added to the mean loss of a batch, nil for nothing.
func (b *builder) penalties(x, features *Node) *Node {
	var total *Node
	add := func(name string, term *Node) {
		term = Mul(term, b.dials[name])
		if total != nil {
			term = Add(total, term)
		}
		total = term
	}
	if b.DELTA > 0 && len(b.outputs) > 0 {
		add("delta", b.distance(x))
	}
	if b.BSS.Weight > 0 && b.from < b.net.Plan.Stages() {
		add("bss", penalty.Spectrum(features, b.BSS.Count))
	}
	return total
}

// distance is that of the features of trainable stages from those at the start.
func (b *builder) distance(x *Node) *Node {
	var all, now, start []*Node
	b.atStart(func() { all = b.stages(x, nn.Mode{}) })
	for i, out := range b.outputs {
		if b.net.Plan.Groups[b.from+i].Trainable {
			now, start = append(now, out), append(start, all[i])
		}
	}
	return penalty.Distance(now, start, b.weight)
}

// stages are the outputs of the stages of the step, one by one.
func (b *builder) stages(x *Node, mode nn.Mode) []*Node {
	var out []*Node
	for i := b.from; i < b.net.Plan.Stages(); i++ {
		x = b.net.Body(b.net.Store, x, i, i+1, mode)
		out = append(out, x)
	}
	return out
}

// atStart builds fn with the parameters of trainable stages as they were at the start.
func (b *builder) atStart(fn func()) {
	b.with(trainable(b.net.Plan), func(p tune.Param, _ *Node) *Node {
		return b.net.Store.GetVariable(optimizer.Slot(startSlot, p.Path)).NodeValue(b.x)
	}, fn)
}

// with builds fn with other values of parameters, which change makes from the present
// ones, and puts those back afterwards.
func (b *builder) with(params []tune.Param, change func(p tune.Param, value *Node) *Node, fn func()) {
	var present []*Node
	for _, p := range params {
		v := b.net.Store.GetVariable(p.Path)
		present = append(present, v.NodeValue(b.x))
		v.SetNodeValue(change(p, v.NodeValue(b.x)))
	}
	fn()
	for i, p := range params {
		b.net.Store.GetVariable(p.Path).SetNodeValue(present[i])
	}
}
