package bindings

import (
	"testing"

	"graft/internal/golang/registry"
	"graft/internal/golang/registry/registrytest"
	_ "graft/internal/golang/registry/std" // packages that the instances mention
)

func TestTables(t *testing.T) {
	registrytest.Run(t, registry.Paths())
}

func TestInstancesOfGoMLX(t *testing.T) {
	const (
		gomlx = "github.com/gomlx/gomlx/"
		node  = "*github.com/gomlx/gomlx/core/graph.Node"
		scope = "*github.com/gomlx/gomlx/ml/model.Scope"
	)
	for path, keys := range map[string][]string{
		"core/tensors": {"FromValue[[][]float32]", "FromScalar[int32]", "ToScalar[float32]", "CopyFlatData[float64]", "FromFlatDataAndDimensions[uint8]"},
		"core/graph":   {"AddScalar[float64]", "MulScalar[int]", "NewExec[func(" + node + ") " + node + "]"},
		"ml/model":     {"MustNewExec[func(" + scope + ", " + node + ") " + node + "]", "GetParamOr[float64]"},
		"ml/train":     {"NewTrainer[func(" + scope + ", interface{}, []" + node + ") []" + node + "]"},
	} {
		generics := registry.Lookup(gomlx + path).Generics
		for _, key := range keys {
			if generics[key] == nil {
				t.Errorf("%s: no instance %s", path, key)
			}
		}
	}
}

func TestLibTakesVerbs(t *testing.T) {
	for _, path := range []string{"graft/lib/hub", "graft/lib/plot", "graft/lib/display"} {
		if !registry.Lookup(path).Verbs {
			t.Errorf("%s: not marked as verbs", path)
		}
	}
}
