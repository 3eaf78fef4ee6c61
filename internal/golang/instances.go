package golang

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"graft/internal/golang/registry"
	"graft/internal/golang/vm"
)

// addMissing adds the uses of native generic functions and types for which there is
// no code to the problems of a cell that has no other.
func (in *Interp) addMissing(c *checked) {
	if len(c.errs) > 0 {
		return
	}
	for _, id := range in.missing(c.info) {
		text := missingText(c.info.Uses[id], typeArgs(c.info.Instances[id]))
		c.errs = append(c.errs, in.locate(c, id.Pos(), len(id.Name), text))
	}
}

// missing returns the names of instances that native code has not and that package
// vm cannot stand in for, in the order of the text. Instances for type parameters
// show only when they run.
func (in *Interp) missing(info *types.Info) []*ast.Ident {
	var list []*ast.Ident
	for id, instance := range info.Instances {
		obj := info.Uses[id]
		if obj == nil || obj.Pkg() == nil || registry.Lookup(obj.Pkg().Path()) == nil || in.imports.source(obj.Pkg()) != nil {
			continue
		}
		args := typeArgs(instance)
		if !slices.ContainsFunc(args, hasParam) && !vm.HasInstance(obj, args) {
			list = append(list, id)
		}
	}
	slices.SortFunc(list, func(a, b *ast.Ident) int { return int(a.Pos()) - int(b.Pos()) })
	return list
}

func typeArgs(instance types.Instance) []types.Type {
	return slices.Collect(instance.TypeArgs.Types())
}

// hasParam reports whether t mentions a type parameter.
func hasParam(t types.Type) bool {
	found := false
	walkParams(t, map[types.Type]bool{}, &found)
	return found
}

func walkParams(t types.Type, seen map[types.Type]bool, found *bool) {
	if seen[t] || *found {
		return
	}
	seen[t] = true
	walk := func(inner types.Type) { walkParams(inner, seen, found) }
	switch t := types.Unalias(t).(type) {
	case *types.TypeParam:
		*found = true
	case *types.Named:
		for arg := range t.TypeArgs().Types() {
			walk(arg)
		}
	case *types.Map:
		walk(t.Key())
		walk(t.Elem())
	case *types.Signature:
		walk(t.Params())
		walk(t.Results())
	case *types.Tuple:
		for v := range t.Variables() {
			walk(v.Type())
		}
	case *types.Struct:
		for f := range t.Fields() {
			walk(f.Type())
		}
	case interface{ Elem() types.Type }:
		walk(t.Elem())
	}
}

// missingText names the instance, and those that there are.
func missingText(obj types.Object, args []types.Type) string {
	short := func(p *types.Package) string {
		if p.Path() == cellPath {
			return ""
		}
		return p.Name()
	}
	var names []string
	for _, t := range args {
		names = append(names, types.TypeString(t, short))
	}
	text := fmt.Sprintf("%s.%s[%s] is not available: the code of compiled packages cannot be made for new types",
		obj.Pkg().Name(), obj.Name(), strings.Join(names, ", "))
	if have := instancesOf(obj); have != "" {
		text += " (there is " + have + ")"
	}
	return text
}

// fewInstances is how many instances an error names.
const fewInstances = 4

func instancesOf(obj types.Object) string {
	var list []string
	for key := range registry.Lookup(obj.Pkg().Path()).Generics {
		if strings.HasPrefix(key, obj.Name()+"[") {
			list = append(list, key)
		}
	}
	slices.SortFunc(list, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	if len(list) > fewInstances {
		list = append(list[:fewInstances], "...")
	}
	return strings.Join(list, ", ")
}
