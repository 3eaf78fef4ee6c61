package mix_test

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/gomlx/gomlx/core/graph"
	"graft/lib/device"
	"graft/lib/train/mix"
)

func Example() {
	dev, err := device.Open(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	m := mix.Draw(rand.New(rand.NewPCG(1, 2)), 4, 0.4, 0, nil) // mixup alone
	out, err := graph.CallOnceN(dev.Backend, func(in []*graph.Node) []*graph.Node {
		nodes := mix.Nodes{Partners: in[1], Share: in[2], Kept: in[3]}
		x, loss := in[0], graph.ReduceSum(in[0], 1)
		return []*graph.Node{nodes.Blend(x), nodes.Both(loss, nodes.Partner(loss))}
	}, [][]float32{{0}, {10}, {20}, {30}}, m.Partners, float32(0.75), float32(0.75))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Partners, out[0].Value(), out[1].Value())
	// Output: [2 3 1 0] [[5] [15] [17.5] [22.5]] [5 15 17.5 22.5]
}
