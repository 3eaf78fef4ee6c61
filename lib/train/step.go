package train

import (
	"errors"
	"fmt"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"graft/lib/nn"
	"graft/lib/train/optimizer"
	"graft/lib/train/program"
	"graft/lib/tune"
)

// stepKey says which executable a plan and settings need.
func stepKey(plan *tune.Plan, s Settings) string {
	return fmt.Sprintf("%s|%+v|%+v|%s", plan.Key(), s.Optimizer, s.Loss, s.Recipe.key())
}

// step returns the program of one training step under the present plan:
//
//	x [batch, ...], truth [batch] or [batch, outputs], weight [batch], rates [groups],
//	dials [...], partners [batch] if examples are mixed -> loss
//
// Everything that a step does is in this one program. With accumulation it runs once
// a batch, and a dial says whether the parameters move.
func (t *Trainer) step(s Settings) *program.Program {
	key := stepKey(t.net.Plan, s)
	if p, ok := t.steps[key]; ok {
		return p
	}
	from, inference, learned := t.net.Plan.Prefix(), t.net.Plan.Inference(), t.learners()
	t.steps[key] = t.program("training step", t.net.Store, func(in []*Node) *Node {
		t.net.Store.SetTraining(in[0].Graph(), true)
		b := &builder{
			Settings: s, net: t.net, from: from, mode: nn.Mode{Training: true, Frozen: inference}, learned: learned,
			x: in[0], truth: in[1], weight: in[2], rates: in[3], dials: s.nodes(in[4], len(t.net.Plan.Groups)),
		}
		if s.mixes() {
			b.partners = in[5]
		}
		return b.build()
	})
	return t.steps[key]
}

// learner is a parameter that a step changes.
type learner struct {
	tune.Param
	group int
	head  bool
}

// learners are the parameters that the present plan trains.
func (t *Trainer) learners() []learner {
	var list []learner
	for i, group := range t.net.Plan.Learned() {
		for _, p := range group {
			list = append(list, learner{p, i, i == t.net.Plan.Stages()})
		}
	}
	return list
}

// builder builds the graph of a step.
type builder struct {
	Settings
	net     Net
	from    int
	mode    nn.Mode
	learned []learner

	x, truth, weight, rates *Node
	dials                   map[string]*Node
	partners                *Node // whom each example is mixed with
	moves                   *Node // false where the step only adds up gradients; nil for always

	variables []*model.Variable // of learned
	gradients []*Node           // of learned
	outputs   []*Node           // of the stages, for DELTA
}

func (b *builder) build() *Node {
	if len(b.learned) == 0 {
		panic(errors.New("every group is frozen, so there is nothing to train (unfreeze some)"))
	}
	if b.batches() > 1 {
		b.moves = GreaterThan(b.dials["moves"], Scalar(b.x.Graph(), b.rates.DType(), 0.5))
	}
	var values []*Node
	for _, p := range b.learned {
		v := b.net.Store.GetVariable(p.Path)
		b.variables = append(b.variables, v)
		values = append(values, v.NodeValue(b.x))
	}
	x := b.mixInputs()
	var features *Node
	b.lowered(func() { features = b.forward(x) })
	sum, mass := b.mixLosses(b.net.head(features))
	loss := Div(sum, MaxScalar(mass, 1e-12)) // nothing weighs anything: no loss, rather than NaN
	objective := loss
	if penalty := b.penalties(x, features); penalty != nil {
		objective = Add(loss, penalty)
	}
	if b.moves != nil {
		objective = Mul(objective, mass)
	}
	b.gradients = Gradient(objective, values...)
	b.accumulate(mass)
	b.pull()
	b.clip()
	b.update()
	b.average()
	return loss
}

// forward is what the head gets.
func (b *builder) forward(x *Node) *Node {
	if b.DELTA == 0 || b.from == b.net.Plan.Stages() {
		return b.net.Body(b.net.Store, x, b.from, b.net.Plan.Stages(), b.mode)
	}
	b.outputs = b.stages(x, b.mode)
	return b.outputs[len(b.outputs)-1]
}

// accumulate turns the gradients of a batch's sum into those of the mean over all
// batches since the last update.
func (b *builder) accumulate(mass *Node) {
	if b.moves == nil {
		return
	}
	gather := func(path string, now *Node) *Node {
		v := b.net.Store.GetVariable(path)
		total := Add(v.NodeValue(now), now)
		v.SetNodeValue(Where(b.moves, ZerosLike(total), total))
		return total
	}
	total := MaxScalar(gather(massPath, mass), 1e-12)
	for i, v := range b.variables {
		b.gradients[i] = Div(gather(optimizer.Slot("gradient", v.Path()), b.gradients[i]), total)
	}
}

// massPath is where accumulation keeps what its sums are to be divided by.
const massPath = optimizer.Scope + "mass"

// clip cuts gradients as PyTorch's functions do, constants included.
func (b *builder) clip() {
	if b.ClipValue > 0 {
		limit := b.dials["value"]
		for i, g := range b.gradients {
			b.gradients[i] = Min(Max(g, Neg(limit)), limit)
		}
	}
	if b.ClipNorm > 0 {
		var square *Node
		for _, g := range b.gradients {
			if s := ReduceAllSum(Square(g)); square == nil {
				square = s
			} else {
				square = Add(square, s)
			}
		}
		factor := MinScalar(Div(b.dials["norm"], AddScalar(Sqrt(square), 1e-6)), 1)
		for i, g := range b.gradients {
			b.gradients[i] = Mul(g, factor)
		}
	}
}

// update moves the parameters.
func (b *builder) update() {
	for i, p := range b.learned {
		u := optimizer.Update{
			Optimizer: b.Optimizer, Store: b.net.Store, Variable: b.variables[i], Kind: p.Kind,
			Gradient: b.gradients[i], Facts: b.facts(p.group), Apply: b.moves,
		}
		u.Build(element(b.rates, p.group))
	}
}

// facts are the factors of the update of a group.
func (b *builder) facts(group int) []*Node {
	var list []*Node
	for b.dials[factName(group, len(list))] != nil {
		list = append(list, b.dials[factName(group, len(list))])
	}
	return list
}

// average moves the averages of all parameters that the step changes, running
// statistics included, as timm does.
func (b *builder) average() {
	if b.Average.Decay == 0 {
		return
	}
	keep := b.dials["average"]
	for _, g := range b.net.Plan.Groups {
		for _, p := range g.Params {
			v := b.net.Store.GetVariable(p.Path)
			if v == nil || !v.InUseByGraph(b.x.Graph()) || !v.ChangedInGraph(b.x.Graph()) {
				continue
			}
			a := b.net.Store.GetVariable(optimizer.Slot("average", p.Path))
			old := a.NodeValue(b.x)
			next := Add(Mul(old, keep), Mul(v.NodeValue(b.x), OneMinus(keep)))
			if b.moves != nil {
				next = Where(b.moves, next, old)
			}
			a.SetNodeValue(next)
		}
	}
}
