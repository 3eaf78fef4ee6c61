package vm

import (
	"go/types"
	"reflect"
	"runtime"
	"sync"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

// Interfaces of native packages have the runtime's layout with an itab. The
// interfaces of cells, and literals, have the layout of any: no native code
// calls through them, and their method tables need not exist.

func isIface(t *rtype) bool {
	return reflect.Kind(t.kind) == reflect.Interface && typeOfRtype(t).NumMethod() > 0
}

// efaceLoader returns the reader of an interface register as any.
func efaceLoader(s *slot) func(fp unsafe.Pointer) eface {
	off := s.off
	if !isIface(s.typ) {
		return func(fp unsafe.Pointer) eface { return *at[eface](fp, off) }
	}
	return func(fp unsafe.Pointer) eface { return at[iface](fp, off).eface() }
}

func (i *iface) eface() eface {
	if i.tab == nil {
		return eface{}
	}
	return eface{i.tab.typ, i.data}
}

// faceStorer returns the writer of an interface register; the value is known to
// have the methods.
func faceStorer(d *slot) func(fp unsafe.Pointer, e eface) {
	off, t := d.off, d.typ
	if !isIface(t) {
		return func(fp unsafe.Pointer, e eface) { *at[eface](fp, off) = e }
	}
	return func(fp unsafe.Pointer, e eface) {
		if e.typ == nil {
			*at[iface](fp, off) = iface{}
			return
		}
		*at[iface](fp, off) = iface{getitab(t, e.typ, false), e.data}
	}
}

func (c *compiler) changeInterface(x, in ssa.Value) instr {
	d, s := c.slot(in), c.slot(x)
	if !isIface(d.typ) && !isIface(s.typ) {
		return copySlot(d, s)
	}
	get, set := efaceLoader(s), faceStorer(d)
	return func(fp unsafe.Pointer) { set(fp, get(fp)) }
}

func (c *compiler) makeInterface(in *ssa.MakeInterface) instr {
	d, s := c.slot(in), c.slot(in.X)
	boxed := c.boxer(in.X, s)
	if !isIface(d.typ) {
		return func(fp unsafe.Pointer) { *at[eface](fp, d.off) = boxed(fp) }
	}
	set := faceStorer(d)
	if s.typ == fileType {
		return func(fp unsafe.Pointer) { set(fp, boxed(fp)) }
	}
	var tab *itab // looked up once the type is complete
	var once sync.Once
	t := d.typ
	return func(fp unsafe.Pointer) {
		once.Do(func() { tab = getitab(t, s.typ, false) })
		*at[iface](fp, d.off) = iface{tab, boxed(fp).data}
	}
}

// boxer returns the maker of the any that holds a register.
func (c *compiler) boxer(x ssa.Value, s *slot) func(fp unsafe.Pointer) eface {
	t, off := s.typ, s.off
	if _, ok := x.(*ssa.Const); ok {
		var once sync.Once
		var e eface
		return func(fp unsafe.Pointer) eface {
			once.Do(func() { e = box(t, unsafe.Add(fp, off)) })
			return e
		}
	}
	switch {
	case t == fileType:
		return func(fp unsafe.Pointer) eface { return boxFile(*at[unsafe.Pointer](fp, off)) }
	case t.direct():
		return func(fp unsafe.Pointer) eface { return eface{t, *at[unsafe.Pointer](fp, off)} }
	case s.cls == word:
		return wordBoxer(t, off)
	case s.cls == text:
		return func(fp unsafe.Pointer) eface { return eface{t, efaceOf(*at[string](fp, off)).data} }
	}
	return func(fp unsafe.Pointer) eface { return box(t, unsafe.Add(fp, off)) }
}

// wordBoxer lets the native conversion choose the memory: small numbers need
// none.
//
//go:noinline
func wordBoxer(t *rtype, off uintptr) func(fp unsafe.Pointer) eface {
	switch t.size {
	case 1:
		return func(fp unsafe.Pointer) eface { return eface{t, efaceOf(*at[uint8](fp, off)).data} }
	case 2:
		return func(fp unsafe.Pointer) eface { return eface{t, efaceOf(*at[uint16](fp, off)).data} }
	case 4:
		return func(fp unsafe.Pointer) eface { return eface{t, efaceOf(*at[uint32](fp, off)).data} }
	}
	return func(fp unsafe.Pointer) eface { return eface{t, efaceOf(*at[uint64](fp, off)).data} }
}

func (c *compiler) typeAssert(in *ssa.TypeAssert) instr {
	get := efaceLoader(c.slot(in.X))
	var val, ok *slot
	if in.CommaOk {
		val, ok = c.tuples[in][0], c.tuples[in][1]
	} else {
		val = c.slot(in)
	}
	inter := c.slot(in.X).typ
	if _, isInterface := in.AssertedType.Underlying().(*types.Interface); isInterface {
		return c.assertInterface(in, get, val, ok)
	}
	t := rtypeOf(c.typ(in.AssertedType))
	return func(fp unsafe.Pointer) {
		e := fileBack(get(fp), t)
		match := e.typ == t
		if ok != nil {
			*at[bool](fp, ok.off) = match
		}
		switch {
		case match:
			unboxTo(fp, val, e)
		case ok != nil:
			clearSlot(fp, val)
		default:
			panic(assertionError(inter, e.typ, t, ""))
		}
	}
}

func unboxTo(fp unsafe.Pointer, d *slot, e eface) {
	switch {
	case e.typ.direct():
		if d.cls == pointer {
			*at[unsafe.Pointer](fp, d.off) = e.data
			return
		}
		unbox(e.typ, unsafe.Add(fp, d.off), e.data)
	case d.cls != nothing:
		put(fp, d, e.data)
	}
}

func (c *compiler) assertInterface(in *ssa.TypeAssert, get func(unsafe.Pointer) eface, val, ok *slot) instr {
	want := in.AssertedType.Underlying().(*types.Interface)
	t := rtypeOf(c.typ(in.AssertedType))
	set := faceStorer(val)
	m := c.m
	var known sync.Map // *rtype -> missing method
	return func(fp unsafe.Pointer) {
		e := get(fp)
		missing := ""
		if e.typ != nil {
			if k, found := known.Load(e.typ); found {
				missing = k.(string)
			} else {
				missing = m.missingMethod(e.typ, want, t)
				known.Store(e.typ, missing)
			}
		}
		match := e.typ != nil && missing == ""
		if ok != nil {
			*at[bool](fp, ok.off) = match
		}
		switch {
		case match:
			set(fp, e)
		case ok != nil:
			clearSlot(fp, val)
		default:
			panic(assertionError(nil, e.typ, t, missing)) // the runtime does not name the interface here
		}
	}
}

// missingMethod returns the name of a method of want that values of dynamic type
// r lack, or "". target is the interface's type in memory.
func (m *Machine) missingMethod(r *rtype, want *types.Interface, target *rtype) string {
	if isIface(target) {
		if getitab(target, r, true) != nil {
			return ""
		}
	} else if t := m.types.goType(r); t != nil {
		return missingIn(t, want)
	}
	t := typeOfRtype(r)
	for f := range want.Methods() {
		method, ok := t.MethodByName(f.Name())
		if !ok || !m.sameSignature(method.Type, f.Type().(*types.Signature)) {
			return f.Name()
		}
	}
	if isIface(target) {
		return want.Method(0).Name()
	}
	return ""
}

func missingIn(t types.Type, want *types.Interface) string {
	if f, _ := types.MissingMethod(t, want, true); f != nil {
		return f.Name()
	}
	return ""
}

// sameSignature compares a method's type, which has the receiver, with sig.
func (m *Machine) sameSignature(method reflect.Type, sig *types.Signature) bool {
	want := m.Type(sig)
	if method.NumIn() != want.NumIn()+1 || method.NumOut() != want.NumOut() || method.IsVariadic() != want.IsVariadic() {
		return false
	}
	for i := range want.NumIn() {
		if method.In(i+1) != want.In(i) {
			return false
		}
	}
	for i := range want.NumOut() {
		if method.Out(i) != want.Out(i) {
			return false
		}
	}
	return true
}

// assertionError makes the runtime's own error of a failed assertion.
func assertionError(inter, concrete, asserted *rtype, missing string) error {
	e := &struct {
		inter, concrete, asserted *rtype
		missing                   string
	}{inter, concrete, asserted, missing}
	return (*runtime.TypeAssertionError)(unsafe.Pointer(e))
}
