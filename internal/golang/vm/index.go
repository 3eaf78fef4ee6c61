package vm

import (
	"go/types"
	"reflect"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

// indexer returns the loader of an index register as an int; see unsignedFirst for
// an unsigned index that does not fit.
func indexer(s *slot) func(fp unsafe.Pointer) int {
	off := s.off
	switch reflect.Kind(s.typ.kind) {
	case reflect.Int8:
		return intAt[int8](off)
	case reflect.Int16:
		return intAt[int16](off)
	case reflect.Int32:
		return intAt[int32](off)
	case reflect.Uint8:
		return intAt[uint8](off)
	case reflect.Uint16:
		return intAt[uint16](off)
	case reflect.Uint32:
		return intAt[uint32](off)
	}
	return intAt[int](off)
}

//go:noinline
func intAt[T integer](off uintptr) func(fp unsafe.Pointer) int {
	return func(fp unsafe.Pointer) int { return int(*at[T](fp, off)) }
}

func isInt(s *slot) bool { return s.typ.size == 8 && !isUint(s) }

// outOfRange panics as indexing a slice of length n at i does.
func outOfRange(i, n int) {
	var none [0]struct{}
	_ = unsafe.Slice((*struct{})(unsafe.Pointer(&none)), n)[i]
}

// indexAddr compiles the address of an element.
func (c *compiler) indexAddr(in *ssa.IndexAddr) instr {
	return c.unsignedFirst(in.X, in.Index, c.elementAddr(in))
}

func (c *compiler) elementAddr(in *ssa.IndexAddr) instr {
	dst := c.slot(in).off
	elem := c.elemSize(in)
	idx := c.slot(in.Index)
	if n, isArray := arrayLen(in.X.Type()); isArray {
		src, get := c.slot(in.X).off, indexer(idx)
		return func(fp unsafe.Pointer) {
			*at[unsafe.Pointer](fp, dst) = arrayElem(*at[unsafe.Pointer](fp, src), get(fp), n, elem)
		}
	}
	src := c.slot(in.X).off
	if isInt(idx) {
		i := idx.off
		return func(fp unsafe.Pointer) {
			*at[unsafe.Pointer](fp, dst) = sliceElem(at[sliceHeader](fp, src), *at[int](fp, i), elem)
		}
	}
	get := indexer(idx)
	return func(fp unsafe.Pointer) {
		*at[unsafe.Pointer](fp, dst) = sliceElem(at[sliceHeader](fp, src), get(fp), elem)
	}
}

func sliceElem(s *sliceHeader, i int, elem uintptr) unsafe.Pointer {
	if uint(i) >= uint(s.len) {
		outOfRange(i, s.len)
	}
	return unsafe.Add(s.data, uintptr(i)*elem)
}

func arrayElem(p unsafe.Pointer, i, n int, elem uintptr) unsafe.Pointer {
	if p == nil {
		nilDereference()
	}
	if uint(i) >= uint(n) {
		outOfRange(i, n)
	}
	return unsafe.Add(p, uintptr(i)*elem)
}

// arrayLen returns the length of the array that t points to.
func arrayLen(t types.Type) (int, bool) {
	p, ok := t.Underlying().(*types.Pointer)
	if !ok {
		return 0, false
	}
	return int(p.Elem().Underlying().(*types.Array).Len()), true
}

func (c *compiler) elemSize(in *ssa.IndexAddr) uintptr { return c.typ(elemOf(in.Type())).Size() }

// loadElement is indexAddr and load in one.
func (c *compiler) loadElement(a *ssa.IndexAddr, d *slot) instr {
	if d.cls == word && c.simpleIndex(a) {
		src, i := c.slot(a.X).off, c.slot(a.Index).off
		switch d.typ.size {
		case 1:
			return elementOf[uint8](d.off, src, i)
		case 2:
			return elementOf[uint16](d.off, src, i)
		case 4:
			return elementOf[uint32](d.off, src, i)
		case 8:
			return elementOf[uint64](d.off, src, i)
		}
	}
	addr := c.slot(a).off
	first, second := c.indexAddr(a), load(d, addr, 0)
	return func(fp unsafe.Pointer) { first(fp); second(fp) }
}

// storeElement is indexAddr and store in one.
func (c *compiler) storeElement(a *ssa.IndexAddr, s *slot) instr {
	if s.cls == word && c.simpleIndex(a) {
		dst, i := c.slot(a.X).off, c.slot(a.Index).off
		switch s.typ.size {
		case 1:
			return setElementOf[uint8](s.off, dst, i)
		case 2:
			return setElementOf[uint16](s.off, dst, i)
		case 4:
			return setElementOf[uint32](s.off, dst, i)
		case 8:
			return setElementOf[uint64](s.off, dst, i)
		}
	}
	addr := c.slot(a).off
	first, second := c.indexAddr(a), storeTo(s, addr, 0)
	return func(fp unsafe.Pointer) { first(fp); second(fp) }
}

func (c *compiler) simpleIndex(a *ssa.IndexAddr) bool {
	_, isArray := arrayLen(a.X.Type())
	return !isArray && isInt(c.slot(a.Index))
}

//go:noinline
func elementOf[T any](dst, src, i uintptr) instr {
	return func(fp unsafe.Pointer) { *at[T](fp, dst) = (*at[[]T](fp, src))[*at[int](fp, i)] }
}

//go:noinline
func setElementOf[T any](src, dst, i uintptr) instr {
	return func(fp unsafe.Pointer) { (*at[[]T](fp, dst))[*at[int](fp, i)] = *at[T](fp, src) }
}

// index compiles x[i] for arrays and strings as values.
func (c *compiler) index(in *ssa.Index) instr {
	return c.unsignedFirst(in.X, in.Index, c.element(in))
}

func (c *compiler) element(in *ssa.Index) instr {
	dst, x, get := c.slot(in), c.slot(in.X), indexer(c.slot(in.Index))
	if x.cls == text {
		d, src := dst.off, x.off
		return func(fp unsafe.Pointer) { *at[byte](fp, d) = (*at[string](fp, src))[get(fp)] }
	}
	if x.cls == list {
		elem := dst.typ.size
		src := x.off
		return func(fp unsafe.Pointer) { put(fp, dst, sliceElem(at[sliceHeader](fp, src), get(fp), elem)) }
	}
	n, elem := 0, uintptr(dst.typ.size)
	if a, ok := in.X.Type().Underlying().(*types.Array); ok {
		n = int(a.Len())
	}
	src := x.off
	return func(fp unsafe.Pointer) { put(fp, dst, arrayElem(unsafe.Add(fp, src), get(fp), n, elem)) }
}
