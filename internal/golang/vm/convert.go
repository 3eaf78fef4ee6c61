package vm

import (
	"fmt"
	"go/types"
	"reflect"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

// changeType copies a value to a type of the same structure.
func (c *compiler) changeType(x, in ssa.Value) instr {
	d, s := c.slot(in), c.slot(x)
	if d.cls == face && isIface(d.typ) != isIface(s.typ) {
		return c.changeInterface(x, in)
	}
	return copySlot(d, s)
}

// convert compiles the conversions that change the representation.
func (c *compiler) convert(x, in ssa.Value) instr {
	d, s := c.slot(in), c.slot(x)
	from, to := reflect.Kind(s.typ.kind), reflect.Kind(d.typ.kind)
	switch {
	case isNumeric(from) && isNumeric(to):
		return numeric(from, to, d.off, s.off)
	case to == reflect.String && isNumeric(from):
		return runeString(s, d.off)
	case to == reflect.String && from == reflect.Slice:
		return c.stringOf(x, d.off, s.off)
	case from == reflect.String && to == reflect.Slice:
		return c.sliceOf(in, d.off, s.off)
	case from == reflect.Complex64 && to == reflect.Complex128:
		return func(fp unsafe.Pointer) { *at[complex128](fp, d.off) = complex128(*at[complex64](fp, s.off)) }
	case from == reflect.Complex128 && to == reflect.Complex64:
		return func(fp unsafe.Pointer) { *at[complex64](fp, d.off) = complex64(*at[complex128](fp, s.off)) }
	case s.cls == pointer && d.cls == word:
		return func(fp unsafe.Pointer) { *at[uintptr](fp, d.off) = *at[uintptr](fp, s.off) }
	case s.cls == word && d.cls == pointer:
		// uintptr to unsafe.Pointer: the program answers for the address.
		return func(fp unsafe.Pointer) { *at[unsafe.Pointer](fp, d.off) = *at[unsafe.Pointer](fp, s.off) }
	case s.cls == d.cls:
		return c.changeType(x, in)
	case from == reflect.Slice && to == reflect.Array:
		return sliceToArrayValue(d, s)
	}
	panic(fmt.Sprintf("vm: conversion from %s to %s is not known", x.Type(), in.Type()))
}

func isNumeric(k reflect.Kind) bool { return k >= reflect.Int && k <= reflect.Float64 }

func numeric(from, to reflect.Kind, d, x uintptr) instr {
	switch from {
	case reflect.Int, reflect.Int64:
		return numericFrom[int64](to, d, x)
	case reflect.Int8:
		return numericFrom[int8](to, d, x)
	case reflect.Int16:
		return numericFrom[int16](to, d, x)
	case reflect.Int32:
		return numericFrom[int32](to, d, x)
	case reflect.Uint8:
		return numericFrom[uint8](to, d, x)
	case reflect.Uint16:
		return numericFrom[uint16](to, d, x)
	case reflect.Uint32:
		return numericFrom[uint32](to, d, x)
	case reflect.Float32:
		return numericFrom[float32](to, d, x)
	case reflect.Float64:
		return numericFrom[float64](to, d, x)
	}
	return numericFrom[uint64](to, d, x)
}

func numericFrom[F number](to reflect.Kind, d, x uintptr) instr {
	switch to {
	case reflect.Int, reflect.Int64:
		return numericOf[F, int64](d, x)
	case reflect.Int8:
		return numericOf[F, int8](d, x)
	case reflect.Int16:
		return numericOf[F, int16](d, x)
	case reflect.Int32:
		return numericOf[F, int32](d, x)
	case reflect.Uint8:
		return numericOf[F, uint8](d, x)
	case reflect.Uint16:
		return numericOf[F, uint16](d, x)
	case reflect.Uint32:
		return numericOf[F, uint32](d, x)
	case reflect.Float32:
		return numericOf[F, float32](d, x)
	case reflect.Float64:
		return numericOf[F, float64](d, x)
	}
	return numericOf[F, uint64](d, x)
}

//go:noinline
func numericOf[F, T number](d, x uintptr) instr {
	return func(fp unsafe.Pointer) { *at[T](fp, d) = T(*at[F](fp, x)) }
}

func runeString(s *slot, d uintptr) instr {
	get := indexer(s)
	return func(fp unsafe.Pointer) {
		r := rune(get(fp))
		if int(r) != get(fp) {
			r = '\uFFFD'
		}
		*at[string](fp, d) = string(r)
	}
}

func isRunes(t types.Type) bool {
	s, ok := t.Underlying().(*types.Slice)
	if !ok {
		return false
	}
	b, ok := s.Elem().Underlying().(*types.Basic)
	return ok && b.Kind() == types.Int32
}

func (c *compiler) stringOf(x ssa.Value, d, s uintptr) instr {
	q := c.m.quota
	if isRunes(x.Type()) {
		return func(fp unsafe.Pointer) {
			q.check(len(*at[[]rune](fp, s)), 1)
			*at[string](fp, d) = string(*at[[]rune](fp, s))
		}
	}
	return func(fp unsafe.Pointer) {
		q.check(len(*at[[]byte](fp, s)), 1)
		*at[string](fp, d) = string(*at[[]byte](fp, s))
	}
}

func (c *compiler) sliceOf(in ssa.Value, d, s uintptr) instr {
	q := c.m.quota
	if isRunes(in.Type()) {
		return func(fp unsafe.Pointer) {
			q.check(len(*at[string](fp, s)), 4)
			*at[[]rune](fp, d) = []rune(*at[string](fp, s))
		}
	}
	return func(fp unsafe.Pointer) {
		q.check(len(*at[string](fp, s)), 1)
		*at[[]byte](fp, d) = []byte(*at[string](fp, s))
	}
}

func (c *compiler) sliceToArray(in *ssa.SliceToArrayPointer) instr {
	d, s := c.slot(in).off, c.slot(in.X).off
	n := int(elemOf(in.Type()).Underlying().(*types.Array).Len())
	return func(fp unsafe.Pointer) {
		x := at[sliceHeader](fp, s)
		if x.len < n {
			outside(boundsError{int64(n), x.len, true, codeConvert})
		}
		*at[unsafe.Pointer](fp, d) = x.data
	}
}

func sliceToArrayValue(d, s *slot) instr {
	n, t := typeOfRtype(d.typ).Len(), d.typ
	return func(fp unsafe.Pointer) {
		x := at[sliceHeader](fp, s.off)
		if x.len < n {
			outside(boundsError{int64(n), x.len, true, codeConvert})
		}
		if d.cls == memory {
			typedmemmove(t, unsafe.Add(fp, d.off), x.data)
		}
	}
}
