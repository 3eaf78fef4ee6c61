package nn

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/stretchr/testify/require"
	"graft/lib/device"
)

func backend(t *testing.T) compute.Backend {
	t.Helper()
	d, err := device.Open(t.Context())
	require.NoError(t, err)
	return d.Backend
}

func noise(seed uint64, shape ...int) *tensors.Tensor {
	rng := rand.New(rand.NewPCG(seed, 1))
	values := make([]float32, size(shape))
	for i := range values {
		values[i] = float32(rng.NormFloat64())
	}
	return tensors.FromFlatDataAndDimensions(values, shape...)
}

func flat(t *testing.T, x *tensors.Tensor) []float32 {
	t.Helper()
	values, err := tensors.CopyFlatData[float32](x)
	require.NoError(t, err)
	return values
}

// checkGradient compares the gradient of sum(f(in) * probe) with the central
// difference along random directions of all inputs at once. step is the length
// of the difference: large for f linear in each input, where it is exact.
func checkGradient(t *testing.T, f func(in []*Node) *Node, step, tolerance float64, in ...*tensors.Tensor) {
	t.Helper()
	const directions = 4
	exec, err := NewExec(backend(t), func(in []*Node) []*Node {
		y := f(in)
		probe := Const(y.Graph(), noise(99, y.Shape().Dimensions...))
		loss := ReduceAllSum(Mul(y, probe))
		return append([]*Node{loss}, Gradient(loss, in...)...)
	})
	require.NoError(t, err)
	call := func(in []*tensors.Tensor) []*tensors.Tensor {
		args := make([]any, len(in))
		for i := range in {
			args[i] = in[i]
		}
		out, err := exec.Call(args...)
		require.NoError(t, err)
		return out
	}
	gradients := call(in)[1:]
	for d := range uint64(directions) {
		for i := range in { // one input at a time, so that bilinear f are linear
			direction := noise(1000+10*d+uint64(i), in[i].Shape().Dimensions...)
			along := 0.0
			g, dir := flat(t, gradients[i]), flat(t, direction)
			for j := range g {
				along += float64(g[j]) * float64(dir[j])
			}
			up := call(moved(t, in, i, dir, step))[0].Value().(float32)
			down := call(moved(t, in, i, dir, -step))[0].Value().(float32)
			numeric := float64(up-down) / (2 * step)
			scale := math.Max(1, math.Abs(numeric))
			require.InDelta(t, numeric, along, tolerance*scale, "input %d, direction %d", i, d)
		}
	}
}

// moved is a copy of in whose i-th tensor has moved by step along direction.
func moved(t *testing.T, in []*tensors.Tensor, i int, direction []float32, step float64) []*tensors.Tensor {
	t.Helper()
	out := append([]*tensors.Tensor(nil), in...)
	values := flat(t, in[i])
	for j := range values {
		values[j] += float32(step) * direction[j]
	}
	out[i] = tensors.FromFlatDataAndDimensions(values, in[i].Shape().Dimensions...)
	return out
}

func near(t *testing.T, want, got []float32, tolerance float64) {
	t.Helper()
	require.Len(t, got, len(want))
	for i := range want {
		require.InDelta(t, want[i], got[i], tolerance, "at %d", i)
	}
}

// TestDepthwise compares the shifted form with XLA's grouped convolution, and its
// hand-written backward pass with finite differences.
func TestDepthwise(t *testing.T) {
	for _, c := range []Conv{
		{Kernel: 3, Stride: 1}, {Kernel: 3, Stride: 2}, {Kernel: 5, Stride: 1},
		{Kernel: 3, Stride: 2, Padding: Same}, {Kernel: 5, Stride: 2, Padding: Same},
	} {
		for _, side := range []int{7, 8} {
			t.Run(fmt.Sprintf("kernel %d stride %d padding %d side %d", c.Kernel, c.Stride, c.Padding, side), func(t *testing.T) {
				c.In, c.Out, c.Depthwise = 6, 6, true
				x, k := noise(1, 2, side, side+1, 6), noise(2, c.Kernel, c.Kernel, 1, 6)
				grouped := func(x, k *Node) *Node {
					pads := [][2]int{c.sides(side), c.sides(side + 1)}
					return Convolve(x, k).Strides(c.Stride).PaddingPerDim(pads).ChannelGroupCount(6).Done()
				}
				want, err := CallOnce(backend(t), grouped, x, k)
				require.NoError(t, err)
				got, err := CallOnce(backend(t), c.convolve, x, k)
				require.NoError(t, err)
				require.Equal(t, want.Shape().Dimensions, got.Shape().Dimensions)
				near(t, flat(t, want), flat(t, got), 1e-4)
				checkGradient(t, func(in []*Node) *Node { return c.convolve(in[0], in[1]) }, 1, 1e-3, x, k)
			})
		}
	}
}

// TestConv checks the full convolutions' gradients, the 1x1 one as a product among
// them, against the definition.
func TestConv(t *testing.T) {
	for _, c := range []Conv{{Kernel: 1}, {Kernel: 1, Stride: 2}, {Kernel: 3}, {Kernel: 3, Stride: 2, Padding: Same}, {Kernel: 7, Stride: 2}} {
		t.Run(fmt.Sprintf("kernel %d stride %d", c.kernel(), c.stride()), func(t *testing.T) {
			c.In, c.Out = 3, 4
			x, k := noise(1, 2, 9, 8, 3), noise(2, c.kernel(), c.kernel(), 3, 4)
			got, err := CallOnce(backend(t), c.convolve, x, k)
			require.NoError(t, err)
			near(t, convolved(t, c, x, k), flat(t, got), 1e-3)
			checkGradient(t, func(in []*Node) *Node { return c.convolve(in[0], in[1]) }, 1, 1e-3, x, k)
		})
	}
}

// convolved is the definition of a convolution, in loops.
func convolved(t *testing.T, c Conv, x, k *tensors.Tensor) []float32 {
	t.Helper()
	xs, ks, d := flat(t, x), flat(t, k), x.Shape().Dimensions
	rows, cols, n, s := c.sides(d[1]), c.sides(d[2]), c.kernel(), c.stride()
	var out []float32
	for b := range d[0] {
		for top := -rows[0]; top+n <= d[1]+rows[1]; top += s {
			for left := -cols[0]; left+n <= d[2]+cols[1]; left += s {
				for o := range c.Out {
					sum := float32(0)
					for p := range n * n * c.In {
						i, j, ch := top+p/c.In/n, left+p/c.In%n, p%c.In
						if i >= 0 && i < d[1] && j >= 0 && j < d[2] {
							sum += xs[((b*d[1]+i)*d[2]+j)*c.In+ch] * ks[p*c.Out+o]
						}
					}
					out = append(out, sum)
				}
			}
		}
	}
	return out
}

func TestPaddingSides(t *testing.T) {
	for _, c := range []struct {
		padding                Padding
		size, kernel, stride   int
		wantBefore, wantBehind int
	}{
		{Centred, 224, 3, 2, 1, 1}, {Centred, 224, 7, 2, 3, 3}, {Centred, 7, 1, 1, 0, 0},
		{Same, 224, 3, 2, 0, 1}, {Same, 225, 3, 2, 1, 1}, {Same, 112, 5, 2, 1, 2}, {Same, 7, 3, 1, 1, 1}, {Same, 8, 1, 2, 0, 0},
	} {
		before, behind := c.padding.Sides(c.size, c.kernel, c.stride)
		require.Equal(t, [2]int{c.wantBefore, c.wantBehind}, [2]int{before, behind}, "%+v", c)
	}
}

// TestMaxPooling: values against the definition, gradient against differences.
// Steps are short, so that no maximum changes place.
func TestMaxPooling(t *testing.T) {
	p := MaxPooling{Window: 3, Stride: 2}
	for _, side := range []int{7, 8} {
		x := noise(3, 2, side, side, 5)
		got, err := CallOnce(backend(t), p.Apply, x)
		require.NoError(t, err)
		out := (side + 1) / 2
		require.Equal(t, []int{2, out, out, 5}, got.Shape().Dimensions)
		xs, want := flat(t, x), make([]float32, 2*out*out*5)
		for i := range want {
			ch, col, row, b := i%5, i/5%out, i/5/out%out, i/5/out/out
			want[i] = float32(math.Inf(-1))
			for place := range 9 {
				r, c := 2*row-1+place/3, 2*col-1+place%3
				if r >= 0 && r < side && c >= 0 && c < side {
					want[i] = max(want[i], xs[((b*side+r)*side+c)*5+ch])
				}
			}
		}
		require.Equal(t, want, flat(t, got))
		checkGradient(t, func(in []*Node) *Node { return p.Apply(in[0]) }, 1e-3, 2e-2, x)
	}
}

// normStore holds a BatchNorm of three channels with known parameters.
func normStore(t *testing.T) (*model.Store, BatchNorm) {
	t.Helper()
	store, n := model.NewStore(), BatchNorm{Name: "bn", Channels: 3}
	for i, values := range [][]float32{{1, 2, 0.5}, {0, 1, -1}, {1, -2, 100}, {0.5, 4, 1}} {
		require.NoError(t, n.Params()[i].Put(store, "/", tensors.FromFlatDataAndDimensions(values, 3)))
	}
	return store, n
}

func normed(t *testing.T, store *model.Store, n BatchNorm, mode Mode, x *tensors.Tensor) []float32 {
	t.Helper()
	out, err := model.CallOnce(backend(t), store, func(scope *model.Scope, x *Node) *Node { return n.Apply(scope, x, mode) }, x)
	require.NoError(t, err)
	return flat(t, out)
}

func stored(t *testing.T, store *model.Store, path string) []float32 {
	t.Helper()
	return flat(t, store.GetVariable(path).MustValue())
}

func TestBatchNormInference(t *testing.T) {
	store, n := normStore(t)
	x := noise(5, 2, 2, 2, 3)
	got, xs := normed(t, store, n, Mode{}, x), flat(t, x)
	for i, v := range xs {
		c := i % 3
		mean, variance := []float64{1, -2, 100}[c], []float64{0.5, 4, 1}[c]
		want := (float64(v)-mean)/math.Sqrt(variance+1e-5)*[]float64{1, 2, 0.5}[c] + []float64{0, 1, -1}[c]
		require.InDelta(t, want, got[i], 1e-4)
	}
	require.Equal(t, []float32{1, -2, 100}, stored(t, store, "/bn/running_mean"))
	require.Equal(t, []float32{0.5, 4, 1}, stored(t, store, "/bn/running_var"))
}

// TestBatchNormTraining: the batch's statistics normalise, the running ones follow
// with the unbiased variance. The third channel's mean is a hundred deviations
// away from zero, which a plain sum of squares would not survive.
func TestBatchNormTraining(t *testing.T) {
	store, n := normStore(t)
	x := noise(5, 4, 2, 2, 3)
	xs := flat(t, x)
	for i := 2; i < len(xs); i += 3 {
		xs[i] += 100
	}
	x = tensors.FromFlatDataAndDimensions(xs, 4, 2, 2, 3)
	got := normed(t, store, n, Mode{Training: true}, x)
	for c := range 3 {
		mean, square := 0.0, 0.0
		for i := c; i < len(xs); i += 3 {
			mean += float64(xs[i]) / 16
		}
		for i := c; i < len(xs); i += 3 {
			square += (float64(xs[i]) - mean) * (float64(xs[i]) - mean)
		}
		for i := c; i < len(xs); i += 3 {
			want := (float64(xs[i])-mean)/math.Sqrt(square/16+1e-5)*[]float64{1, 2, 0.5}[c] + []float64{0, 1, -1}[c]
			require.InDelta(t, want, got[i], 1e-3)
		}
		require.InDelta(t, 0.9*[]float64{1, -2, 100}[c]+0.1*mean, stored(t, store, "/bn/running_mean")[c], 1e-4)
		require.InDelta(t, 0.9*[]float64{0.5, 4, 1}[c]+0.1*square/15, stored(t, store, "/bn/running_var")[c], 1e-4)
	}
}

// TestBatchNormGradient differentiates the training form along x, scale and offset.
func TestBatchNormGradient(t *testing.T) {
	store, n := normStore(t)
	f := func(scope *model.Scope, x, scale, offset *Node) []*Node {
		y := n.train(x, scale, offset, store.GetVariable("/bn/running_mean"), store.GetVariable("/bn/running_var"))
		loss := ReduceAllSum(Mul(y, Const(x.Graph(), noise(99, y.Shape().Dimensions...))))
		return append([]*Node{loss}, Gradient(loss, x, scale, offset)...)
	}
	exec, err := model.NewExec(backend(t), store, f)
	require.NoError(t, err)
	in := []*tensors.Tensor{noise(6, 4, 3, 3, 3), noise(7, 3), noise(8, 3)}
	call := func(in []*tensors.Tensor) []*tensors.Tensor {
		out, err := exec.Call(in[0], in[1], in[2])
		require.NoError(t, err)
		return out
	}
	gradients := call(in)[1:]
	for i := range in {
		direction := flat(t, noise(uint64(20+i), in[i].Shape().Dimensions...))
		along := 0.0
		for j, g := range flat(t, gradients[i]) {
			along += float64(g) * float64(direction[j])
		}
		const step = 1e-2
		up := call(moved(t, in, i, direction, step))[0].Value().(float32)
		down := call(moved(t, in, i, direction, -step))[0].Value().(float32)
		require.InDelta(t, float64(up-down)/(2*step), along, 2e-2*math.Max(1, math.Abs(along)), "input %d", i)
	}
}

// TestTrainableIsLeftAlone: a layer marks what it makes by kind, once, and never
// touches the mark again, however often it is built.
func TestTrainableIsLeftAlone(t *testing.T) {
	store, n := model.NewStore(), BatchNorm{Name: "bn", Channels: 3}
	x := noise(5, 2, 2, 2, 3)
	normed(t, store, n, Mode{Training: true}, x)
	require.True(t, store.GetVariable("/bn/weight").Trainable)
	require.False(t, store.GetVariable("/bn/running_mean").Trainable)
	store.GetVariable("/bn/weight").SetTrainable(false)
	normed(t, store, n, Mode{Training: true}, x)
	require.False(t, store.GetVariable("/bn/weight").Trainable)
}

func TestModeStage(t *testing.T) {
	m := Mode{Training: true, Frozen: []bool{true, false}}
	require.False(t, m.Stage(0).Training)
	require.True(t, m.Stage(1).Training)
	require.True(t, m.Stage(2).Training)
	require.False(t, Mode{Training: true, Folded: true}.Stage(0).Training)
}

func TestStoredOrder(t *testing.T) {
	values := make([]float32, 2*3*4*5)
	for i := range values {
		values[i] = float32(i)
	}
	kernel, shape := ToStored(values, []int{2, 3, 4, 5})
	require.Equal(t, []int{4, 5, 3, 2}, shape)
	require.Equal(t, values[1*60+2*20+3*5+4], kernel[((3*5+4)*3+2)*2+1], "element [1 2 3 4]")
	back, shape := FromStored(kernel, shape)
	require.Equal(t, []int{2, 3, 4, 5}, shape)
	require.Equal(t, values, back)
	matrix, shape := ToStored(values[:6], []int{2, 3})
	require.Equal(t, []int{3, 2}, shape)
	require.Equal(t, []float32{0, 3, 1, 4, 2, 5}, matrix)
}

func TestDropout(t *testing.T) {
	store := model.NewStore()
	require.NoError(t, store.SetRNGStateFromSeed(1))
	x := tensors.FromScalarAndDimensions(float32(1), 100, 100)
	run := func(mode Mode) []float32 {
		out, err := model.CallOnce(backend(t), store, func(_ *model.Scope, x *Node) *Node { return Dropout(x, 0.2, mode) }, x)
		require.NoError(t, err)
		return flat(t, out)
	}
	require.Equal(t, flat(t, x), run(Mode{}), "inference changes nothing")
	dropped := 0
	for _, v := range run(Mode{Training: true}) {
		if v == 0 {
			dropped++
			continue
		}
		require.InDelta(t, 1.25, v, 1e-6)
	}
	require.InDelta(t, 2000, dropped, 200)
}

// TestPureGo runs every layer, forwards and backwards, on the backend that needs no
// plugin, and compares with XLA.
func TestPureGo(t *testing.T) {
	slow, err := compute.NewWithConfig("go")
	require.NoError(t, err)
	f := func(scope *model.Scope, x *Node) []*Node {
		y := Conv{Name: "c", In: 3, Out: 4, Kernel: 3, Stride: 2}.Apply(scope, x)
		y = ReLU6.Apply(BatchNorm{Name: "b", Channels: 4}.Apply(scope, y, Mode{Training: true}))
		y = MaxPooling{3, 2}.Apply(Conv{Name: "d", In: 4, Out: 4, Kernel: 3, Stride: 2, Depthwise: true, Padding: Same}.Apply(scope, y))
		y = Linear{Name: "l", In: 4, Out: 2}.Apply(scope, GlobalMean(Conv{Name: "p", In: 4, Out: 4, Bias: true}.Apply(scope, y)))
		var all []*Node
		for _, path := range []string{"/c/weight", "/d/weight", "/b/bias", "/l/weight"} {
			all = append(all, scope.Store().GetVariable(path).NodeValue(x))
		}
		return append([]*Node{y}, Gradient(ReduceAllSum(Square(y)), all...)...)
	}
	var results [2][]*tensors.Tensor
	for i, b := range []compute.Backend{backend(t), slow} {
		results[i], err = model.CallOnceN(b, model.NewStore(), f, noise(1, 2, 16, 16, 3))
		require.NoError(t, err)
	}
	for i := range results[0] {
		near(t, flat(t, results[0][i]), flat(t, results[1][i]), 1e-4)
	}
}

func TestMisuse(t *testing.T) {
	store := model.NewStore()
	_, err := model.CallOnce(backend(t), store, func(scope *model.Scope, x *Node) *Node {
		return Conv{Name: "conv1", In: 4, Out: 8}.Apply(scope, x)
	}, noise(1, 1, 4, 4, 3))
	require.ErrorContains(t, err, `nn: convolution "conv1" wants [batch, height, width, 4]`)
}
