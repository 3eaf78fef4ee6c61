package vm_test

import (
	"context"
	"go/token"
	"go/types"
	"reflect"

	"golang.org/x/tools/go/ssa"

	"graft/internal/golang/registry"
)

type ssaFunction = ssa.Function

// optionPackage is the table of a package whose functions take the cell's
// context as an option.
func optionPackage(verb func(...option) string) *registry.Package {
	return &registry.Package{
		Path: "example/verbs", Name: "verbs",
		Types: map[string]reflect.Type{"Option": reflect.TypeFor[option]()},
		Funcs: map[string]any{
			"Do":    verb,
			"Named": func(name string) option { return func(s *settings) { s.name = name } },
		},
		WithContext: func(ctx context.Context) any { return option(func(s *settings) { s.ctx = ctx }) },
		Option:      reflect.TypeFor[option](),
	}
}

// optionTypes describes the same package to the checker.
func optionTypes() *types.Package {
	pkg := types.NewPackage("example/verbs", "verbs")
	obj := types.NewTypeName(token.NoPos, pkg, "Option", nil)
	opt := types.NewNamed(obj, types.NewSignatureType(nil, nil, nil, nil, nil, false), nil)
	text := types.NewTuple(types.NewParam(token.NoPos, pkg, "", types.Typ[types.String]))
	opts := types.NewTuple(types.NewParam(token.NoPos, pkg, "opts", types.NewSlice(opt)))
	one := types.NewTuple(types.NewParam(token.NoPos, pkg, "", opt))
	pkg.Scope().Insert(obj)
	pkg.Scope().Insert(types.NewFunc(token.NoPos, pkg, "Do", types.NewSignatureType(nil, nil, nil, opts, text, true)))
	pkg.Scope().Insert(types.NewFunc(token.NoPos, pkg, "Named", types.NewSignatureType(nil, nil, nil, text, one, false)))
	pkg.MarkComplete()
	return pkg
}
