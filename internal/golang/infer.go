package golang

import (
	"go/ast"
	"go/types"
)

// inferred returns the signature of a generic function with the type parameters that
// the arguments before the cursor decide replaced: the checker decides all of them
// or none.
func (l *look) inferred(sig *types.Signature, args []ast.Expr) *types.Signature {
	n := sig.TypeParams().Len()
	if n == 0 {
		return sig
	}
	found := map[*types.TypeParam]types.Type{}
	for i, arg := range args {
		if i < sig.Params().Len() && !(sig.Variadic() && i >= sig.Params().Len()-1) {
			unify(sig.Params().At(i).Type(), l.info.TypeOf(arg), found)
		}
	}
	if len(found) == 0 {
		return sig
	}
	list := make([]types.Type, n)
	for i := range list {
		p := sig.TypeParams().At(i)
		if t := found[p]; t != nil {
			unifyCore(p, t, found)
		}
	}
	for i := range list {
		p := sig.TypeParams().At(i)
		if list[i] = found[p]; list[i] == nil {
			list[i] = p
		}
	}
	made, err := types.Instantiate(nil, sig, list, false)
	if err != nil {
		return sig
	}
	return made.(*types.Signature)
}

// unifyCore finds what the constraint of p, such as ~[]E, says of other parameters
// once p is t.
func unifyCore(p *types.TypeParam, t types.Type, found map[*types.TypeParam]types.Type) {
	face, ok := p.Constraint().Underlying().(*types.Interface)
	if !ok || face.NumEmbeddeds() != 1 {
		return
	}
	if union, ok := face.EmbeddedType(0).(*types.Union); ok && union.Len() == 1 {
		unify(union.Term(0).Type(), t.Underlying(), found)
	}
}

// unify finds the type parameters in param, given the type of its argument.
func unify(param, arg types.Type, found map[*types.TypeParam]types.Type) {
	if arg == nil || arg == types.Typ[types.Invalid] || arg == types.Typ[types.UntypedNil] {
		return
	}
	switch p := param.(type) {
	case *types.TypeParam:
		if found[p] == nil {
			found[p] = types.Default(arg)
		}
	case *types.Slice:
		if a, ok := arg.Underlying().(*types.Slice); ok {
			unify(p.Elem(), a.Elem(), found)
		}
	case *types.Pointer:
		if a, ok := arg.Underlying().(*types.Pointer); ok {
			unify(p.Elem(), a.Elem(), found)
		}
	case *types.Map:
		if a, ok := arg.Underlying().(*types.Map); ok {
			unify(p.Key(), a.Key(), found)
			unify(p.Elem(), a.Elem(), found)
		}
	case *types.Chan:
		if a, ok := arg.Underlying().(*types.Chan); ok {
			unify(p.Elem(), a.Elem(), found)
		}
	case *types.Signature:
		if a, ok := arg.Underlying().(*types.Signature); ok {
			unifyAll(p.Params(), a.Params(), found)
			unifyAll(p.Results(), a.Results(), found)
		}
	}
}

func unifyAll(params, args *types.Tuple, found map[*types.TypeParam]types.Type) {
	for i := range min(params.Len(), args.Len()) {
		unify(params.At(i).Type(), args.At(i).Type(), found)
	}
}
