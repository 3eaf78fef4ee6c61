package vm

import (
	"go/token"
	"reflect"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

// findPairs marks operations whose result is only the left operand of the next
// instruction: the two become one, (x op y) op z. Nothing may stand between them,
// as it could write to a register that x or y shares with a phi.
func (c *compiler) findPairs(bl *ssa.BasicBlock) {
	for i := range bl.Instrs[:max(0, len(bl.Instrs)-1)] {
		first, isOp := bl.Instrs[i].(*ssa.BinOp)
		second, follows := bl.Instrs[i+1].(*ssa.BinOp)
		if !isOp || !follows || c.pairs[first] != nil || second.X != ssa.Value(first) || len(*first.Referrers()) != 1 {
			continue
		}
		k := reflect.Kind(c.slot(second).typ.kind)
		if k == reflect.Kind(c.slot(first).typ.kind) && pair(first.Op, second.Op, k, operands{}, 0) != nil {
			c.fused[first], c.pairs[second] = true, first
		}
	}
}

// pair compiles (x op y) op2 z; nil if it has no form for these operators.
func pair(op, op2 token.Token, k reflect.Kind, o operands, z uintptr) instr {
	switch k {
	case reflect.Int:
		if op2 == token.AND {
			return maskPair(op, o, z)
		}
		return pairOf[int](op, op2, o, z)
	case reflect.Float64:
		return pairOf[float64](op, op2, o, z)
	}
	return nil
}

// pairOf rounds products on their own, as Go allows a processor to do otherwise.
//
//go:noinline
func pairOf[T int | float64](op, op2 token.Token, o operands, z uintptr) instr {
	d, x, y := o.dst, o.x, o.y
	switch [2]token.Token{op, op2} {
	case [2]token.Token{token.ADD, token.ADD}:
		return func(fp unsafe.Pointer) { *at[T](fp, d) = *at[T](fp, x) + *at[T](fp, y) + *at[T](fp, z) }
	case [2]token.Token{token.ADD, token.SUB}:
		return func(fp unsafe.Pointer) { *at[T](fp, d) = *at[T](fp, x) + *at[T](fp, y) - *at[T](fp, z) }
	case [2]token.Token{token.ADD, token.MUL}:
		return func(fp unsafe.Pointer) { *at[T](fp, d) = (*at[T](fp, x) + *at[T](fp, y)) * *at[T](fp, z) }
	case [2]token.Token{token.SUB, token.ADD}:
		return func(fp unsafe.Pointer) { *at[T](fp, d) = *at[T](fp, x) - *at[T](fp, y) + *at[T](fp, z) }
	case [2]token.Token{token.SUB, token.MUL}:
		return func(fp unsafe.Pointer) { *at[T](fp, d) = (*at[T](fp, x) - *at[T](fp, y)) * *at[T](fp, z) }
	case [2]token.Token{token.MUL, token.ADD}:
		return func(fp unsafe.Pointer) { *at[T](fp, d) = T(*at[T](fp, x)**at[T](fp, y)) + *at[T](fp, z) }
	case [2]token.Token{token.MUL, token.SUB}:
		return func(fp unsafe.Pointer) { *at[T](fp, d) = T(*at[T](fp, x)**at[T](fp, y)) - *at[T](fp, z) }
	}
	return nil
}

// maskPair is an operation whose result is cut to some bits.
//
//go:noinline
func maskPair(op token.Token, o operands, z uintptr) instr {
	d, x, y := o.dst, o.x, o.y
	switch op {
	case token.ADD:
		return func(fp unsafe.Pointer) { *at[int](fp, d) = (*at[int](fp, x) + *at[int](fp, y)) & *at[int](fp, z) }
	case token.SUB:
		return func(fp unsafe.Pointer) { *at[int](fp, d) = (*at[int](fp, x) - *at[int](fp, y)) & *at[int](fp, z) }
	case token.MUL:
		return func(fp unsafe.Pointer) { *at[int](fp, d) = (*at[int](fp, x) * *at[int](fp, y)) & *at[int](fp, z) }
	}
	return nil
}
