package golang

import "go/types"

// sameLayout reports whether values of a and b have the same memory and the same
// meaning of each part, so that a variable of one can become one of the other in
// place: named types are compared by what they stand for, field names included.
func sameLayout(a, b types.Type) bool {
	return (&layouts{}).same(a, b)
}

type layouts struct {
	assumed map[[2]types.Type]bool // pairs under comparison: types may be recursive
}

func (l *layouts) same(a, b types.Type) bool {
	a, b = types.Unalias(a), types.Unalias(b)
	if types.Identical(a, b) || l.assumed[[2]types.Type{a, b}] {
		return true
	}
	if l.assumed == nil {
		l.assumed = map[[2]types.Type]bool{}
	}
	l.assumed[[2]types.Type{a, b}] = true
	return l.sameShape(a.Underlying(), b.Underlying())
}

func (l *layouts) sameShape(a, b types.Type) bool {
	switch a := a.(type) {
	case *types.Pointer:
		b, ok := b.(*types.Pointer)
		return ok && l.same(a.Elem(), b.Elem())
	case *types.Slice:
		b, ok := b.(*types.Slice)
		return ok && l.same(a.Elem(), b.Elem())
	case *types.Array:
		b, ok := b.(*types.Array)
		return ok && a.Len() == b.Len() && l.same(a.Elem(), b.Elem())
	case *types.Chan:
		b, ok := b.(*types.Chan)
		return ok && a.Dir() == b.Dir() && l.same(a.Elem(), b.Elem())
	case *types.Map:
		b, ok := b.(*types.Map)
		return ok && l.same(a.Key(), b.Key()) && l.same(a.Elem(), b.Elem())
	case *types.Struct:
		b, ok := b.(*types.Struct)
		return ok && l.sameFields(a, b)
	case *types.Signature:
		b, ok := b.(*types.Signature)
		return ok && a.TypeParams() == nil && b.TypeParams() == nil && a.Variadic() == b.Variadic() &&
			l.sameTuple(a.Params(), b.Params()) && l.sameTuple(a.Results(), b.Results())
	case *types.Interface:
		b, ok := b.(*types.Interface)
		return ok && a.Empty() == b.Empty() && l.sameMethods(a, b)
	}
	return types.Identical(a, b)
}

func (l *layouts) sameFields(a, b *types.Struct) bool {
	if a.NumFields() != b.NumFields() {
		return false
	}
	for i := range a.NumFields() {
		x, y := a.Field(i), b.Field(i)
		if x.Name() != y.Name() || x.Embedded() != y.Embedded() || !l.same(x.Type(), y.Type()) {
			return false
		}
	}
	return true
}

func (l *layouts) sameTuple(a, b *types.Tuple) bool {
	if a.Len() != b.Len() {
		return false
	}
	for i := range a.Len() {
		if !l.same(a.At(i).Type(), b.At(i).Type()) {
			return false
		}
	}
	return true
}

func (l *layouts) sameMethods(a, b *types.Interface) bool {
	if a.NumMethods() != b.NumMethods() {
		return false
	}
	for i := range a.NumMethods() {
		if a.Method(i).Name() != b.Method(i).Name() || !l.same(a.Method(i).Type(), b.Method(i).Type()) {
			return false
		}
	}
	return true
}
