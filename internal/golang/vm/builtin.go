package vm

import (
	"fmt"
	"go/constant"
	"go/types"
	"io"
	"reflect"
	"strconv"
	"strings"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

// builtin compiles the call of a predeclared function.
func (c *compiler) builtin(b *ssa.Builtin, common *ssa.CallCommon, results []*slot) instr {
	args := make([]*slot, len(common.Args))
	for i, a := range common.Args {
		args[i] = c.slot(a)
	}
	var d *slot
	if len(results) == 1 {
		d = results[0]
	}
	switch b.Name() {
	case "append":
		return c.appendInstr(d, args)
	case "copy":
		return copyInstr(d, args)
	case "len", "cap":
		return c.length(b.Name(), common.Args[0], d, args[0])
	case "min", "max":
		return minMax(b.Name() == "min", d, args)
	case "panic":
		return panicValue(args[0])
	case "recover":
		return recoverInstr(d)
	case "print", "println":
		return printInstr(b.Name() == "println", args)
	case "ssa:deferstack":
		return func(fp unsafe.Pointer) { *at[unsafe.Pointer](fp, d.off) = fp }
	case "ssa:wrapnilchk":
		return wrapCheck(d, args)
	}
	return c.rareBuiltin(b.Name(), common, d, args)
}

func (c *compiler) rareBuiltin(name string, common *ssa.CallCommon, d *slot, args []*slot) instr {
	x := args[0]
	switch name {
	case "close":
		return func(fp unsafe.Pointer) { x.value(fp).Close() }
	case "delete":
		k := args[1].off
		return onMap(x.off, true, func(fp unsafe.Pointer) {
			mapdelete(x.typ, *at[unsafe.Pointer](fp, x.off), unsafe.Add(fp, k))
		})
	case "clear":
		do := func(fp unsafe.Pointer) { x.value(fp).Clear() }
		if x.cls == list {
			return do
		}
		return onMap(x.off, true, do)
	case "real", "imag":
		return complexPart(name == "real", d, x)
	case "complex":
		return makeComplex(d, args)
	case "Add", "Slice", "SliceData", "String", "StringData":
		return c.unsafeBuiltin(name, d, args)
	}
	panic(fmt.Sprintf("vm: builtin %s is not known", name))
}

func (c *compiler) unsafeBuiltin(name string, d *slot, args []*slot) instr {
	x := args[0].off
	switch name {
	case "SliceData", "StringData":
		return func(fp unsafe.Pointer) { *at[unsafe.Pointer](fp, d.off) = *at[unsafe.Pointer](fp, x) }
	}
	n := indexer(args[1])
	switch name {
	case "Add":
		return func(fp unsafe.Pointer) {
			*at[unsafe.Pointer](fp, d.off) = unsafe.Add(*at[unsafe.Pointer](fp, x), n(fp))
		}
	case "String":
		return func(fp unsafe.Pointer) { *at[string](fp, d.off) = unsafe.String(*at[*byte](fp, x), n(fp)) }
	}
	return func(fp unsafe.Pointer) {
		p, l := *at[unsafe.Pointer](fp, x), n(fp)
		_ = unsafe.Slice((*byte)(p), l) // the checks of the length
		*at[sliceHeader](fp, d.off) = sliceHeader{p, l, l}
	}
}

func (c *compiler) appendInstr(d *slot, args []*slot) instr {
	elem := typeOfRtype(d.typ).Elem()
	et, size, q := rtypeOf(elem), int64(elem.Size()), c.m.quota
	dst, x, y := d.off, args[0].off, args[1].off
	if args[1].cls == text {
		return func(fp unsafe.Pointer) {
			s, more := *at[[]byte](fp, x), *at[string](fp, y)
			if n := len(s) + len(more); n > cap(s) {
				q.check(n, 1)
			}
			*at[[]byte](fp, dst) = append(s, more...)
		}
	}
	return func(fp unsafe.Pointer) {
		s, more := *at[sliceHeader](fp, x), *at[sliceHeader](fp, y)
		*at[sliceHeader](fp, dst) = q.appendSlice(s, more, et, size)
	}
}

func (q *quota) appendSlice(s, more sliceHeader, et *rtype, size int64) sliceHeader {
	n := s.len + more.len
	if more.len == 0 {
		return s
	}
	if n < 0 || n > s.cap { // growslice has the error for a sum that overflows
		q.check(n, size)
		s = growslice(s.data, n, s.cap, more.len, et)
	}
	end := sliceHeader{unsafe.Add(s.data, uintptr(n-more.len)*uintptr(size)), more.len, more.len}
	if size > 0 {
		typedslicecopy(et, end, more)
	}
	return sliceHeader{s.data, n, s.cap}
}

func copyInstr(d *slot, args []*slot) instr {
	x, y := args[0], args[1]
	set := func(fp unsafe.Pointer, n int) {
		if d != nil {
			*at[int](fp, d.off) = n
		}
	}
	if y.cls == text {
		return func(fp unsafe.Pointer) { set(fp, copy(*at[[]byte](fp, x.off), *at[string](fp, y.off))) }
	}
	elem := typeOfRtype(x.typ).Elem()
	et := rtypeOf(elem)
	if elem.Size() == 0 {
		return func(fp unsafe.Pointer) {
			set(fp, min(at[sliceHeader](fp, x.off).len, at[sliceHeader](fp, y.off).len))
		}
	}
	return func(fp unsafe.Pointer) {
		set(fp, typedslicecopy(et, *at[sliceHeader](fp, x.off), *at[sliceHeader](fp, y.off)))
	}
}

func (c *compiler) length(name string, arg ssa.Value, d, x *slot) instr {
	dst, src := d.off, x.off
	if n, isArray := arrayValueLen(arg.Type()); isArray {
		return func(fp unsafe.Pointer) { *at[int](fp, dst) = n }
	}
	switch {
	case x.cls == text:
		return func(fp unsafe.Pointer) { *at[int](fp, dst) = len(*at[string](fp, src)) }
	case x.cls == list && name == "len":
		return func(fp unsafe.Pointer) { *at[int](fp, dst) = at[sliceHeader](fp, src).len }
	case x.cls == list:
		return func(fp unsafe.Pointer) { *at[int](fp, dst) = at[sliceHeader](fp, src).cap }
	case name == "len":
		return func(fp unsafe.Pointer) { *at[int](fp, dst) = x.value(fp).Len() }
	}
	return func(fp unsafe.Pointer) { *at[int](fp, dst) = x.value(fp).Cap() }
}

// arrayValueLen returns the length of an array or of the array t points to.
func arrayValueLen(t types.Type) (int, bool) {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	if a, ok := t.Underlying().(*types.Array); ok {
		return int(a.Len()), true
	}
	return 0, false
}

func minMax(least bool, d *slot, args []*slot) instr {
	var steps []instr
	k := reflect.Kind(d.typ.kind)
	x := args[0]
	for _, y := range args[1:] {
		steps = append(steps, minMaxOf(least, k, d.off, x.off, y.off))
		x = d
	}
	if len(steps) == 0 {
		return copySlot(d, x)
	}
	// d may be an operand of a later step only as the running result.
	return func(fp unsafe.Pointer) {
		for _, s := range steps {
			s(fp)
		}
	}
}

func minMaxOf(least bool, k reflect.Kind, d, x, y uintptr) instr {
	switch k {
	case reflect.Int, reflect.Int64:
		return pick[int64](least, d, x, y)
	case reflect.Int8:
		return pick[int8](least, d, x, y)
	case reflect.Int16:
		return pick[int16](least, d, x, y)
	case reflect.Int32:
		return pick[int32](least, d, x, y)
	case reflect.Uint8:
		return pick[uint8](least, d, x, y)
	case reflect.Uint16:
		return pick[uint16](least, d, x, y)
	case reflect.Uint32:
		return pick[uint32](least, d, x, y)
	case reflect.Float32:
		return pick[float32](least, d, x, y)
	case reflect.Float64:
		return pick[float64](least, d, x, y)
	case reflect.String:
		return pick[string](least, d, x, y)
	}
	return pick[uint64](least, d, x, y)
}

//go:noinline
func pick[T ordered](least bool, d, x, y uintptr) instr {
	if least {
		return func(fp unsafe.Pointer) { *at[T](fp, d) = min(*at[T](fp, x), *at[T](fp, y)) }
	}
	return func(fp unsafe.Pointer) { *at[T](fp, d) = max(*at[T](fp, x), *at[T](fp, y)) }
}

//go:noinline
func complexPart(re bool, d, x *slot) instr {
	dst, src := d.off, x.off
	if x.typ.size == 8 {
		if !re {
			src += 4
		}
		return func(fp unsafe.Pointer) { *at[float32](fp, dst) = *at[float32](fp, src) }
	}
	if !re {
		src += 8
	}
	return func(fp unsafe.Pointer) { *at[float64](fp, dst) = *at[float64](fp, src) }
}

//go:noinline
func makeComplex(d *slot, args []*slot) instr {
	dst, re, im := d.off, args[0].off, args[1].off
	if d.typ.size == 8 {
		return func(fp unsafe.Pointer) { *at[complex64](fp, dst) = complex(*at[float32](fp, re), *at[float32](fp, im)) }
	}
	return func(fp unsafe.Pointer) {
		*at[complex128](fp, dst) = complex(*at[float64](fp, re), *at[float64](fp, im))
	}
}

func panicValue(x *slot) instr {
	get := efaceLoader(x)
	return func(fp unsafe.Pointer) { panic(get(fp).any()) }
}

// constantText returns what a panic without a place in the source has as its
// value, if that is a constant string.
func (c *compiler) constantText(in *ssa.Panic) string {
	x, ok := in.X.(*ssa.MakeInterface)
	if !ok || in.Pos().IsValid() {
		return ""
	}
	if k, ok := x.X.(*ssa.Const); ok && k.Value != nil && k.Value.Kind() == constant.String {
		return constant.StringVal(k.Value)
	}
	return ""
}

// wrapCheck is the check of a nil receiver in a wrapper of a value method.
//
//go:noinline
func wrapCheck(d *slot, args []*slot) instr {
	return func(fp unsafe.Pointer) {
		p := *at[unsafe.Pointer](fp, args[0].off)
		if p == nil {
			recv, method := *at[string](fp, args[1].off), *at[string](fp, args[2].off)
			panic(wrapError{"value method " + recv + "." + method + " called using nil *" + recv[strings.LastIndex(recv, ".")+1:] + " pointer"})
		}
		*at[unsafe.Pointer](fp, d.off) = p
	}
}

type wrapError struct{ text string }

func (e wrapError) Error() string { return e.text }

// RuntimeError marks it as an error of the runtime.
func (wrapError) RuntimeError() {}

func printInstr(line bool, args []*slot) instr {
	return func(fp unsafe.Pointer) {
		var b strings.Builder
		for i, a := range args {
			if line && i > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(printSlot(fp, a))
		}
		if line {
			b.WriteByte('\n')
		}
		io.WriteString((*header)(fp).t.eval.stderr(), b.String())
	}
}

// printSlot formats as the runtime's print does.
func printSlot(fp unsafe.Pointer, s *slot) string {
	switch s.cls {
	case pointer:
		return "0x" + strconv.FormatUint(uint64(*at[uintptr](fp, s.off)), 16)
	case list:
		h := at[sliceHeader](fp, s.off)
		return fmt.Sprintf("[%d/%d]0x%x", h.len, h.cap, uintptr(h.data))
	case face:
		e := at[eface](fp, s.off)
		return fmt.Sprintf("(%#x,%#x)", uintptr(unsafe.Pointer(e.typ)), uintptr(e.data))
	}
	return printScalar(s.value(fp))
}

func printScalar(v reflect.Value) string {
	switch {
	case v.Kind() == reflect.Bool:
		return strconv.FormatBool(v.Bool())
	case v.Kind() == reflect.String:
		return v.String()
	case v.CanInt():
		return strconv.FormatInt(v.Int(), 10)
	case v.CanUint():
		return strconv.FormatUint(v.Uint(), 10)
	case v.CanFloat():
		return strconv.FormatFloat(v.Float(), 'g', -1, v.Type().Bits())
	case v.CanComplex():
		return strconv.FormatComplex(v.Complex(), 'g', -1, v.Type().Bits())
	}
	return v.String()
}

// printed formats the value of a panic that is neither error nor Stringer.
func printed(v any) string {
	if v == nil {
		return "nil"
	}
	r := reflect.ValueOf(v)
	k := r.Kind()
	if k == reflect.Bool || k == reflect.String || r.CanInt() || r.CanUint() || r.CanFloat() || r.CanComplex() {
		s := printScalar(r)
		if r.Type().PkgPath() != "" {
			if k == reflect.String {
				s = strconv.Quote(s)
			}
			return r.Type().String() + "(" + s + ")"
		}
		return s
	}
	e := efaceOf(v)
	return fmt.Sprintf("(%s) %#x", r.Type(), uintptr(e.data))
}
