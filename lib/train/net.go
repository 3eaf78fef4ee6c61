package train

import (
	"context"
	"errors"
	"fmt"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"graft/lib/device"
	"graft/lib/nn"
	"graft/lib/train/program"
	"graft/lib/tune"
)

// Net is a network to train: stages and a head over one store.
type Net struct {
	Store *model.Store
	Plan  *tune.Plan

	// Body builds stages [from, to) on x. If to is the number of stages, its result
	// is what Head takes.
	Body func(store *model.Store, x *graph.Node, from, to int, mode nn.Mode) *graph.Node
	// Head builds the head on features: [batch, outputs]. Its scope is [HeadScope].
	Head func(scope *model.Scope, x *graph.Node) *graph.Node
	// Fold returns a store of stages [0, to) with BatchNorm folded, for the frozen
	// prefix; nil runs the prefix as it is.
	Fold func(to int) (*model.Store, error)
	// Name goes into the key of the feature cache; "" keeps features in memory only.
	Name string
}

// HeadScope is where the head keeps its parameters.
const HeadScope = "/head"

// head builds the head in its scope.
func (n Net) head(x *graph.Node) *graph.Node { return n.Head(n.Store.Scope(HeadScope), x) }

// Discover builds a head once on features of the given shape, batch axis left out,
// makes and initialises its variables from seed, and returns them as parameters of
// a plan together with the number of outputs. It compiles nothing but the
// initialisation.
func Discover(ctx context.Context, store *model.Store, head func(*model.Scope, *graph.Node) *graph.Node, features []int, seed int64) (params []tune.Param, outputs int, err error) {
	dev, err := device.Open(ctx)
	if err != nil {
		return nil, 0, err
	}
	store.RootScope().SetParam(model.ParamInitialSeed, seed)
	err = program.Try("train: the head does not build", func() error {
		g := graph.NewGraph(dev.Backend, "head")
		defer g.Finalize()
		model.SetStore(g, store)
		store.SetTraining(g, true)
		x := graph.Parameter(g, "features", shapes.Make(dtypes.Float32, append([]int{1}, features...)...))
		out := head(store.Scope(HeadScope), x)
		if out == nil || out.Rank() != 2 || out.Shape().Dimensions[0] != 1 {
			return fmt.Errorf("train: the head returns %v for features %v (want [batch, outputs])", shapeOf(out), x.Shape())
		}
		outputs = out.Shape().Dimensions[1]
		return store.InitializeVariables(dev.Backend, nil)
	})
	if err != nil {
		return nil, 0, err
	}
	for v := range store.Scope(HeadScope).IterVariables() {
		params = append(params, headParam(v))
	}
	if len(params) == 0 {
		return nil, 0, errors.New("train: the head has no variables (make them in the scope it is given)")
	}
	return params, outputs, nil
}

func headParam(v *model.Variable) tune.Param {
	kind := nn.Weight
	if !v.Trainable {
		kind = nn.RunningMean
	}
	return tune.Param{Path: v.Path(), Kind: kind, Len: v.Shape().Size()}
}

func shapeOf(n *graph.Node) any {
	if n == nil {
		return "nothing"
	}
	return n.Shape()
}
