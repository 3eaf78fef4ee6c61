package train

import (
	"context"
	"fmt"
	"slices"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"graft/lib/nn"
	"graft/lib/tune"
)

// Features runs the frozen backbone on all of src and returns what its head would
// get, with labels and targets, in memory. Every stage must be frozen. Features that
// are in the cache are taken from there, others are put there.
func (t *Trainer) Features(ctx context.Context, src Source) (*Memory, error) {
	if !t.busy.TryLock() {
		return nil, ErrBusy
	}
	defer t.busy.Unlock()
	if plan := t.net.Plan; plan.Prefix() < plan.Stages() {
		return nil, fmt.Errorf("train: features of a backbone that is not frozen: %s is trainable (freeze all stages first)", plan.Groups[plan.Prefix()].Name)
	}
	t.features.Begin()
	in, err := t.inputs(ctx, src, true, func(int, int, string) {})
	if err != nil {
		return nil, err
	}
	m := &Memory{Inputs: make([]float32, src.Len()*in.size), Dims: in.shape}
	for rows := range slices.Chunk(span(0, src.Len()), inferenceBatch) {
		if err := in.load(ctx, rows, m.Inputs[rows[0]*in.size:]); err != nil {
			return nil, err
		}
	}
	for i := range src.Len() {
		m.Labels, m.Targets = append(m.Labels, src.Label(i)), append(m.Targets, src.Target(i))
	}
	return m, nil
}

// NewProbe returns a trainer of a linear layer alone, on features of a frozen
// backbone: the cheapest control of a fine-tuning. Its parameters are its own; the
// bias begins at start.
func NewProbe(ctx context.Context, features, outputs int, start float32, seed int64) (*Trainer, error) {
	layer, store := nn.Linear{Name: "linear", In: features, Out: outputs}, model.NewStore()
	var head []tune.Param
	for _, p := range layer.Params() {
		value := p.Initial(seed)
		if p.Kind == nn.Bias {
			value = tensors.FromFlatDataAndDimensions(slices.Repeat([]float32{start}, outputs), outputs)
		}
		if err := p.Put(store, HeadScope, value); err != nil {
			return nil, err
		}
		head = append(head, tune.Param{Path: p.Path(HeadScope), Kind: p.Kind, Len: p.Len()})
	}
	return New(ctx, Net{
		Store: store, Plan: tune.NewPlan(nil, head),
		Body: func(_ *model.Store, x *graph.Node, _, _ int, _ nn.Mode) *graph.Node { return x },
		Head: func(scope *model.Scope, x *graph.Node) *graph.Node { return layer.Apply(scope, x) },
	})
}
