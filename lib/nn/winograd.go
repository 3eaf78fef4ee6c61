package nn

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"graft/lib/device"
)

// Winograd's minimal filtering F(4x4, 3x3) (Lavin and Gray 2016, section 4.1)
// computes a convolution with a 3x3 kernel and stride 1 from tiles of 6x6 pixels
// that give 4x4 outputs each: 36 products for 16 outputs in place of 144. Pixels,
// kernel and outputs are transformed along both axes by small matrices before and
// after. Here that is a matrix product along a whole axis, with every tile's matrix
// at its place and zeros elsewhere: XLA's products on the CPU (PJRT 0.106) are fast,
// and need no compiling, unlike the loops that it makes of slices and sums.
// Results differ from the sum over the kernel by about 1e-5 of the largest.
var (
	pixelTile = [][]float64{
		{4, 0, -5, 0, 1, 0},
		{0, -4, -4, 1, 1, 0},
		{0, 4, -4, -1, 1, 0},
		{0, -2, -1, 2, 1, 0},
		{0, 2, -1, -2, 1, 0},
		{0, 4, 0, -5, 0, 1},
	}
	kernelTile = [][]float64{
		{1. / 4, 0, 0},
		{-1. / 6, -1. / 6, -1. / 6},
		{-1. / 6, 1. / 6, -1. / 6},
		{1. / 24, 1. / 12, 1. / 6},
		{1. / 24, -1. / 12, 1. / 6},
		{0, 0, 1},
	}
	outputTile = [][]float64{
		{1, 1, 1, 1, 1, 0},
		{0, 1, -1, 2, -2, 0},
		{0, 1, 1, 4, 4, 0},
		{0, 1, -1, 8, -8, 1},
	}
)

const tileIn, tileOut = 6, 4

// winogradPays reports whether winograd is the faster way for x, by the products
// that both need (bench/NOTES.md). A few tiles are not worth transforming the kernel;
// large images have matrices of mostly zeros. GPUs have libraries that know better.
func winogradPays(x *Node, out int) bool {
	d := x.Shape().Dimensions
	w := newTiling(d)
	if w.batch*w.tiles[0]*w.tiles[1] < 16 || device.KindOf(x.Graph().Backend()) != device.CPU {
		return false
	}
	direct := d[1] * d[2] * 9 * d[3] * out
	return 3*(w.products(d[3], out)+w.transforms(d[3]+out)) < 2*direct
}

// products is what one image takes between its transforms, in multiplications.
func (w tiling) products(in, out int) int {
	return tileIn * tileIn * w.tiles[0] * w.tiles[1] * in * out
}

// transforms is what those take for images of that many channels.
func (w tiling) transforms(channels int) int {
	rows, cols := tileIn*w.tiles[0], tileIn*w.tiles[1]
	return rows * w.size[1] * (w.size[0] + cols) * channels
}

// winograd convolves x [batch, height, width, in] with kernel [3, 3, in, out],
// stride 1 and one place of padding on every side.
func winograd(x, kernel *Node) *Node {
	w := newTiling(x.Shape().Dimensions)
	toPlaces, toOutputs := w.matrices()
	pixels := w.spread(x, toPlaces)
	weights := w.kernel(kernel)
	y := w.gather(MatMul(pixels, weights), toOutputs)
	return custom(y, func(dy *Node) []*Node {
		dProducts := w.spread(dy, transpose(toOutputs))
		dPixels := DotGeneral(dProducts, []int{2}, []int{0}, weights, []int{2}, []int{0})
		dWeights := DotGeneral(pixels, []int{1}, []int{0}, dProducts, []int{1}, []int{0})
		return []*Node{w.gather(dPixels, transpose(toPlaces)), w.toKernel(dWeights)}
	}, x, kernel)
}

// tiling cuts an image into overlapping tiles.
type tiling struct {
	batch       int
	size, tiles [2]int // height and width, in pixels and in tiles
}

func newTiling(d []int) tiling {
	return tiling{d[0], [2]int{d[1], d[2]}, [2]int{(d[1] + tileOut - 1) / tileOut, (d[2] + tileOut - 1) / tileOut}}
}

// matrices lead, for each axis, from its pixels to the six places of its tiles,
// [place, tile], and from those places to its outputs.
func (w tiling) matrices() (toPlaces, toOutputs [2]matrix) {
	for axis, n := range w.tiles {
		toPlaces[axis] = newMatrix(tileIn*n, w.size[axis])
		toOutputs[axis] = newMatrix(w.size[axis], tileIn*n)
		for t := range n {
			for place := range tileIn {
				for k, f := range pixelTile[place] {
					toPlaces[axis].set(place*n+t, t*tileOut+k-1, f)
				}
				for k := range tileOut {
					toOutputs[axis].set(t*tileOut+k, place*n+t, outputTile[k][place])
				}
			}
		}
	}
	return toPlaces, toOutputs
}

// spread takes an image [batch, height, width, channels] to [36, tiles, channels].
// The examples of a batch go beside the channels first, so that both products have
// long rows and what is moved between tiles are long runs.
func (w tiling) spread(x *Node, m [2]matrix) *Node {
	c := channels(x)
	run := w.batch * c
	rows := m[0].along(Reshape(TransposeAllDims(x, 1, 2, 0, 3), 1, w.size[0], w.size[1]*run))
	both := m[1].along(Reshape(rows, tileIn*w.tiles[0], w.size[1], run))
	places := TransposeAllDims(Reshape(both, tileIn, w.tiles[0], tileIn, w.tiles[1], run), 0, 2, 1, 3, 4)
	return Reshape(places, tileIn*tileIn, w.tiles[0]*w.tiles[1]*w.batch, c)
}

// gather is the way back.
func (w tiling) gather(places *Node, m [2]matrix) *Node {
	c := channels(places)
	run := w.batch * c
	grid := TransposeAllDims(Reshape(places, tileIn, tileIn, w.tiles[0], w.tiles[1], run), 0, 2, 1, 3, 4)
	cols := m[1].along(Reshape(grid, tileIn*w.tiles[0], tileIn*w.tiles[1], run))
	both := m[0].along(Reshape(cols, 1, tileIn*w.tiles[0], w.size[1]*run))
	return TransposeAllDims(Reshape(both, w.size[0], w.size[1], w.batch, c), 2, 0, 1, 3)
}

// kernel takes [3, 3, in, out] to [36, in, out], both axes in one product.
func (w tiling) kernel(k *Node) *Node {
	d := k.Shape().Dimensions
	return Reshape(kernelMatrix().along(Reshape(k, 1, 9, d[2]*d[3])), tileIn*tileIn, d[2], d[3])
}

// toKernel takes gradients of that back.
func (w tiling) toKernel(g *Node) *Node {
	d := g.Shape().Dimensions
	return Reshape(kernelMatrix().transpose().along(Reshape(g, 1, tileIn*tileIn, d[1]*d[2])), 3, 3, d[1], d[2])
}

// kernelMatrix is [36, 9], kernelTile along both axes.
func kernelMatrix() matrix {
	m := newMatrix(tileIn*tileIn, 9)
	for row, a := range kernelTile {
		for col, b := range kernelTile {
			for i, f := range a {
				for j, g := range b {
					m.set(row*tileIn+col, i*3+j, f*g)
				}
			}
		}
	}
	return m
}

// matrix is a constant [rows, cols].
type matrix struct {
	rows, cols int
	values     []float32
}

func newMatrix(rows, cols int) matrix { return matrix{rows, cols, make([]float32, rows*cols)} }

// set sets one element; what lies outside is padding, which is zero.
func (m matrix) set(row, col int, v float64) {
	if row < m.rows && col >= 0 && col < m.cols {
		m.values[row*m.cols+col] = float32(v)
	}
}

func (m matrix) transpose() matrix {
	t := newMatrix(m.cols, m.rows)
	for i := range m.rows {
		for j := range m.cols {
			t.values[j*m.rows+i] = m.values[i*m.cols+j]
		}
	}
	return t
}

func transpose(m [2]matrix) [2]matrix { return [2]matrix{m[0].transpose(), m[1].transpose()} }

// along takes x [n, cols, k] to [n, rows, k].
func (m matrix) along(x *Node) *Node {
	n := x.Shape().Dimensions[0]
	c := ConvertDType(Const(x.Graph(), tensors.FromFlatDataAndDimensions(m.values, 1, m.rows, m.cols)), x.DType())
	return MatMul(BroadcastToDims(c, n, m.rows, m.cols), x)
}
