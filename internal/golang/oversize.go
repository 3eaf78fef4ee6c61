package golang

import (
	"cmp"
	"go/ast"
	"go/types"
	"math/bits"
	"slices"
	"strings"
)

// addressSpace is the number of bytes that the compiler takes for the largest type.
const addressSpace = 1 << 50

// oversized returns the expressions of types that are larger than the address
// space, in the order of the text: the innermost ones, as what holds such a type is
// too large as well. The checker accepts them, and memory could not describe them.
func oversized(info *types.Info) []ast.Expr {
	var list []ast.Expr
	for e, tv := range info.Types {
		if _, literal := e.(*ast.CompositeLit); !tv.IsType() && !literal {
			continue
		}
		if tooLarge, inside := measure(tv.Type); tooLarge && !inside {
			list = append(list, e)
		}
	}
	slices.SortFunc(list, func(a, b ast.Expr) int { return cmp.Or(cmp.Compare(a.Pos(), b.Pos()), cmp.Compare(a.End(), b.End())) })
	return slices.CompactFunc(list, func(a, b ast.Expr) bool { return a.Pos() == b.Pos() })
}

// measure reports whether t is larger than the address space, and whether a part of
// it is already.
func measure(t types.Type) (tooLarge, inside bool) {
	inside = slices.ContainsFunc(parts(t), func(part types.Type) bool { return sizeOf(part) > addressSpace })
	return inside || sizeOf(t) > addressSpace, inside
}

// parts returns the types that a value of type t holds.
func parts(t types.Type) (list []types.Type) {
	switch t := t.Underlying().(type) {
	case *types.Array:
		list = append(list, t.Elem())
	case *types.Struct:
		for f := range t.Fields() {
			list = append(list, f.Type())
		}
	}
	return list
}

// sizeOf returns the size of t without gaps, up to a bit more than the address
// space. A type parameter or an
// interface counts as nothing.
func sizeOf(t types.Type) uint64 {
	switch u := t.Underlying().(type) {
	case *types.Array:
		high, n := bits.Mul64(sizeOf(u.Elem()), uint64(u.Len()))
		if high > 0 {
			return addressSpace + 1
		}
		return min(n, addressSpace+1)
	case *types.Struct:
		sum := uint64(0)
		for _, part := range parts(u) {
			sum = min(sum+sizeOf(part), addressSpace+1)
		}
		return sum
	case *types.Basic, *types.Slice, *types.Pointer, *types.Map, *types.Chan, *types.Signature:
		return uint64(max(sizes.Sizeof(u), 0))
	}
	return 0
}

// oversizeText is the compiler's message for a type larger than the address space.
func oversizeText(t types.Type) string {
	return "type " + types.TypeString(t, func(p *types.Package) string { return strings.TrimPrefix(p.Name(), "ˑ") }) + " larger than address space"
}
