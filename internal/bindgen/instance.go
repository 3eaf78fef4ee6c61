package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"sort"
	"strings"

	"graft/internal/golang/registry"
)

// instance is a generic function or type with type arguments.
type instance struct {
	name  string
	targs []types.Type
}

func (i instance) key() string { return registry.InstanceKey(i.name, i.targs) }

// instances returns the instances that e lists and those that follow from
// constraints that are finite unions, sorted by key.
func (u *universe) instances(e *entry) ([]instance, error) {
	pkg := u.packages[e.pattern].Types
	found := map[string]instance{}
	for _, i := range unionInstances(pkg) {
		found[i.key()] = i
	}
	scope := u.typeScope(pkg)
	for _, text := range e.instances {
		texts, err := expand(text, u.sets)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.pattern, err)
		}
		for _, text := range texts {
			i, err := parseInstance(pkg, scope, text)
			if err != nil {
				return nil, fmt.Errorf("%s: %s: %w", e.pattern, text, err)
			}
			found[i.key()] = i
		}
	}
	return sorted(found), nil
}

func sorted(found map[string]instance) []instance {
	keys := make([]string, 0, len(found))
	for key := range found {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	list := make([]instance, len(keys))
	for i, key := range keys {
		list[i] = found[key]
	}
	return list
}

// typeScope is a package in whose scope the listed packages have their names;
// of two packages of one name the first in the list wins, and pkg always does.
func (u *universe) typeScope(pkg *types.Package) *types.Package {
	scope := types.NewPackage("bindgen/scope", "scope")
	for _, path := range append([]string{pkg.Path()}, u.order...) {
		p := u.packages[path].Types
		scope.Scope().Insert(types.NewPkgName(token.NoPos, scope, p.Name(), p))
	}
	return scope
}

// parseInstance reads "Name[T1, T2]".
func parseInstance(pkg, scope *types.Package, text string) (instance, error) {
	expr, err := parser.ParseExpr(text)
	if err != nil {
		return instance{}, err
	}
	var name ast.Expr
	var args []ast.Expr
	switch x := expr.(type) {
	case *ast.IndexExpr:
		name, args = x.X, []ast.Expr{x.Index}
	case *ast.IndexListExpr:
		name, args = x.X, x.Indices
	default:
		return instance{}, fmt.Errorf("no instance (write Name[T])")
	}
	i := instance{name: types.ExprString(name)}
	for _, arg := range args {
		info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
		if err := types.CheckExpr(token.NewFileSet(), scope, token.NoPos, arg, info); err != nil {
			return instance{}, err
		}
		i.targs = append(i.targs, info.Types[arg].Type)
	}
	return i, i.valid(pkg)
}

// valid checks the type arguments against the constraints.
func (i instance) valid(pkg *types.Package) error {
	obj := pkg.Scope().Lookup(i.name)
	if obj == nil || typeParams(obj) == nil {
		return fmt.Errorf("no generic %q", i.name)
	}
	_, err := types.Instantiate(nil, obj.Type(), i.targs, true)
	return err
}

// typeParams returns the type parameters of a generic function or type, or nil.
func typeParams(obj types.Object) *types.TypeParamList {
	var list *types.TypeParamList
	switch t := obj.Type().(type) {
	case *types.Signature:
		list = t.TypeParams()
	case *types.Named:
		if t.TypeArgs().Len() == 0 {
			list = t.TypeParams()
		}
	case *types.Alias:
		if t.TypeArgs().Len() == 0 {
			list = t.TypeParams()
		}
	}
	if list.Len() == 0 {
		return nil
	}
	return list
}

// unionInstances returns, for each exported generic with one type parameter
// whose constraint is a union of types, the instances of all its terms: so
// GoMLX's data types and graph functions need no list.
func unionInstances(pkg *types.Package) []instance {
	var list []instance
	for _, name := range pkg.Scope().Names() {
		obj := pkg.Scope().Lookup(name)
		params := typeParams(obj)
		if _, isType := obj.(*types.TypeName); !obj.Exported() || params.Len() != 1 || isType && constraint(obj.Type()) {
			continue
		}
		for _, term := range terms(params.At(0).Constraint()) {
			i := instance{name, []types.Type{term}}
			if writable(term) && i.valid(pkg) == nil {
				list = append(list, i)
			}
		}
	}
	return list
}

// terms returns the types of a constraint that is one union, of unions too.
func terms(t types.Type) []types.Type {
	iface, ok := t.Underlying().(*types.Interface)
	if !ok {
		return []types.Type{t}
	}
	if iface.NumEmbeddeds() != 1 {
		return nil
	}
	union, ok := iface.EmbeddedType(0).(*types.Union)
	if !ok {
		return terms(iface.EmbeddedType(0))
	}
	var list []types.Type
	for i := range union.Len() {
		list = append(list, terms(union.Term(i).Type())...)
	}
	return list
}

// writable reports whether the generated file can write t: no type parameter,
// no unexported or internal name in it.
func writable(t types.Type) bool {
	ok := true
	types.TypeString(t, func(p *types.Package) string {
		ok = ok && !strings.Contains("/"+p.Path()+"/", "/internal/")
		return p.Path()
	})
	return ok && namesExported(t)
}

func namesExported(t types.Type) bool {
	switch t := t.(type) {
	case *types.TypeParam:
		return false
	case *types.Named:
		return t.Obj().Pkg() == nil || t.Obj().Exported()
	case *types.Alias:
		return t.Obj().Pkg() == nil || t.Obj().Exported()
	case interface{ Elem() types.Type }:
		return namesExported(t.Elem())
	}
	return true
}
