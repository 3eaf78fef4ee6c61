package vm

import (
	"fmt"
	"go/token"
	"reflect"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

type (
	signed interface {
		~int | ~int8 | ~int16 | ~int32 | ~int64
	}
	unsigned interface {
		~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr
	}
	integer  interface{ signed | unsigned }
	floating interface{ ~float32 | ~float64 }
	number   interface{ integer | floating }
	ordered  interface{ number | ~string }
	complexN interface{ ~complex64 | ~complex128 }
)

// operands are the places of a binary operation.
type operands struct{ dst, x, y uintptr }

func (c *compiler) binOp(in *ssa.BinOp) instr {
	switch in.Op {
	case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
		return c.compare(in)
	case token.SHL, token.SHR:
		return c.shift(in)
	}
	o := operands{c.slot(in).off, c.slot(in.X).off, c.slot(in.Y).off}
	if first := c.pairs[in]; first != nil {
		o.x, o.y = c.slot(first.X).off, c.slot(first.Y).off
		return pair(first.Op, in.Op, reflect.Kind(c.slot(in).typ.kind), o, c.slot(in.Y).off)
	}
	if c.slot(in).cls == text {
		return c.concat(o)
	}
	return arithmetic(in.Op, reflect.Kind(c.slot(in).typ.kind), o)
}

func arithmetic(op token.Token, k reflect.Kind, o operands) instr {
	switch k {
	case reflect.Int:
		return integerOp[int](op, o)
	case reflect.Int8:
		return integerOp[int8](op, o)
	case reflect.Int16:
		return integerOp[int16](op, o)
	case reflect.Int32:
		return integerOp[int32](op, o)
	case reflect.Int64:
		return integerOp[int64](op, o)
	case reflect.Uint, reflect.Uintptr, reflect.Uint64:
		return integerOp[uint64](op, o)
	case reflect.Uint8:
		return integerOp[uint8](op, o)
	case reflect.Uint16:
		return integerOp[uint16](op, o)
	case reflect.Uint32:
		return integerOp[uint32](op, o)
	case reflect.Float32:
		return floatOp[float32](op, o)
	case reflect.Float64:
		return floatOp[float64](op, o)
	case reflect.Complex64:
		return complexOp[complex64](op, o)
	case reflect.Complex128:
		return complexOp[complex128](op, o)
	case reflect.String:
		return func(fp unsafe.Pointer) { *at[string](fp, o.dst) = *at[string](fp, o.x) + *at[string](fp, o.y) }
	}
	panic(fmt.Sprintf("vm: operator %s of %s is not known", op, k))
}

//go:noinline
func integerOp[T integer](op token.Token, o operands) instr {
	d, x, y := o.dst, o.x, o.y
	switch op {
	case token.ADD:
		return func(fp unsafe.Pointer) { *at[T](fp, d) = *at[T](fp, x) + *at[T](fp, y) }
	case token.SUB:
		return func(fp unsafe.Pointer) { *at[T](fp, d) = *at[T](fp, x) - *at[T](fp, y) }
	case token.MUL:
		return func(fp unsafe.Pointer) { *at[T](fp, d) = *at[T](fp, x) * *at[T](fp, y) }
	case token.QUO:
		return func(fp unsafe.Pointer) { *at[T](fp, d) = *at[T](fp, x) / *at[T](fp, y) }
	case token.REM:
		return func(fp unsafe.Pointer) { *at[T](fp, d) = *at[T](fp, x) % *at[T](fp, y) }
	case token.AND:
		return func(fp unsafe.Pointer) { *at[T](fp, d) = *at[T](fp, x) & *at[T](fp, y) }
	case token.OR:
		return func(fp unsafe.Pointer) { *at[T](fp, d) = *at[T](fp, x) | *at[T](fp, y) }
	case token.XOR:
		return func(fp unsafe.Pointer) { *at[T](fp, d) = *at[T](fp, x) ^ *at[T](fp, y) }
	}
	return func(fp unsafe.Pointer) { *at[T](fp, d) = *at[T](fp, x) &^ *at[T](fp, y) }
}

//go:noinline
func floatOp[T floating](op token.Token, o operands) instr {
	d, x, y := o.dst, o.x, o.y
	switch op {
	case token.ADD:
		return func(fp unsafe.Pointer) { *at[T](fp, d) = *at[T](fp, x) + *at[T](fp, y) }
	case token.SUB:
		return func(fp unsafe.Pointer) { *at[T](fp, d) = *at[T](fp, x) - *at[T](fp, y) }
	case token.MUL:
		return func(fp unsafe.Pointer) { *at[T](fp, d) = *at[T](fp, x) * *at[T](fp, y) }
	}
	return func(fp unsafe.Pointer) { *at[T](fp, d) = *at[T](fp, x) / *at[T](fp, y) }
}

//go:noinline
func complexOp[T complexN](op token.Token, o operands) instr {
	d, x, y := o.dst, o.x, o.y
	switch op {
	case token.ADD:
		return func(fp unsafe.Pointer) { *at[T](fp, d) = *at[T](fp, x) + *at[T](fp, y) }
	case token.SUB:
		return func(fp unsafe.Pointer) { *at[T](fp, d) = *at[T](fp, x) - *at[T](fp, y) }
	case token.MUL:
		return func(fp unsafe.Pointer) { *at[T](fp, d) = *at[T](fp, x) * *at[T](fp, y) }
	}
	return func(fp unsafe.Pointer) { *at[T](fp, d) = *at[T](fp, x) / *at[T](fp, y) }
}

// shift brings the count to a uint64 register first.
func (c *compiler) shift(in *ssa.BinOp) instr {
	count := c.temps[in][0].off
	widen := shiftCount(c.slot(in.Y), count)
	do := shiftOf(in.Op, reflect.Kind(c.slot(in).typ.kind), operands{c.slot(in).off, c.slot(in.X).off, count})
	return func(fp unsafe.Pointer) { widen(fp); do(fp) }
}

func shiftCount(s *slot, dst uintptr) instr {
	off := s.off
	switch reflect.Kind(s.typ.kind) {
	case reflect.Uint8:
		return func(fp unsafe.Pointer) { *at[uint64](fp, dst) = uint64(*at[uint8](fp, off)) }
	case reflect.Uint16:
		return func(fp unsafe.Pointer) { *at[uint64](fp, dst) = uint64(*at[uint16](fp, off)) }
	case reflect.Uint32:
		return func(fp unsafe.Pointer) { *at[uint64](fp, dst) = uint64(*at[uint32](fp, off)) }
	case reflect.Uint, reflect.Uint64, reflect.Uintptr:
		return func(fp unsafe.Pointer) { *at[uint64](fp, dst) = *at[uint64](fp, off) }
	}
	get := indexer(s)
	return func(fp unsafe.Pointer) {
		n := get(fp)
		if n < 0 {
			n = negativeShift(n)
		}
		*at[uint64](fp, dst) = uint64(n)
	}
}

//go:noinline
func negativeShift(n int) int { return 1 << n }

func shiftOf(op token.Token, k reflect.Kind, o operands) instr {
	switch k {
	case reflect.Int, reflect.Int64:
		return shiftOp[int64](op, o)
	case reflect.Int8:
		return shiftOp[int8](op, o)
	case reflect.Int16:
		return shiftOp[int16](op, o)
	case reflect.Int32:
		return shiftOp[int32](op, o)
	case reflect.Uint8:
		return shiftOp[uint8](op, o)
	case reflect.Uint16:
		return shiftOp[uint16](op, o)
	case reflect.Uint32:
		return shiftOp[uint32](op, o)
	}
	return shiftOp[uint64](op, o)
}

//go:noinline
func shiftOp[T integer](op token.Token, o operands) instr {
	d, x, y := o.dst, o.x, o.y
	if op == token.SHL {
		return func(fp unsafe.Pointer) { *at[T](fp, d) = *at[T](fp, x) << *at[uint64](fp, y) }
	}
	return func(fp unsafe.Pointer) { *at[T](fp, d) = *at[T](fp, x) >> *at[uint64](fp, y) }
}

// test is a condition on the frame.
type test func(fp unsafe.Pointer) bool

func (c *compiler) compare(in *ssa.BinOp) instr {
	dst := c.slot(in).off
	t := c.test(in)
	return func(fp unsafe.Pointer) { *at[bool](fp, dst) = t(fp) }
}

// test compiles a comparison.
func (c *compiler) test(in *ssa.BinOp) test {
	x, y := c.slot(in.X), c.slot(in.Y)
	k := reflect.Kind(x.typ.kind)
	if t := orderedTest(in.Op, k, x.off, y.off); t != nil {
		return t
	}
	equal := c.equality(in, k, x, y)
	if in.Op == token.NEQ {
		return func(fp unsafe.Pointer) bool { return !equal(fp) }
	}
	return equal
}

func orderedTest(op token.Token, k reflect.Kind, x, y uintptr) test {
	switch k {
	case reflect.Int, reflect.Int64:
		return compareOf[int64](op, x, y)
	case reflect.Int8:
		return compareOf[int8](op, x, y)
	case reflect.Int16:
		return compareOf[int16](op, x, y)
	case reflect.Int32:
		return compareOf[int32](op, x, y)
	case reflect.Uint, reflect.Uint64, reflect.Uintptr:
		return compareOf[uint64](op, x, y)
	case reflect.Uint8, reflect.Bool:
		return compareOf[uint8](op, x, y)
	case reflect.Uint16:
		return compareOf[uint16](op, x, y)
	case reflect.Uint32:
		return compareOf[uint32](op, x, y)
	case reflect.Float32:
		return compareOf[float32](op, x, y)
	case reflect.Float64:
		return compareOf[float64](op, x, y)
	case reflect.String:
		return compareOf[string](op, x, y)
	}
	return nil
}

//go:noinline
func compareOf[T ordered](op token.Token, x, y uintptr) test {
	switch op {
	case token.EQL:
		return func(fp unsafe.Pointer) bool { return *at[T](fp, x) == *at[T](fp, y) }
	case token.NEQ:
		return func(fp unsafe.Pointer) bool { return *at[T](fp, x) != *at[T](fp, y) }
	case token.LSS:
		return func(fp unsafe.Pointer) bool { return *at[T](fp, x) < *at[T](fp, y) }
	case token.LEQ:
		return func(fp unsafe.Pointer) bool { return *at[T](fp, x) <= *at[T](fp, y) }
	case token.GTR:
		return func(fp unsafe.Pointer) bool { return *at[T](fp, x) > *at[T](fp, y) }
	}
	return func(fp unsafe.Pointer) bool { return *at[T](fp, x) >= *at[T](fp, y) }
}

func (c *compiler) equality(in *ssa.BinOp, k reflect.Kind, x, y *slot) test {
	a, b := x.off, y.off
	switch k {
	case reflect.Slice: // with nil only
		if isNil(in.X) {
			a = b
		}
		return func(fp unsafe.Pointer) bool { return at[sliceHeader](fp, a).data == nil }
	case reflect.Interface:
		return interfaceEquality(x, y)
	case reflect.Struct, reflect.Array, reflect.Complex64, reflect.Complex128:
		if x.cls == nothing {
			return func(unsafe.Pointer) bool { return true }
		}
		equal := x.typ.equal
		return func(fp unsafe.Pointer) bool { return equal(unsafe.Add(fp, a), unsafe.Add(fp, b)) }
	}
	return func(fp unsafe.Pointer) bool { return *at[unsafe.Pointer](fp, a) == *at[unsafe.Pointer](fp, b) }
}

func isNil(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.Value == nil
}

// interfaceEquality compares in the layout of any.
func interfaceEquality(x, y *slot) test {
	left, right := efaceLoader(x), efaceLoader(y)
	return func(fp unsafe.Pointer) bool { return left(fp).any() == right(fp).any() }
}

// branch compiles the end of a block on a condition; a comparison that is used
// nowhere else becomes part of it.
func (c *compiler) branch(in *ssa.If, then, els int32) ending {
	if cmp, ok := in.Cond.(*ssa.BinOp); ok && c.fused[cmp] {
		x, y := c.slot(cmp.X), c.slot(cmp.Y)
		if isInt64(x) {
			c.cmp = &comparison{cmp.Op, x.off, y.off, then, els}
		}
		if e := fusedBranch(cmp.Op, reflect.Kind(x.typ.kind), x.off, y.off, then, els); e != nil {
			return e
		}
		t := c.test(cmp)
		return func(fp unsafe.Pointer) int32 {
			if t(fp) {
				return then
			}
			return els
		}
	}
	cond := c.slot(in.Cond).off
	return func(fp unsafe.Pointer) int32 {
		if *at[bool](fp, cond) {
			return then
		}
		return els
	}
}

func fusedBranch(op token.Token, k reflect.Kind, x, y uintptr, then, els int32) ending {
	switch k {
	case reflect.Int, reflect.Int64:
		return branchOf[int64](op, x, y, then, els)
	case reflect.Float64:
		return branchOf[float64](op, x, y, then, els)
	case reflect.Int32:
		return branchOf[int32](op, x, y, then, els)
	case reflect.Uint8:
		return branchOf[uint8](op, x, y, then, els)
	}
	return nil
}

//go:noinline
func branchOf[T number](op token.Token, x, y uintptr, then, els int32) ending {
	switch op {
	case token.EQL:
		return func(fp unsafe.Pointer) int32 {
			if *at[T](fp, x) == *at[T](fp, y) {
				return then
			}
			return els
		}
	case token.NEQ:
		return func(fp unsafe.Pointer) int32 {
			if *at[T](fp, x) != *at[T](fp, y) {
				return then
			}
			return els
		}
	case token.LSS:
		return func(fp unsafe.Pointer) int32 {
			if *at[T](fp, x) < *at[T](fp, y) {
				return then
			}
			return els
		}
	case token.LEQ:
		return func(fp unsafe.Pointer) int32 {
			if *at[T](fp, x) <= *at[T](fp, y) {
				return then
			}
			return els
		}
	case token.GTR:
		return func(fp unsafe.Pointer) int32 {
			if *at[T](fp, x) > *at[T](fp, y) {
				return then
			}
			return els
		}
	}
	return func(fp unsafe.Pointer) int32 {
		if *at[T](fp, x) >= *at[T](fp, y) {
			return then
		}
		return els
	}
}

func isComparison(op token.Token) bool {
	switch op {
	case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
		return true
	}
	return false
}

// unOp compiles loads, receives and the unary operators.
func (c *compiler) unOp(in *ssa.UnOp) instr {
	switch in.Op {
	case token.MUL:
		return c.loadInstr(in)
	case token.ARROW:
		return c.receive(in)
	}
	d, x := c.slot(in).off, c.slot(in.X).off
	k := reflect.Kind(c.slot(in).typ.kind)
	switch in.Op {
	case token.NOT:
		return func(fp unsafe.Pointer) { *at[bool](fp, d) = !*at[bool](fp, x) }
	case token.XOR:
		return complement(k, d, x)
	}
	return negate(k, d, x)
}

//go:noinline
func complement(k reflect.Kind, d, x uintptr) instr {
	switch k {
	case reflect.Int8, reflect.Uint8:
		return func(fp unsafe.Pointer) { *at[uint8](fp, d) = ^*at[uint8](fp, x) }
	case reflect.Int16, reflect.Uint16:
		return func(fp unsafe.Pointer) { *at[uint16](fp, d) = ^*at[uint16](fp, x) }
	case reflect.Int32, reflect.Uint32:
		return func(fp unsafe.Pointer) { *at[uint32](fp, d) = ^*at[uint32](fp, x) }
	}
	return func(fp unsafe.Pointer) { *at[uint64](fp, d) = ^*at[uint64](fp, x) }
}

func negate(k reflect.Kind, d, x uintptr) instr {
	switch k {
	case reflect.Int8, reflect.Uint8:
		return negateOf[int8](d, x)
	case reflect.Int16, reflect.Uint16:
		return negateOf[int16](d, x)
	case reflect.Int32, reflect.Uint32:
		return negateOf[int32](d, x)
	case reflect.Float32:
		return negateOf[float32](d, x)
	case reflect.Float64:
		return negateOf[float64](d, x)
	case reflect.Complex64:
		return negateOf[complex64](d, x)
	case reflect.Complex128:
		return negateOf[complex128](d, x)
	}
	return negateOf[int64](d, x)
}

//go:noinline
func negateOf[T number | complexN](d, x uintptr) instr {
	return func(fp unsafe.Pointer) { *at[T](fp, d) = -*at[T](fp, x) }
}
