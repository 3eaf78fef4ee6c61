package optimizer

import (
	"encoding/json"
	"os"
	"sync"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/stretchr/testify/require"
	"graft/lib/device"
	"graft/lib/nn"
	"graft/lib/train/program"
)

// fixture is testdata/optimizers.json: a linear classifier, x [6, 4] to three classes.
type fixture struct {
	X, Weight, Bias []float32
	Y               []int32
	Runs            map[string]struct {
		Losses       []float64
		Weight, Bias []float32
	}
}

// tensor is a copy of values as a tensor: a store takes what it is given.
func tensor(values []float32, dims ...int) *tensors.Tensor {
	return tensors.FromFlatDataAndDimensions(append([]float32{}, values...), dims...)
}

// store has the classifier's parameters at /w and /b.
func (f *fixture) store() *model.Store {
	store := model.NewStore()
	store.VariableWithValue("/w", tensor(f.Weight, 4, 3))
	store.VariableWithValue("/b", tensor(f.Bias, 3))
	return store
}

// step builds a step of o on the classifier: rate, facts -> loss.
func (f *fixture) step(o Optimizer, store *model.Store) func(in []*Node) *Node {
	return func(in []*Node) *Node {
		g := in[0].Graph()
		w, b := store.GetVariable("/w"), store.GetVariable("/b")
		logits := Add(MatMul(Const(g, tensor(f.X, 6, 4)), w.NodeValue(g)), ExpandAxes(b.NodeValue(g), 0))
		chosen := OneHot(Const(g, f.Y), 3, logits.DType())
		loss := Neg(ReduceAllMean(ReduceSum(Mul(LogSoftmax(logits), chosen), 1)))
		gradients := Gradient(loss, w.NodeValue(g), b.NodeValue(g))
		for i, u := range []Update{{Variable: w, Kind: nn.Weight}, {Variable: b, Kind: nn.Bias}} {
			u.Optimizer, u.Store, u.Gradient, u.Facts = o, store, gradients[i], in[1:]
			u.Build(in[0])
		}
		return loss
	}
}

// run makes ten steps and returns their losses.
func (f *fixture) run(t *testing.T, o Optimizer, store *model.Store, rate float64) (losses []float64) {
	t.Helper()
	dev, err := device.Open(t.Context())
	require.NoError(t, err)
	require.NoError(t, o.Check())
	require.NoError(t, o.Reset(store, []string{"/w", "/b"}))
	p := program.New("step", dev.Backend, store, &sync.Mutex{}, f.step(o, store))
	for n := range 10 {
		args := []*tensors.Tensor{tensors.FromScalar(float32(rate))}
		for _, fact := range o.Facts(float64(n + 1)) {
			args = append(args, tensors.FromScalar(float32(fact)))
		}
		_, err := p.Prepare(t.Context(), args)
		require.NoError(t, err)
		out, err := p.Call(args)
		require.NoError(t, err)
		loss, err := program.Take(out)
		require.NoError(t, err)
		losses = append(losses, float64(loss[0]))
	}
	require.Equal(t, 1, p.Compiled())
	return losses
}

func with(o Optimizer, change func(o *Optimizer)) Optimizer { change(&o); return o }

func decayed(o Optimizer, decay float64) Optimizer {
	return with(o, func(o *Optimizer) { o.Decay = decay })
}

// TestOptimizers compares ten steps of each optimizer with PyTorch's.
func TestOptimizers(t *testing.T) {
	var want fixture
	raw, err := os.ReadFile("testdata/optimizers.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &want))
	type setup struct {
		o    Optimizer
		rate float64
	}
	cases := map[string]setup{
		"sgd":            {NewSGD(0.9), 0.1},
		"sgd-plain":      {NewSGD(0), 0.1},
		"sgd-decay":      {decayed(NewSGD(0.9), 0.05), 0.1},
		"nesterov":       {decayed(NewNesterov(0.9), 0.05), 0.1},
		"adagrad":        {NewAdagrad(), 0.1},
		"adagrad-all":    {with(NewAdagrad(), func(o *Optimizer) { o.RateDecay, o.Initial, o.Decay = 0.1, 0.2, 0.05 }), 0.1},
		"adadelta":       {NewAdadelta(), NewAdadelta().Rate()},
		"adadelta-decay": {decayed(NewAdadelta(), 0.05), 0.5},
		"rmsprop":        {NewRMSProp(0), NewRMSProp(0).Rate()},
		"rmsprop-all":    {with(decayed(NewRMSProp(0.9), 0.05), func(o *Optimizer) { o.Centered = true }), 0.01},
		"adam":           {NewAdam(), 0.05},
		"adam-decay":     {decayed(NewAdam(), 0.05), 0.05},
		"adamw":          {NewAdamW(0.1), 0.05},
		"adamw-spared":   {with(NewAdamW(0.1), func(o *Optimizer) { o.WeightsOnly = true }), 0.05},
		"adamax":         {NewAdamax(), 0.02},
		"adamax-decay":   {decayed(NewAdamax(), 0.05), 0.02},
		"lamb":           {NewLAMB(0), 0.02},
		"lamb-decay":     {NewLAMB(0.1), 0.02},
	}
	require.Len(t, cases, len(want.Runs))
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			run, store := want.Runs[name], want.store()
			require.InDeltaSlice(t, run.Losses, want.run(t, c.o, store, c.rate), 1e-5)
			for path, values := range map[string][]float32{"/w": run.Weight, "/b": run.Bias} {
				got, err := tensors.CopyFlatData[float32](store.GetVariable(path).MustValue())
				require.NoError(t, err)
				require.InDeltaSlice(t, values, got, 1e-5)
			}
		})
	}
}

// TestSlots: state has its place by slot and parameter, and says whose it is.
func TestSlots(t *testing.T) {
	store := model.NewStore()
	store.VariableWithValue("/net/w", tensor([]float32{1, 2}, 2))
	o := with(NewAdagrad(), func(o *Optimizer) { o.Initial = 0.5 })
	require.NoError(t, o.Reset(store, []string{"/net/w"}))
	path := Slot("sum", "/net/w")
	require.Equal(t, "/optimizer/sum/net/w", path)
	require.Equal(t, "/net/w", ParamOf(path))
	require.Empty(t, ParamOf("/net/w"))
	require.Empty(t, ParamOf(Scope+"mass"))
	v := store.GetVariable(path)
	require.Equal(t, []float32{0.5, 0.5}, v.MustValue().Value())
	require.False(t, v.Trainable)
	require.NoError(t, Zero(store, path, "/net/w"))
	require.Equal(t, []float32{0, 0}, store.GetVariable(path).MustValue().Value())
	require.ErrorContains(t, o.Reset(store, []string{"/net/v"}), `no variable "/net/v"`)
}

func TestCheck(t *testing.T) {
	for want, o := range map[string]Optimizer{
		`unknown optimizer "adm" (did you mean "adam"?) (there are adadelta, adagrad, adam,`: {Rule: "adm"},
		"sgd with momentum 1":          NewSGD(1),
		"adam with beta2 -1":           {Rule: Adam, Beta2: -1},
		"rmsprop with memory 1":        {Rule: RMSProp, Memory: 1},
		"adamw with weight decay -1":   NewAdamW(-1),
		"sgd with Nesterov's momentum": NewNesterov(0),
	} {
		require.ErrorContains(t, o.Check(), want)
	}
}
