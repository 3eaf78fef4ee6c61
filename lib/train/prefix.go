package train

import (
	"context"
	"fmt"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"graft/lib/nn"
	"graft/lib/train/program"
	"graft/lib/tune"
)

// prefix is the inference executable of stages [0, to).
type prefix struct {
	*program.Program
	store  *model.Store // folded, or the network's own
	digest tune.Digest
}

// forward sends n examples through the frozen prefix.
func (in *inputs) forward(ctx context.Context, raw []float32, n int, status func(string)) ([]float32, error) {
	if in.stage == 0 {
		return raw, nil
	}
	run, err := in.trainer.prefixProgram(in.stage, in.digest)
	if err != nil {
		return nil, err
	}
	args := []*tensors.Tensor{tensors.FromFlatDataAndDimensions(raw, append([]int{n}, in.src.Shape()...)...)}
	status("compiling the frozen part")
	if _, err := run.Prepare(ctx, args); err != nil {
		return nil, err
	}
	out, err := run.Call(args)
	if err != nil {
		return nil, err
	}
	in.shaped(out.Shape().Dimensions[1:])
	if in.table != nil {
		in.table.SetShape(in.shape)
	}
	return program.Take(out)
}

// prefixProgram returns the executable of stages [0, to), with the parameters that
// digest stands for; nil if to is 0.
func (t *Trainer) prefixProgram(to int, digest tune.Digest) (*prefix, error) {
	if to == 0 {
		return nil, nil
	}
	p := t.prefixes[to]
	if p != nil && p.digest == digest {
		return p, nil
	}
	store, mode := t.net.Store, nn.Mode{}
	if t.net.Fold != nil {
		folded, err := t.net.Fold(to)
		if err != nil {
			return nil, err
		}
		store, mode.Folded = folded, true
	}
	if p != nil {
		p.digest = digest
		return p, refill(p.store, store)
	}
	run := t.program("frozen part", store, func(in []*graph.Node) *graph.Node {
		return t.net.Body(store, in[0], 0, to, mode)
	})
	t.prefixes[to] = &prefix{run, store, digest}
	return t.prefixes[to], nil
}

// refill gives the variables of to the values in from, so that the executable of to
// need not be compiled again.
func refill(to, from *model.Store) error {
	if to == from {
		return nil
	}
	for v := range from.IterVariables() {
		value, err := v.Value()
		if err != nil {
			return err
		}
		old := to.GetVariable(v.Path())
		if old == nil {
			return fmt.Errorf("train: the folded network has a new variable %q", v.Path())
		}
		if err := old.SetValue(value); err != nil {
			return err
		}
	}
	return nil
}
