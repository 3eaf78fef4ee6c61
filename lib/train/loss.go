package train

import (
	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"graft/lib/metric"
)

// Loss is what training makes small.
type Loss string

// The losses.
const (
	CrossEntropy Loss = "cross-entropy" // -log softmax(outputs)[label], in nats
	MSE          Loss = "mse"           // (output - target)^2
)

// build is the weighted mean over rows of the loss: outputs [batch, outputs], truth
// [batch] class indices or targets, weight [batch]. Rows of weight 0 do not count.
func (l Loss) build(outputs, truth, weight *Node) *Node {
	var rows *Node
	if l == MSE {
		target := Reshape(truth, truth.Shape().Dimensions[0], 1)
		rows = ReduceMean(Square(Sub(outputs, target)), 1)
	} else {
		chosen := OneHot(truth, outputs.Shape().Dimensions[1], dtypes.Float32)
		rows = Neg(ReduceSum(Mul(LogSoftmax(outputs), chosen), 1))
	}
	return Div(ReduceAllSum(Mul(rows, weight)), ReduceAllSum(weight))
}

// measure is the same loss as a metric.
func (l Loss) measure() metric.Metric {
	if l == MSE {
		return metric.MSE()
	}
	return metric.CrossEntropy()
}
