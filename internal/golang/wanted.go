package golang

import (
	"go/ast"
	"go/types"
	"slices"
)

// wanted returns the type of the parameter for which the argument at the end of path
// stands, or nil: a parameter of any type wants nothing in particular.
func (l *look) wanted(path []ast.Node) types.Type {
	at := len(path) - 1
	if at < 1 {
		return nil
	}
	if sel, ok := path[at-1].(*ast.SelectorExpr); ok && sel.Sel == path[at] {
		at--
	}
	if at < 1 {
		return nil
	}
	call, ok := path[at-1].(*ast.CallExpr)
	if !ok {
		return nil
	}
	arg := slices.Index(call.Args, path[at].(ast.Expr))
	t := l.info.TypeOf(call.Fun)
	if arg < 0 || t == nil {
		return nil
	}
	sig, ok := t.Underlying().(*types.Signature)
	if !ok || sig.Params().Len() == 0 {
		return nil
	}
	last := sig.Params().Len() - 1
	want := sig.Params().At(min(arg, last)).Type()
	if list, ok := want.(*types.Slice); ok && sig.Variadic() && arg >= last {
		want = list.Elem()
	} else if arg > last {
		return nil
	}
	if face, ok := want.Underlying().(*types.Interface); ok && face.Empty() {
		return nil
	}
	return want
}

// first puts the objects that give a value of type want in front: variables, and
// functions by their first result.
func first(list []types.Object, want types.Type) []types.Object {
	if want == nil {
		return list
	}
	var fit, rest []types.Object
	for _, obj := range list {
		if gives(obj, want) {
			fit = append(fit, obj)
		} else {
			rest = append(rest, obj)
		}
	}
	return append(fit, rest...)
}

func gives(obj types.Object, want types.Type) bool {
	switch obj := obj.(type) {
	case *types.Var, *types.Const:
		return obj.Type() != nil && types.AssignableTo(obj.Type(), want)
	case *types.Func:
		results := obj.Signature().Results()
		return results.Len() > 0 && types.AssignableTo(results.At(0).Type(), want)
	}
	return false
}
