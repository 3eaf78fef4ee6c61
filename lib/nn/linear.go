package nn

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// Linear is a matrix product and a bias.
type Linear struct {
	Name    string
	In, Out int
}

// Params lists matrix and bias.
func (l Linear) Params() []Param {
	return []Param{{l.Name + ".weight", []int{l.Out, l.In}, Weight}, {l.Name + ".bias", []int{l.Out}, Bias}}
}

// Apply maps x [batch, In] to [batch, Out].
func (l Linear) Apply(scope *model.Scope, x *Node) *Node {
	p := l.Params()
	return Add(MatMul(x, p[0].node(scope, x)), ExpandLeftToRank(p[1].node(scope, x), 2))
}

// Dropout zeroes each value of x with probability rate while training and divides
// the others by 1-rate; in inference mode it returns x.
func Dropout(x *Node, rate float64, mode Mode) *Node {
	if !mode.Training || rate <= 0 {
		return x
	}
	keep := model.GetStore(x).RandomBernoulli(Scalar(x.Graph(), x.DType(), 1-rate), x.Shape())
	return MulScalar(Mul(x, keep), 1/(1-rate))
}
