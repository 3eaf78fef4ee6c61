package penalty

import (
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
)

// Spectrum is the sum of the squares of the count smallest singular values of
// features [batch, ...], each example taken as one row.
//
// XLA on the CPU has no decomposition that GoMLX reaches, let alone its gradient. But
// the squares are eigenvalues of features times their transpose, and the slope of an
// eigenvalue is that of u' A u with the eigenvector u held still. So vectors found by
// Jacobi's rotations, without a gradient, give both value and slope.
func Spectrum(features *Node, count int) *Node {
	f := Reshape(features, features.Shape().Dimensions[0], -1)
	if dims := f.Shape().Dimensions; dims[0] > dims[1] {
		f = Transpose(f, 0, 1)
	}
	u := StopGradient(smallest(StopGradient(MatMul(f, Transpose(f, 0, 1))), count))
	return ReduceAllSum(Square(MatMul(Transpose(u, 0, 1), f)))
}

// sweeps is how often Jacobi's method visits each pair of axes. It converges
// quadratically in the end; 8 to 10 do for float32 at hundreds of rows.
const sweeps = 10

// smallest are the eigenvectors of the count smallest eigenvalues of a, symmetric
// [n, n]: [n, count].
func smallest(a *Node, count int) *Node {
	g, n := a.Graph(), a.Shape().Dimensions[0]
	count = min(count, n)
	size := n + n%2 // rotations come in pairs; an axis added for that is decoupled and large
	if size > n {
		large := AddScalar(ReduceAllSum(Mul(a, eye(g, n))), 1)
		a = Concatenate([]*Node{a, Zeros(g, shapes.Make(a.DType(), n, 1))}, 1)
		a = Concatenate([]*Node{a, Zeros(g, shapes.Make(a.DType(), 1, size))}, 0)
		last := Const(g, unit(size, size-1))
		a = Add(a, Mul(Mul(ExpandAxes(last, 0), ExpandAxes(last, 1)), large))
	}
	a, v := diagonalise(a)
	values := ReduceSum(Mul(a, eye(g, size)), 1)
	var chosen []*Node
	for range count {
		one := OneHot(ArgMin(values, 0), size, a.DType())
		chosen = append(chosen, MatMul(v, ExpandAxes(one, 1)))
		values = Add(values, Mul(one, AddScalar(ReduceAllMax(Abs(values)), 1)))
		values = Add(values, Mul(one, ReduceAllMax(Abs(values))))
	}
	vectors := Concatenate(chosen, 1)
	return Slice(vectors, AxisRange(0, n), AxisRange())
}

// diagonalise rotates a, symmetric [n, n] with n even, until it is diagonal but for
// rounding, and returns that and the rotation: the columns of v are eigenvectors.
// Each round rotates n/2 pairs of axes at once, then seats the axes anew as in a
// tournament where all meet all (Brent and Luk 1985).
func diagonalise(a *Node) (diagonal, v *Node) {
	g, n := a.Graph(), a.Shape().Dimensions[0]
	square, scalar := shapes.Make(a.DType(), n, n), shapes.Make(dtypes.Int32)
	params := func(g *Graph) (a, v, round *Node) {
		return Parameter(g, "jacobi_a", square), Parameter(g, "jacobi_v", square), Parameter(g, "jacobi_round", scalar)
	}
	more := NewClosure(g, func(g *Graph) []*Node {
		_, _, round := params(g)
		return []*Node{LessThan(round, Const(g, int32(sweeps*max(1, n-1))))}
	})
	rotate := NewClosure(g, func(g *Graph) []*Node {
		a, v, round := params(g)
		c := newConstants(g, n)
		turn := MatMul(c.rotation(a), c.seating)
		return []*Node{MatMul(Transpose(turn, 0, 1), MatMul(a, turn)), MatMul(v, turn), Add(round, Const(g, int32(1)))}
	})
	out := While(more, rotate, a, eye(g, n), Const(g, int32(0)))
	return out[0], out[1]
}

// constants are what a round of Jacobi's method needs. A loop of GoMLX v0.28.1 on XLA
// sees nothing from outside, it keeps scalars that are made inside for use outside,
// where they do not exist, and it cannot reduce. So all constants are tensors, made
// inside, and sums are products with ones.
type constants struct {
	identity, seating *Node // [n, n]
	pairs             *Node // [n, n], ones at (2i, 2i+1)
	even, odd         *Node // [n/2, n], the rows of the identity
	ones, zeros       *Node // [n/2, 1]
	all               *Node // [n, 1] ones
}

func newConstants(g *Graph, n int) constants {
	even, odd, pairs, identity := matrix(n/2, n), matrix(n/2, n), matrix(n, n), matrix(n, n)
	for i := range n / 2 {
		even[i][2*i], odd[i][2*i+1], pairs[2*i][2*i+1] = 1, 1, 1
		identity[2*i][2*i], identity[2*i+1][2*i+1] = 1, 1
	}
	column := func(n int, v float32) *Node {
		m := matrix(n, 1)
		for i := range m {
			m[i][0] = v
		}
		return Const(g, m)
	}
	return constants{
		identity: Const(g, identity), seating: Const(g, seating(n)), pairs: Const(g, pairs), even: Const(g, even), odd: Const(g, odd),
		ones: column(n/2, 1), zeros: column(n/2, 0), all: column(n, 1),
	}
}

// rotation is the turn that sets entry (2i, 2i+1) of a to zero for all i at once.
func (c constants) rotation(a *Node) *Node {
	diagonal := MatMul(Mul(a, c.identity), c.all)
	p, q := MatMul(c.even, diagonal), MatMul(c.odd, diagonal)
	off := MatMul(c.even, MatMul(Mul(a, c.pairs), c.all))
	none := Equal(off, c.zeros)
	tau := Div(Sub(q, p), Where(none, c.ones, Add(off, off)))
	side := Where(LessThan(tau, c.zeros), Neg(c.ones), c.ones)
	tangent := Div(side, Add(Abs(tau), Sqrt(Add(Mul(tau, tau), c.ones))))
	tangent = Where(none, c.zeros, tangent)
	cosine := Rsqrt(Add(Mul(tangent, tangent), c.ones))
	twice := func(x *Node) *Node { return MatMul(Transpose(Add(c.even, c.odd), 0, 1), x) }
	turn := Mul(Sub(c.pairs, Transpose(c.pairs, 0, 1)), twice(Mul(tangent, cosine)))
	return Add(Mul(c.identity, twice(cosine)), turn)
}

func eye(g *Graph, n int) *Node { return DiagonalWithValue(Scalar(g, dtypes.Float32, 1), n) }

// unit is the i-th of n basis vectors.
func unit(n, i int) []float32 {
	v := make([]float32, n)
	v[i] = 1
	return v
}

func matrix(rows, columns int) [][]float32 {
	m := make([][]float32, rows)
	for i := range m {
		m[i] = make([]float32, columns)
	}
	return m
}

// seating is the permutation of n axes, n even, that seats them for the next round of
// a tournament: the first stays, the others move on around the table.
func seating(n int) [][]float32 {
	var table []int // seats in the order around it: even ones there, odd ones back
	for i := 0; i < n; i += 2 {
		table = append(table, i)
	}
	for i := n - 1; i > 0; i -= 2 {
		table = append(table, i)
	}
	m := matrix(n, n)
	m[0][0] = 1
	for i := 1; i < n; i++ {
		next := i + 1
		if next == n {
			next = 1
		}
		m[table[i]][table[next]] = 1
	}
	return m
}
