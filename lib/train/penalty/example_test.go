package penalty_test

import (
	"context"
	"fmt"

	"github.com/gomlx/gomlx/core/graph"
	"graft/lib/device"
	"graft/lib/train/penalty"
)

func Example() {
	dev, err := device.Open(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := graph.CallOnceN(dev.Backend, func(in []*graph.Node) []*graph.Node {
		now, start, factor := in[0], in[1], in[2]
		features, before, weight := in[3:4], in[4:5], in[5]
		return []*graph.Node{
			penalty.Pull(now, start, factor),               // L2-SP, in the gradient
			penalty.Distance(features, before, weight),     // DELTA
			penalty.Spectrum(features[len(features)-1], 1), // BSS
		}
	}, []float32{1, 3}, []float32{1, 1}, float32(0.5), [][]float32{{3, 0}, {0, 2}}, [][]float32{{3, 1}, {0, 2}}, []float32{1, 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, v := range out {
		fmt.Println(v.Value())
	}
	// Output:
	// [0 1]
	// 0.25
	// 4
}
