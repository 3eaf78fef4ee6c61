package train_test

import (
	"context"
	"fmt"
	"io"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"graft/lib/display"
	"graft/lib/nn"
	"graft/lib/train"
	"graft/lib/train/loss"
	"graft/lib/tune"
)

func Example() {
	ctx := display.WithSink(context.Background(), display.Lines(io.Discard))
	points := &train.Memory{
		Inputs: []float32{0, 1, 1, 0, 0, 2, 2, 0}, Dims: []int{2}, Labels: []int{0, 1, 0, 1},
	}
	layer, store := nn.Linear{Name: "linear", In: 2, Out: 2}, model.NewStore()
	head := func(scope *model.Scope, x *graph.Node) *graph.Node { return layer.Apply(scope, x) }
	var params []tune.Param
	for _, p := range layer.Params() {
		if err := p.Put(store, train.HeadScope, p.Initial(1)); err != nil {
			fmt.Println(err)
			return
		}
		params = append(params, tune.Param{Path: p.Path(train.HeadScope), Kind: p.Kind, Len: p.Len()})
	}
	t, err := train.New(ctx, train.Net{
		Store: store, Plan: tune.NewPlan(nil, params), Head: head,
		Body: func(_ *model.Store, x *graph.Node, _, _ int, _ nn.Mode) *graph.Node { return x },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	history, err := t.Fit(ctx, 20, points, train.WithValid(points), train.OneCycle(0.5))
	if err != nil {
		fmt.Println(err)
		return
	}
	outputs, err := t.Outputs(ctx, points, loss.CrossEntropy)
	fmt.Println(outputs.Rows(), history.Epochs[19].Metrics, err)
	// Output: 4 [1] <nil>
}
