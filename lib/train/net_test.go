package train

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/stretchr/testify/require"
	"graft/lib/device"
	"graft/lib/display"
	"graft/lib/nn"
	"graft/lib/tune"
	"graft/lib/weights"
)

// quiet is a context whose displays nobody sees.
func quiet(t *testing.T) context.Context {
	t.Helper()
	return display.WithSink(t.Context(), display.Lines(io.Discard))
}

func fixture(t *testing.T, name string, into any) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, into))
}

func put(t *testing.T, store *model.Store, p nn.Param, values []float32) tune.Param {
	t.Helper()
	values, shape := nn.ToStored(values, p.Shape)
	require.NoError(t, p.Put(store, "/net", tensors.FromFlatDataAndDimensions(values, shape...)))
	return tune.Param{Path: p.Path("/net"), Kind: p.Kind, Len: p.Len()}
}

func value(t *testing.T, store *model.Store, path string) []float32 {
	t.Helper()
	v := store.GetVariable(path)
	require.NotNil(t, v, path)
	values, err := tensors.CopyFlatData[float32](v.MustValue())
	require.NoError(t, err)
	return values
}

// linear is a network without stages: x [batch, in] times a matrix.
func linear(t *testing.T, weight, bias []float32) *Trainer {
	t.Helper()
	store := model.NewStore()
	l := nn.Linear{Name: "linear", In: len(weight) / len(bias), Out: len(bias)}
	transposed, _ := nn.FromStored(weight, []int{l.In, l.Out})
	head := []tune.Param{put(t, store, l.Params()[0], transposed), put(t, store, l.Params()[1], bias)}
	trainer, err := New(t.Context(), Net{
		Store: store, Plan: tune.NewPlan(nil, head), Body: nothing,
		Head: func(scope *model.Scope, x *graph.Node) *graph.Node { return l.Apply(scope.Store().Scope("/net"), x) },
	})
	require.NoError(t, err)
	return trainer
}

func nothing(_ *model.Store, x *graph.Node, _, _ int, _ nn.Mode) *graph.Node { return x }

// frozenNet is the network of field case T1: a convolution with BatchNorm as stages
// one and two, and a linear head.
func frozenNet(t *testing.T) (*Trainer, *weights.File, *Memory) {
	t.Helper()
	f, err := weights.Open(filepath.Join("testdata", "bn.safetensors"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, f.Close()) })
	conv := nn.Conv{Name: "conv", In: 3, Out: 4, Kernel: 3, Stride: 1, Bias: true}
	norm := nn.BatchNorm{Name: "bn", Channels: 4}
	fc := nn.Linear{Name: "fc", In: 4, Out: 2}
	store := model.NewStore()
	var groups [3][]tune.Param
	for i, params := range [][]nn.Param{conv.Params(), norm.Params(), fc.Params()} {
		for _, p := range params {
			groups[i] = append(groups[i], put(t, store, p, tensor(t, f, "start."+p.Name)))
		}
	}
	plan := tune.NewPlan([]tune.Group{
		{Name: "conv", Params: groups[0], Trainable: true, Rate: 1}, {Name: "bn", Params: groups[1], Trainable: true, Rate: 1},
	}, groups[2])
	body := func(store *model.Store, x *graph.Node, from, to int, mode nn.Mode) *graph.Node {
		scope := store.Scope("/net")
		if from == 0 && to > 0 {
			x = graph.Slice(conv.Apply(scope, x), graph.AxisRange(), graph.AxisRange(1, -1), graph.AxisRange(1, -1)) // PyTorch's is unpadded
		}
		if from <= 1 && to == 2 {
			x = nn.GlobalMean(nn.ReLU.Apply(norm.Apply(scope, x, mode.Stage(1))))
		}
		return x
	}
	head := func(scope *model.Scope, x *graph.Node) *graph.Node { return fc.Apply(scope.Store().Scope("/net"), x) }
	trainer, err := New(t.Context(), Net{Store: store, Plan: plan, Body: body, Head: head})
	require.NoError(t, err)
	return trainer, f, examples(t, f)
}

func examples(t *testing.T, f *weights.File) *Memory {
	t.Helper()
	y, err := f.Tensor("y")
	require.NoError(t, err)
	classes, err := y.Int64()
	require.NoError(t, err)
	m := &Memory{Inputs: tensor(t, f, "x"), Dims: []int{8, 8, 3}}
	for _, k := range classes {
		m.Labels = append(m.Labels, int(k))
	}
	return m
}

func tensor(t *testing.T, f *weights.File, name string) []float32 {
	t.Helper()
	x, err := f.Tensor(name)
	require.NoError(t, err)
	values, err := x.Float32()
	require.NoError(t, err)
	return values
}

// evaluate runs a graph function once on the device and returns its results flat.
func evaluate(t *testing.T, fn func(in []*graph.Node) []*graph.Node, args ...*tensors.Tensor) [][]float32 {
	t.Helper()
	dev, err := device.Open(t.Context())
	require.NoError(t, err)
	var inputs []any
	for _, a := range args {
		inputs = append(inputs, a)
	}
	results, err := graph.CallOnceN(dev.Backend, fn, inputs...)
	require.NoError(t, err)
	var out [][]float32
	for _, r := range results {
		flat, err := tensors.CopyFlatData[float32](r)
		require.NoError(t, err)
		out = append(out, flat)
	}
	return out
}

func vector(v []float32, dims ...int) *tensors.Tensor {
	return tensors.FromFlatDataAndDimensions(append([]float32{}, v...), dims...)
}

func int32s(v []int32) *tensors.Tensor { return tensors.FromFlatDataAndDimensions(v, len(v)) }
