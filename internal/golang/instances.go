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

// missingInstances finds the uses of native generic functions and methods for which
// there is no code.
func (in *Interp) missingInstances(c *checked) (errs []*problem) {
	var list []*ast.Ident
	texts := map[*ast.Ident]string{}
	add := func(id *ast.Ident, obj types.Object, args []types.Type, method string) {
		if in.lacks(obj, args) {
			list, texts[id] = append(list, id), missingText(obj, args, method)
		}
	}
	for id, instance := range c.info.Instances {
		if f, ok := c.info.Uses[id].(*types.Func); ok {
			add(id, f, typeArgs(instance.TypeArgs), "")
		}
	}
	for e, sel := range c.info.Selections {
		if named := genericReceiver(sel.Obj()); named != nil {
			add(e.Sel, named.Obj(), typeArgs(named.TypeArgs()), "."+e.Sel.Name)
		}
	}
	slices.SortFunc(list, func(a, b *ast.Ident) int { return int(a.Pos()) - int(b.Pos()) })
	for _, id := range list {
		errs = append(errs, in.locate(c, id.Pos(), len(id.Name), texts[id]))
	}
	return errs
}

// genericReceiver returns the instance of a generic type that obj is a method of, or
// nil.
func genericReceiver(obj types.Object) *types.Named {
	f, ok := obj.(*types.Func)
	if !ok || f.Signature().Recv() == nil {
		return nil
	}
	named, ok := types.Unalias(deref(f.Signature().Recv().Type())).(*types.Named)
	if !ok || named.TypeArgs().Len() == 0 || types.IsInterface(named) {
		return nil
	}
	return named
}

// lacks reports whether native code has no instance of obj for args, and package vm
// cannot stand in for it. Instances for type parameters show only when they run.
func (in *Interp) lacks(obj types.Object, args []types.Type) bool {
	if obj.Pkg() == nil || registry.Lookup(obj.Pkg().Path()) == nil || in.imports.source(obj.Pkg()) != nil {
		return false
	}
	return !slices.ContainsFunc(args, hasParam) && !vm.HasInstance(obj, args)
}

func typeArgs(list *types.TypeList) []types.Type { return slices.Collect(list.Types()) }

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

// missingText names the instance, a method of it perhaps, and the instances that there
// are.
func missingText(obj types.Object, args []types.Type, method string) string {
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
	text := fmt.Sprintf("%s.%s[%s]%s is not available: the code of compiled packages cannot be made for new types",
		obj.Pkg().Name(), obj.Name(), strings.Join(names, ", "), method)
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
