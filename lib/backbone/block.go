package backbone

import (
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"graft/lib/nn"
)

// block is a piece of a stage.
type block interface {
	units() []unit
	apply(scope *model.Scope, x *graph.Node, mode nn.Mode) *graph.Node
}

// unit is a convolution, its BatchNorm and an activation: what can be folded into
// one convolution with a bias.
type unit struct {
	conv nn.Conv
	norm nn.BatchNorm
	act  nn.Activation
}

func (u unit) units() []unit { return []unit{u} }

func (u unit) apply(scope *model.Scope, x *graph.Node, mode nn.Mode) *graph.Node {
	if mode.Folded {
		return u.act.Apply(u.folded().Apply(scope, x))
	}
	return u.act.Apply(u.norm.Apply(scope, u.conv.Apply(scope, x), mode))
}

// folded is the convolution that stands for the whole unit in a folded store.
func (u unit) folded() nn.Conv {
	c := u.conv
	c.Bias = true
	return c
}

// chain is blocks one after the other.
type chain []block

func (c chain) units() []unit {
	var all []unit
	for _, b := range c {
		all = append(all, b.units()...)
	}
	return all
}

func (c chain) apply(scope *model.Scope, x *graph.Node, mode nn.Mode) *graph.Node {
	for _, b := range c {
		x = b.apply(scope, x, mode)
	}
	return x
}

// residual is act(body(x) + shortcut(x)); an empty shortcut is x itself.
type residual struct {
	body, shortcut chain
	act            nn.Activation
}

func (r residual) units() []unit { return append(r.body.units(), r.shortcut.units()...) }

func (r residual) apply(scope *model.Scope, x *graph.Node, mode nn.Mode) *graph.Node {
	return r.act.Apply(graph.Add(r.body.apply(scope, x, mode), r.shortcut.apply(scope, x, mode)))
}

// pooling is a pool as a block.
type pooling struct{ nn.MaxPooling }

func (pooling) units() []unit { return nil }

func (p pooling) apply(_ *model.Scope, x *graph.Node, _ nn.Mode) *graph.Node {
	return p.Apply(x)
}
