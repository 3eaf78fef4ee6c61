package vm

import (
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

// bound is an operand of a slice expression; get is nil if it is left out.
type bound struct {
	get      func(fp unsafe.Pointer) int
	unsigned bool
}

// slicing is a slice expression x[low:high:max].
type slicing struct {
	low, high, top bound
	fixed          bool // x is an array or a string: panics name its length
}

func (c *compiler) bound(v ssa.Value) bound {
	if v == nil {
		return bound{}
	}
	s := c.slot(v)
	return bound{indexer(s), isUint(s)}
}

// sliceInstr compiles x[low:high:max].
func (c *compiler) sliceInstr(in *ssa.Slice) instr {
	if madeArray(in.X) {
		return c.makeConst(in)
	}
	s := &slicing{c.bound(in.Low), c.bound(in.High), c.bound(in.Max), true}
	dst, src := c.slot(in).off, c.slot(in.X).off
	if n, isArray := arrayLen(in.X.Type()); isArray {
		elem := c.typ(in.X.Type()).Elem().Elem().Size()
		return func(fp unsafe.Pointer) {
			p := *at[unsafe.Pointer](fp, src)
			if p == nil {
				nilDereference()
			}
			*at[sliceHeader](fp, dst) = s.of(fp, sliceHeader{p, n, n}, elem)
		}
	}
	if c.slot(in.X).cls == text {
		return func(fp unsafe.Pointer) {
			x := *at[string](fp, src)
			l, h, _ := s.bounds(fp, len(x), len(x))
			*at[string](fp, dst) = x[l:h]
		}
	}
	s.fixed = false
	elem := c.typ(in.X.Type()).Elem().Size()
	return func(fp unsafe.Pointer) {
		*at[sliceHeader](fp, dst) = s.of(fp, *at[sliceHeader](fp, src), elem)
	}
}

func (s *slicing) of(fp unsafe.Pointer, x sliceHeader, elem uintptr) sliceHeader {
	l, h, m := s.bounds(fp, x.len, x.cap)
	r := sliceHeader{x.data, h - l, m - l}
	if r.cap > 0 { // a pointer past the end would keep the next object alive
		r.data = unsafe.Add(x.data, uintptr(l)*elem)
	}
	return r
}

// bounds evaluates the operands for an x of length n and capacity c.
func (s *slicing) bounds(fp unsafe.Pointer, n, c int) (l, h, m int) {
	h, m = n, c
	if s.low.get != nil {
		l = s.low.get(fp)
	}
	if s.high.get != nil {
		h = s.high.get(fp)
	}
	if s.top.get != nil {
		m = s.top.get(fp)
	}
	if uint(l) > uint(h) || uint(h) > uint(m) || uint(m) > uint(c) {
		s.fail(l, h, m, c)
	}
	return l, h, m
}

// fail panics because of the first bound that the compiler checks.
func (s *slicing) fail(l, h, m, c int) {
	past, pastTop := uint8(codeSliceCap), uint8(codeSlice3Cap)
	if s.fixed {
		past, pastTop = codeSliceLen, codeSlice3Len
	}
	three := s.top.get != nil
	switch {
	case three && uint(m) > uint(c):
		outside(boundsError{int64(m), c, !s.top.unsigned, pastTop})
	case three && uint(h) > uint(m):
		outside(boundsError{int64(h), m, !s.high.unsigned, codeSlice3High})
	case three:
		outside(boundsError{int64(l), h, !s.low.unsigned, codeSlice3Low})
	case uint(h) > uint(c):
		outside(boundsError{int64(h), c, !s.high.unsigned, past})
	}
	outside(boundsError{int64(l), h, !s.low.unsigned, codeSlice})
}
