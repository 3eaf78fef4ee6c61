package golang

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// addressSpace is the number of bytes that the compiler takes for the largest type.
const addressSpace = 1 << 50

// oversizedTypes finds the types that no memory can hold.
func (in *Interp) oversizedTypes(c *checked) (errs []*problem) {
	for _, e := range oversized(c.info) {
		errs = append(errs, in.locate(c, e.Pos(), int(e.End()-e.Pos()), oversizeText(c.info.TypeOf(e))))
	}
	return errs
}

// oversized returns the expressions of types that are larger than the address
// space, in the order of the text: the innermost ones, as what holds such a type is
// too large as well. The checker accepts them, and memory could not describe them.
func oversized(info *types.Info) []ast.Expr {
	var list []ast.Expr
	known := typeSizes{}
	for e, tv := range info.Types {
		_, literal := e.(*ast.CompositeLit)
		if (tv.IsType() || literal) && known.of(tv.Type) > addressSpace && !slices.ContainsFunc(parts(tv.Type), known.oversized) {
			list = append(list, e)
		}
	}
	slices.SortFunc(list, func(a, b ast.Expr) int { return cmp.Or(cmp.Compare(a.Pos(), b.Pos()), cmp.Compare(a.End(), b.End())) })
	return slices.CompactFunc(list, func(a, b ast.Expr) bool { return a.Pos() == b.Pos() })
}

// aboveLimit finds the variables that are above the limit of one allocation.
func (in *Interp) aboveLimit(c *checked) (errs []*problem) {
	limit := in.machine.MaxAlloc()
	known := typeSizes{}
	for _, name := range c.pkg.Scope().Names() {
		v, ok := c.pkg.Scope().Lookup(name).(*types.Var)
		if !ok || v.Pkg() != c.pkg || known.of(v.Type()) <= float64(limit) {
			continue
		}
		p := in.locate(c, v.Pos(), len(name), fmt.Sprintf("%s is too large: the limit of one allocation is %d bytes", name, limit))
		if p.piece != nil && generated.MatchString(name) {
			p.src, p.off, p.len = p.piece.src, p.piece.off, 1
		}
		errs = append(errs, p)
	}
	return errs
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

// typeSizes are the sizes of types in bytes, without the gaps between fields. Those
// of go/types take twice as long for every level of structs, and overflow.
type typeSizes map[types.Type]float64

func (s typeSizes) oversized(t types.Type) bool { return s.of(t) > addressSpace }

// of returns the size of t; a type parameter counts as nothing.
func (s typeSizes) of(t types.Type) float64 {
	if n, ok := s[t]; ok {
		return n
	}
	s[t] = 0
	sum := 0.0
	for _, part := range parts(t) {
		sum += s.of(part)
	}
	switch u := types.Unalias(t).Underlying().(type) {
	case *types.Array:
		sum *= float64(u.Len())
	case *types.Basic, *types.Slice, *types.Pointer, *types.Map, *types.Chan, *types.Signature:
		sum = float64(max(sizes.Sizeof(u), 0))
	}
	s[t] = sum
	return sum
}

// oversizeText is the compiler's message for a type larger than the address space.
func oversizeText(t types.Type) string {
	return "type " + types.TypeString(t, func(p *types.Package) string { return strings.TrimPrefix(p.Name(), "ˑ") }) + " larger than address space"
}
