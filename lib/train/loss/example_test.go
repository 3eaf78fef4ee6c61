package loss_test

import (
	"fmt"

	"graft/lib/metric"
	"graft/lib/train/loss"
)

func Example() {
	l := loss.Loss{Kind: loss.KindCrossEntropy, Smoothing: 0.1}
	if err := l.Check(); err != nil {
		fmt.Println(err)
		return
	}
	m := l.Metric()
	m.Update(metric.Batch{Outputs: []float32{2, 0}, Width: 2, Labels: []int{0}})
	fmt.Printf("%.4f\n", m.Value())
	// Output: 0.2269
}
