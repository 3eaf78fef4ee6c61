package program

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/stretchr/testify/require"
	"graft/lib/device"
)

// counting adds its argument to every variable of a store that was filled in the order
// of paths.
func counting(t *testing.T, also func(), paths ...string) (*Program, *model.Store) {
	t.Helper()
	dev, err := device.Open(t.Context())
	require.NoError(t, err)
	store := model.NewStore()
	for _, path := range paths {
		store.VariableWithValue(path, tensors.FromScalar(float32(1)))
	}
	return New("counting", dev.Backend, store, &sync.Mutex{}, func(in []*graph.Node) *graph.Node {
		also()
		for _, path := range paths {
			v := store.GetVariable(path)
			v.SetNodeValue(graph.Add(v.NodeValue(in[0]), in[0]))
		}
		return in[0]
	}), store
}

func nothing() {}

func one() []*tensors.Tensor { return []*tensors.Tensor{tensors.FromScalar(float32(1))} }

func number(t *testing.T, store *model.Store, path string) float32 {
	t.Helper()
	return tensors.ToScalar[float32](store.GetVariable(path).MustValue())
}

// TestCall: variables move with each call, and one executable does for all arguments
// of a shape.
func TestCall(t *testing.T) {
	p, store := counting(t, nothing, "/a")
	_, ok := p.Took()
	require.False(t, ok)
	for n := range 3 {
		took, err := p.Prepare(t.Context(), one())
		require.NoError(t, err)
		require.Equal(t, n == 0, took > 0)
		out, err := p.Call(one())
		require.NoError(t, err)
		values, err := Take(out)
		require.NoError(t, err)
		require.Equal(t, []float32{1}, values)
	}
	require.EqualValues(t, 4, number(t, store, "/a"))
	require.Equal(t, 1, p.Compiled())
	_, ok = p.Took()
	require.True(t, ok)
}

// TestOrderOfVariables: the executable returns variables in one order, whatever order
// they were made in, so that a resumed run finds it among compiled ones.
func TestOrderOfVariables(t *testing.T) {
	changed := func(paths ...string) (list []string) {
		p, _ := counting(t, nothing, paths...)
		_, err := p.Prepare(t.Context(), one())
		require.NoError(t, err)
		for _, c := range p.compiled {
			for _, v := range c.changed {
				list = append(list, v.Path())
			}
		}
		return list
	}
	require.Equal(t, []string{"/a", "/b", "/c"}, changed("/c", "/a", "/b"))
	require.Equal(t, changed("/a", "/b", "/c"), changed("/b", "/c", "/a"))
}

// TestInterruptedWhileCompiling: the compilation goes on, and its result is found.
func TestInterruptedWhileCompiling(t *testing.T) {
	hold := make(chan struct{})
	p, store := counting(t, func() { <-hold }, "/a")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := p.Prepare(ctx, one())
	require.ErrorIs(t, err, context.Canceled)
	close(hold)
	took, err := p.Prepare(t.Context(), one())
	require.NoError(t, err)
	require.Zero(t, took, "it was begun before")
	_, err = p.Call(one())
	require.NoError(t, err)
	require.EqualValues(t, 2, number(t, store, "/a"))
}

// TestBuildFails: the error says so, and the next call tries again.
func TestBuildFails(t *testing.T) {
	broken := errors.New("no such luck")
	fail := true
	p, _ := counting(t, func() {
		if fail {
			panic(broken)
		}
	}, "/a")
	_, err := p.Prepare(t.Context(), one())
	require.ErrorIs(t, err, broken)
	require.ErrorContains(t, err, "program: counting does not build")
	fail = false
	_, err = p.Prepare(t.Context(), one())
	require.NoError(t, err)
}
