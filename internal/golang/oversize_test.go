package golang

import (
	"go/types"
	"math"
	"testing"
)

// A struct of two structs of two structs has as many parts as two to the number of
// levels: each type is measured once.
func TestTypeSizesOfNestedStructs(t *testing.T) {
	const levels = 64
	var typ types.Type = types.Typ[types.Int64]
	for range levels {
		typ = types.NewStruct([]*types.Var{types.NewField(0, nil, "a", typ, false), types.NewField(0, nil, "b", typ, false)}, nil)
	}
	if got, want := (typeSizes{}).of(types.NewArray(typ, 3)), 3*8*math.Ldexp(1, levels); got != want {
		t.Errorf("%g bytes, want %g", got, want)
	}
}
