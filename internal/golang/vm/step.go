package vm

import (
	"go/token"
	"reflect"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

// comparison is the end of a block that compares two integers.
type comparison struct {
	op        token.Token
	x, y      uintptr
	then, els int32
}

func isInt64(s *slot) bool {
	k := reflect.Kind(s.typ.kind)
	return k == reflect.Int || k == reflect.Int64
}

// addition returns the places of in if it adds integers of 64 bits on its own.
func (c *compiler) addition(in *ssa.BinOp) *operands {
	if in.Op != token.ADD || c.pairs[in] != nil || !isInt64(c.slot(in)) {
		return nil
	}
	return &operands{c.slot(in).off, c.slot(in.X).off, c.slot(in.Y).off}
}

// joinSteps makes one of the last two things in the round of a counting loop: to
// add to the loop variable and to compare it.
func (c *compiler) joinSteps() {
	for i := range c.blocks {
		b := &c.blocks[i]
		if b.add == nil || b.cmp == nil || b.add.dst != b.cmp.x || b.add.dst == b.cmp.y {
			continue
		}
		if end := stepBranch(*b.add, *b.cmp); end != nil {
			b.code, b.end = b.code[:len(b.code)-1], end
		}
	}
}

// stepBranch is an addition and the comparison of its result; nil if it has no form
// for this operator.
//
//go:noinline
func stepBranch(o operands, c comparison) ending {
	d, x, y, z, then, els := o.dst, o.x, o.y, c.y, c.then, c.els
	switch c.op {
	case token.LSS:
		return func(fp unsafe.Pointer) int32 {
			i := *at[int](fp, x) + *at[int](fp, y)
			*at[int](fp, d) = i
			if i < *at[int](fp, z) {
				return then
			}
			return els
		}
	case token.LEQ:
		return func(fp unsafe.Pointer) int32 {
			i := *at[int](fp, x) + *at[int](fp, y)
			*at[int](fp, d) = i
			if i <= *at[int](fp, z) {
				return then
			}
			return els
		}
	}
	return nil
}
