package nn

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// Kind is what a parameter is for.
type Kind uint8

// The kinds of parameters.
const (
	Weight      Kind = iota // kernel or matrix
	Bias                    // added after a kernel or matrix
	Scale                   // BatchNorm's factor, PyTorch's "weight"
	Offset                  // BatchNorm's summand, PyTorch's "bias"
	RunningMean             // running statistics: never trained by gradient
	RunningVar
)

var kindNames = [...]string{"weight", "bias", "scale", "offset", "running mean", "running var"}

func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("Kind(%d)", uint8(k))
}

// Learned reports whether gradients may change parameters of this kind.
func (k Kind) Learned() bool { return k != RunningMean && k != RunningVar }

// Param describes one parameter.
type Param struct {
	Name  string // as in a PyTorch state dict: "features.0.1.running_mean"
	Shape []int  // in PyTorch's order: [out, in, height, width], [out, in] or [n]
	Kind  Kind
}

// Len is the number of values.
func (p Param) Len() int { return size(p.Shape) }

// Path is where the parameter is kept under a scope: "features.0.1/running_mean".
func (p Param) Path(scope string) string {
	dot := strings.LastIndexByte(p.Name, '.')
	return model.JoinPath(scope, p.Name[:max(0, dot)], p.Name[dot+1:])
}

// StoredShape is the shape as stored: [height, width, in, out], [in, out] or [n].
func (p Param) StoredShape() []int { return permute(p.Shape, toStored[len(p.Shape)]) }

// Initial draws the values a fresh parameter starts from, in stored order. Kernels
// are normal with variance 2 / (out * height * width) (He et al. 2015, by fan-out,
// as torchvision does; depthwise kernels count height * width), matrices normal
// with standard deviation 0.01, scales and variances 1, all others 0.
//
// The values depend on seed and name alone, so that adding or leaving out other
// parameters does not change them.
func (p Param) Initial(seed int64) *tensors.Tensor {
	values := make([]float32, p.Len())
	switch {
	case p.Kind == Scale || p.Kind == RunningVar:
		fill(values, 1)
	case p.Kind == Weight:
		normal(values, p.deviation(), seed, p.Name)
	}
	return tensors.FromFlatDataAndDimensions(values, p.StoredShape()...)
}

func (p Param) deviation() float64 {
	if len(p.Shape) != 4 {
		return 0.01
	}
	fan := p.Shape[0] * p.Shape[2] * p.Shape[3]
	if p.Shape[1] == 1 && p.Shape[0] > 1 { // depthwise: each output sees one input
		fan = p.Shape[2] * p.Shape[3]
	}
	return math.Sqrt(2 / float64(fan))
}

// Put stores values in the order of [Param.StoredShape] under scope, making the
// variable if it does not exist. An existing one keeps its Trainable mark.
func (p Param) Put(store *model.Store, scope string, values *tensors.Tensor) error {
	path := p.Path(scope)
	if v := store.GetVariable(path); v != nil {
		return v.SetValue(values)
	}
	store.VariableWithValue(path, values).SetTrainable(p.Kind.Learned())
	return nil
}

// node is the graph value of p under scope, in the graph of x.
func (p Param) node(scope *model.Scope, x *graph.Node) *graph.Node {
	return p.variable(scope).NodeValue(x)
}

// variable finds p under scope, or makes it with its initial values of seed 0.
func (p Param) variable(scope *model.Scope) *model.Variable {
	path := p.Path(scope.Scope())
	want := shapes.Make(dtypes.Float32, p.StoredShape()...)
	v := scope.Store().GetVariable(path)
	if v == nil {
		return scope.Store().VariableWithValue(path, p.Initial(0)).SetTrainable(p.Kind.Learned())
	}
	if !v.Shape().Equal(want) {
		panic(fmt.Errorf("nn: %s is %s in the store, but the layer needs %s (was it made for another architecture?)", path, v.Shape(), want))
	}
	return v
}

func fill(values []float32, x float32) {
	for i := range values {
		values[i] = x
	}
}

func normal(values []float32, deviation float64, seed int64, name string) {
	h := fnv.New64a()
	h.Write([]byte(name))
	rng := rand.New(rand.NewPCG(uint64(seed), h.Sum64()))
	for i := range values {
		values[i] = float32(rng.NormFloat64() * deviation)
	}
}

// toStored gives, by rank, which axis of PyTorch's order comes at each place of
// the stored order; fromStored is its inverse.
var (
	toStored   = [][]int{{}, {0}, {1, 0}, {0, 1, 2}, {2, 3, 1, 0}}
	fromStored = [][]int{{}, {0}, {1, 0}, {0, 1, 2}, {3, 2, 0, 1}}
)

// ToStored reorders values from PyTorch's order, in which shape is given, to the
// stored order, and returns the new shape with them.
func ToStored(values []float32, shape []int) ([]float32, []int) {
	return reorder(values, shape, toStored[len(shape)])
}

// FromStored is the inverse of [ToStored]; shape is the stored shape.
func FromStored(values []float32, shape []int) ([]float32, []int) {
	return reorder(values, shape, fromStored[len(shape)])
}

func reorder(values []float32, shape, order []int) ([]float32, []int) {
	to := permute(shape, order)
	if slices.IsSorted(order) {
		return slices.Clone(values), to
	}
	strides := permute(rowMajor(shape), order)
	out := make([]float32, len(values))
	at := make([]int, len(to))
	from := 0
	for i := range out {
		out[i] = values[from]
		for axis := len(to) - 1; axis >= 0; axis-- {
			at[axis]++
			from += strides[axis]
			if at[axis] < to[axis] {
				break
			}
			from -= strides[axis] * to[axis]
			at[axis] = 0
		}
	}
	return out, to
}

func rowMajor(shape []int) []int {
	strides := make([]int, len(shape))
	n := 1
	for i := len(shape) - 1; i >= 0; i-- {
		strides[i] = n
		n *= shape[i]
	}
	return strides
}

func permute(shape, order []int) []int {
	out := make([]int, len(shape))
	for i, axis := range order {
		out[i] = shape[axis]
	}
	return out
}

func size(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}
