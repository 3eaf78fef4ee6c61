package vm

import (
	"reflect"
	"unsafe"
)

// A frame is one heap object per call: a header, then parameters and results in
// order, then registers and constants by class. Its type is made with
// reflect.StructOf, so that the garbage collector scans it exactly. All operands
// of compiled code are offsets from the frame's start. Pointers into a frame are
// never stored outside it: frames are used again.
type header struct {
	t         *thread
	caller    unsafe.Pointer // frame
	body      *body
	next      unsafe.Pointer // in the pool of the thread
	spare     unsafe.Pointer // frame of the last call that this one made, for the next
	defers    *deferred
	panicking *unwinding // set in a deferred call that runs because of a panic
	base      int32      // with step: index into body.pos
	depth     int32
	pooled    int32 // length of the pool below this frame
	step      uint8 // index of the instruction in its block
}

// class says how a register is kept and moved.
type class uint8

const (
	word    class = iota // up to 8 bytes without pointers, in 8 bytes
	pointer              // pointer, map, chan, func, unsafe.Pointer
	text                 // string
	list                 // slice
	face                 // interface, in either layout
	memory               // everything else, as its own type
	nothing              // zero size
)

// slot is a register: its place in the frame and the type of what it holds.
type slot struct {
	off uintptr
	cls class
	typ *rtype
}

func classOf(t reflect.Type) class {
	switch t.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Chan, reflect.Func, reflect.UnsafePointer:
		return pointer
	case reflect.String:
		return text
	case reflect.Slice:
		return list
	case reflect.Interface:
		return face
	case reflect.Struct, reflect.Array:
		if t.Size() == 0 {
			return nothing
		}
		return memory
	case reflect.Complex128:
		return memory
	}
	return word
}

var classTypes = [...]reflect.Type{
	word: reflect.TypeFor[uint64](), pointer: ptrType, text: reflect.TypeFor[string](),
	list: reflect.TypeFor[[]byte](), face: anyType,
}

func frameType(cls class, t reflect.Type) reflect.Type {
	if cls < memory {
		return classTypes[cls]
	}
	return t
}

const headerSize = unsafe.Sizeof(header{})

// signatureSlots lays out parameters and results behind the header; the places
// depend on the types alone, so that a caller knows them.
func signatureSlots(params, results []reflect.Type) (in, out []slot) {
	off := headerSize
	place := func(types []reflect.Type) []slot {
		slots := make([]slot, len(types))
		for i, t := range types {
			cls := classOf(t)
			slots[i] = slot{cls: cls, typ: rtypeOf(t)}
			if cls == nothing {
				continue
			}
			ft := frameType(cls, t)
			align := uintptr(ft.Align())
			off = (off + align - 1) &^ (align - 1)
			slots[i].off = off
			off += ft.Size()
		}
		return slots
	}
	return place(params), place(results)
}

// layout collects the registers of a function.
type layout struct {
	fixed  []slot // parameters and results
	slots  [face + 1][]*slot
	memory []*slot
}

// add reserves a register for a value of type t; its offset is known after
// finish.
func (l *layout) add(t reflect.Type) *slot {
	s := &slot{cls: classOf(t), typ: rtypeOf(t)}
	switch {
	case s.cls < memory:
		l.slots[s.cls] = append(l.slots[s.cls], s)
	case s.cls == memory:
		l.memory = append(l.memory, s)
	}
	return s
}

// finish fixes the offsets and returns the frame's type.
func (l *layout) finish() reflect.Type {
	fields := []reflect.StructField{{Name: "H", Type: reflect.TypeFor[header]()}}
	for _, s := range l.fixed {
		if s.cls != nothing {
			fields = append(fields, frameField(len(fields), frameType(s.cls, typeOfRtype(s.typ))))
		}
	}
	first := len(fields)
	for cls, slots := range l.slots {
		// Counts are rounded so that functions share frame types.
		n := (len(slots) + 3) &^ 3
		fields = append(fields, frameField(len(fields), reflect.ArrayOf(n, classTypes[cls])))
	}
	for _, s := range l.memory {
		fields = append(fields, frameField(len(fields), typeOfRtype(s.typ)))
	}
	t := reflect.StructOf(fields)
	for cls, slots := range l.slots {
		base := t.Field(first + cls).Offset
		for i, s := range slots {
			s.off = base + uintptr(i)*classTypes[cls].Size()
		}
	}
	for i, s := range l.memory {
		s.off = t.Field(first + len(l.slots) + i).Offset
	}
	return t
}

func frameField(i int, t reflect.Type) reflect.StructField {
	return reflect.StructField{Name: slotName(i), Type: t}
}

// move copies the register s of the frame src to d of dst.
func move(dst unsafe.Pointer, d *slot, src unsafe.Pointer, s *slot) {
	switch d.cls {
	case word:
		*at[uint64](dst, d.off) = *at[uint64](src, s.off)
	case pointer:
		*at[unsafe.Pointer](dst, d.off) = *at[unsafe.Pointer](src, s.off)
	case text:
		*at[string](dst, d.off) = *at[string](src, s.off)
	case list:
		*at[[]byte](dst, d.off) = *at[[]byte](src, s.off)
	case face:
		*at[any](dst, d.off) = *at[any](src, s.off)
	case memory:
		typedmemmove(d.typ, unsafe.Add(dst, d.off), unsafe.Add(src, s.off))
	}
}

// put copies a value in memory at p to the register d of fp.
func put(fp unsafe.Pointer, d *slot, p unsafe.Pointer) {
	if d.cls == word {
		putWord(fp, d, p)
		return
	}
	move(fp, d, p, &slot{cls: d.cls, typ: d.typ})
}

func putWord(fp unsafe.Pointer, d *slot, p unsafe.Pointer) {
	switch d.typ.size {
	case 1:
		*at[uint8](fp, d.off) = *(*uint8)(p)
	case 2:
		*at[uint16](fp, d.off) = *(*uint16)(p)
	case 4:
		*at[uint32](fp, d.off) = *(*uint32)(p)
	case 8:
		*at[uint64](fp, d.off) = *(*uint64)(p)
	}
}

// clearSlot sets the register d to zero.
func clearSlot(fp unsafe.Pointer, d *slot) {
	switch d.cls {
	case word:
		*at[uint64](fp, d.off) = 0
	case pointer:
		*at[unsafe.Pointer](fp, d.off) = nil
	case text:
		*at[string](fp, d.off) = ""
	case list:
		*at[[]byte](fp, d.off) = nil
	case face:
		*at[any](fp, d.off) = nil
	case memory:
		typedmemclr(d.typ, unsafe.Add(fp, d.off))
	}
}

// value returns the content of the register without a copy.
func (s *slot) value(fp unsafe.Pointer) reflect.Value {
	return valueAt(s.typ, unsafe.Add(fp, s.off))
}

// set stores v, of the register's type, in it.
func (s *slot) set(fp unsafe.Pointer, v reflect.Value) {
	if s.cls == nothing {
		return
	}
	store(s.typ, unsafe.Add(fp, s.off), v)
}
