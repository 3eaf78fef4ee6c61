package optimizer_test

import (
	"context"
	"fmt"
	"sync"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"graft/lib/device"
	"graft/lib/train/optimizer"
	"graft/lib/train/program"
)

func Example() {
	store := model.NewStore()
	store.VariableWithValue("/w", tensors.FromScalar(float32(1)))
	if err := descend(store, 3); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(store.GetVariable("/w").MustValue().Value())
	// Output: 0.062
}

// descend makes steps towards the smallest square of the variable /w.
func descend(store *model.Store, steps int) error {
	o := optimizer.NewSGD(0.9)
	if err := o.Reset(store, []string{"/w"}); err != nil {
		return err
	}
	step := func(in []*graph.Node) *graph.Node { // rate -> loss
		w := store.GetVariable("/w")
		loss := graph.Square(w.NodeValue(in[0]))
		u := optimizer.Update{Optimizer: o, Store: store, Variable: w, Gradient: graph.Gradient(loss, w.NodeValue(in[0]))[0]}
		u.Build(in[0])
		return loss
	}
	ctx := context.Background()
	dev, err := device.Open(ctx)
	if err != nil {
		return err
	}
	p := program.New("step", dev.Backend, store, &sync.Mutex{}, step)
	for range steps {
		rate := []*tensors.Tensor{tensors.FromScalar(float32(0.1))}
		if _, err := p.Prepare(ctx, rate); err != nil {
			return err
		}
		if _, err := p.Call(rate); err != nil {
			return err
		}
	}
	return nil
}
