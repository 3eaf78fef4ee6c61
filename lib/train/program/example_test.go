package program_test

import (
	"context"
	"fmt"
	"sync"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"graft/lib/device"
	"graft/lib/train/program"
)

func Example() {
	ctx := context.Background()
	dev, err := device.Open(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	var building sync.Mutex
	p := program.New("double", dev.Backend, model.NewStore(), &building, func(in []*graph.Node) *graph.Node {
		return graph.MulScalar(in[0], 2)
	})
	args := []*tensors.Tensor{tensors.FromValue([]float32{1, 2})}
	if _, err := p.Prepare(ctx, args); err != nil {
		fmt.Println(err)
		return
	}
	out, err := p.Call(args)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(program.Take(out))
	// Output: [2 4] <nil>
}
