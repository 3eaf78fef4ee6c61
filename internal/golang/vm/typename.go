package vm

import (
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// typeName returns the name as reflection shows it, with type arguments.
func (tt *typeTable) typeName(t *types.Named) string {
	return t.Obj().Name() + tt.argumentNames(t)
}

// argumentNames writes the type arguments of t, behind those of the function that
// declares t, if that has any.
func (tt *typeTable) argumentNames(t *types.Named) string {
	outer, own := tt.names(tt.enclosing(t)), tt.names(typeList(t.TypeArgs()))
	switch {
	case len(outer)+len(own) == 0:
		return ""
	case len(outer) == 0 || len(own) == 0:
		return "[" + strings.Join(append(outer, own...), ",") + "]"
	}
	return "[" + strings.Join(outer, ",") + ";" + strings.Join(own, ",") + "]"
}

func (tt *typeTable) names(list []types.Type) []string {
	var names []string
	for _, t := range list {
		names = append(names, tt.argumentName(t))
	}
	return names
}

// enclosing returns the type arguments of the instance of a function that declares
// t. Package ssa makes such types anew for each instance, without a scope.
func (tt *typeTable) enclosing(t *types.Named) []types.Type {
	obj := t.Origin().Obj()
	if obj.Parent() != nil || obj.Pkg() == nil || tt.within == nil {
		return tt.implicit[obj]
	}
	if _, ok := tt.implicit[obj]; !ok && declares(tt.within, obj.Pos()) {
		tt.implicit[obj] = tt.within.TypeArgs()
	}
	return tt.implicit[obj]
}

// declares reports whether the source of fn, or of the function around it, has pos.
func declares(fn *ssa.Function, pos token.Pos) bool {
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	syntax := fn.Syntax()
	return syntax != nil && syntax.Pos() <= pos && pos < syntax.End()
}

// compileIn makes fn the function whose local types are named, and names those that
// it only passes on as type arguments, until the result is called.
func (tt *typeTable) compileIn(fn *ssa.Function) func() {
	tt.within = fn
	if len(fn.TypeArgs()) > 0 {
		for _, bl := range fn.Blocks {
			for _, in := range bl.Instrs {
				for _, op := range in.Operands(nil) {
					if callee, ok := (*op).(*ssa.Function); ok {
						tt.names(callee.TypeArgs())
					}
				}
			}
		}
	}
	return func() { tt.within = nil }
}

// localNumber returns what distinguishes t from other types of its name in the
// names of instances: the number of its declaration among those in functions of the
// package; nothing for a type at package level.
func (tt *typeTable) localNumber(t *types.Named) string {
	obj := t.Obj()
	if obj.Pkg() == nil || obj.Parent() == obj.Pkg().Scope() || obj.Pkg().Path() != "main" {
		return ""
	}
	list, ok := tt.locals[obj.Pkg()]
	if !ok {
		list = localTypes(obj.Pkg().Scope(), false)
		slices.Sort(list)
		tt.locals[obj.Pkg()] = list
	}
	if i, ok := slices.BinarySearch(list, obj.Pos()); ok {
		return "·" + strconv.Itoa(i+1)
	}
	return ""
}

// localTypes returns the places of the types declared in the scopes inside s, and
// in s itself if local is set.
func localTypes(s *types.Scope, local bool) (list []token.Pos) {
	for _, name := range s.Names() {
		if obj, ok := s.Lookup(name).(*types.TypeName); ok && local && !obj.IsAlias() {
			if _, isParam := obj.Type().(*types.TypeParam); !isParam {
				list = append(list, obj.Pos())
			}
		}
	}
	for inner := range s.Children() {
		list = append(list, localTypes(inner, s.Parent() != types.Universe)...)
	}
	return list
}

// argumentName writes a type argument as it stands in the names that the compiler
// gives: paths before names, no aliases, spaces as reflection has them.
func (tt *typeTable) argumentName(t types.Type) string {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		return types.Typ[t.Kind()].Name()
	case *types.Named:
		return qualified(t) + tt.argumentNames(t) + tt.localNumber(t)
	case *types.Pointer:
		return "*" + tt.argumentName(t.Elem())
	case *types.Slice:
		return "[]" + tt.argumentName(t.Elem())
	case *types.Array:
		return "[" + strconv.FormatInt(t.Len(), 10) + "]" + tt.argumentName(t.Elem())
	case *types.Map:
		return "map[" + tt.argumentName(t.Key()) + "]" + tt.argumentName(t.Elem())
	case *types.Chan:
		return tt.chanName(t)
	case *types.Signature:
		return "func" + tt.signatureName(t)
	case *types.Interface:
		var list []string
		for m := range t.Methods() {
			list = append(list, m.Name()+tt.signatureName(m.Signature()))
		}
		return braces("interface", list)
	case *types.Struct:
		return tt.structName(t)
	}
	return types.TypeString(t, (*types.Package).Path)
}

func qualified(t *types.Named) string {
	if pkg := t.Obj().Pkg(); pkg != nil {
		return pkg.Path() + "." + t.Obj().Name()
	}
	return t.Obj().Name()
}

func (tt *typeTable) chanName(t *types.Chan) string {
	elem := tt.argumentName(t.Elem())
	switch t.Dir() {
	case types.SendOnly:
		return "chan<- " + elem
	case types.RecvOnly:
		return "<-chan " + elem
	}
	if strings.HasPrefix(elem, "<-") {
		elem = "(" + elem + ")"
	}
	return "chan " + elem
}

func (tt *typeTable) signatureName(s *types.Signature) string {
	params := tt.tupleNames(s.Params())
	if s.Variadic() {
		last := len(params) - 1
		params[last] = "..." + strings.TrimPrefix(params[last], "[]")
	}
	text := "(" + strings.Join(params, ", ") + ")"
	switch results := tt.tupleNames(s.Results()); len(results) {
	case 0:
		return text
	case 1:
		return text + " " + results[0]
	default:
		return text + " (" + strings.Join(results, ", ") + ")"
	}
}

func (tt *typeTable) tupleNames(t *types.Tuple) []string {
	var list []string
	for v := range t.Variables() {
		list = append(list, tt.argumentName(v.Type()))
	}
	return list
}

func (tt *typeTable) structName(t *types.Struct) string {
	var list []string
	for i := range t.NumFields() {
		text := tt.argumentName(t.Field(i).Type())
		if !t.Field(i).Embedded() {
			text = t.Field(i).Name() + " " + text
		}
		if tag := t.Tag(i); tag != "" {
			text += " " + strconv.Quote(tag)
		}
		list = append(list, text)
	}
	return braces("struct", list)
}

func braces(word string, list []string) string {
	if len(list) == 0 {
		return word + " {}"
	}
	return word + " { " + strings.Join(list, "; ") + " }"
}
