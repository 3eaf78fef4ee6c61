package vm

import (
	"reflect"
	"unsafe"
)

// The functions below belong to the Go runtime, which keeps them open to
// linkname because well-known modules use them. go.mod pins the toolchain; the
// self-test (selftest.go) checks what they are relied on for.

//go:linkname unsafeNew reflect.unsafe_New
func unsafeNew(t *rtype) unsafe.Pointer

//go:linkname unsafeNewArray reflect.unsafe_NewArray
func unsafeNewArray(t *rtype, n int) unsafe.Pointer

//go:noescape
//go:linkname typedmemmove reflect.typedmemmove
func typedmemmove(t *rtype, dst, src unsafe.Pointer)

//go:noescape
//go:linkname typedmemclr reflect.typedmemclr
func typedmemclr(t *rtype, p unsafe.Pointer)

//go:noescape
//go:linkname typedslicecopy reflect.typedslicecopy
func typedslicecopy(t *rtype, dst, src sliceHeader) int

//go:linkname growslice runtime.growslice
func growslice(old unsafe.Pointer, newLen, oldCap, num int, et *rtype) sliceHeader

//go:linkname getitab runtime.getitab
func getitab(inter, typ *rtype, canfail bool) *itab

//go:linkname mapaccess2 runtime.mapaccess2
func mapaccess2(t *rtype, m, key unsafe.Pointer) (unsafe.Pointer, bool)

//go:linkname mapassign runtime.mapassign
func mapassign(t *rtype, m, key unsafe.Pointer) unsafe.Pointer

//go:linkname mapdelete runtime.mapdelete
func mapdelete(t *rtype, m, key unsafe.Pointer)

//go:linkname addReflectOff reflect.addReflectOff
func addReflectOff(p unsafe.Pointer) int32

//go:linkname setProfLabel runtime/pprof.runtime_setProfLabel
func setProfLabel(labels unsafe.Pointer)

//go:linkname getProfLabel runtime/pprof.runtime_getProfLabel
func getProfLabel() unsafe.Pointer

// rtype mirrors internal/abi.Type of Go 1.26.
type rtype struct {
	size     uintptr
	ptrBytes uintptr
	hash     uint32
	flag     uint8
	align    uint8
	fieldAl  uint8
	kind     uint8
	equal    func(unsafe.Pointer, unsafe.Pointer) bool
	gcData   *byte
	str      int32
	ptrTo    int32
}

const (
	flagUncommon = 1 << 0
	flagRegular  = 1 << 3
	flagDirect   = 1 << 5 // a value is its interface's data word
	flagUser     = 1 << 7 // not used by the runtime: a type fabricated here
)

func (t *rtype) direct() bool { return t.flag&flagDirect != 0 }

// structRtype mirrors internal/abi.StructType.
type structRtype struct {
	rtype
	pkgPath *byte
	fields  []structField
}

type structField struct {
	name   *byte
	typ    *rtype
	offset uintptr
}

// method mirrors internal/abi.Method.
type method struct{ name, mtyp, ifn, tfn int32 }

// uncommon mirrors internal/abi.UncommonType.
type uncommon struct {
	pkgPath        int32
	mcount, xcount uint16
	moff, _        uint32
}

// itab mirrors internal/abi.ITab as far as its type.
type itab struct {
	_   *rtype // the interface
	typ *rtype
}

type sliceHeader struct {
	data     unsafe.Pointer
	len, cap int
}

// eface is an interface value without methods: any, and all interfaces that
// cells declare.
type eface struct {
	typ  *rtype
	data unsafe.Pointer
}

// iface is a value of a native interface with methods.
type iface struct {
	tab  *itab
	data unsafe.Pointer
}

// value mirrors reflect.Value.
type value struct {
	typ  *rtype
	ptr  unsafe.Pointer
	flag uintptr
}

const (
	valueIndir    = 1 << 7
	valueAddr     = 1 << 8
	valueKindMask = 1<<5 - 1
)

func rtypeOf(t reflect.Type) *rtype { return (*rtype)((*eface)(unsafe.Pointer(&t)).data) }

func typeOfRtype(t *rtype) reflect.Type {
	if t == nil {
		return nil
	}
	e := eface{typ: t}
	return reflect.TypeOf(*(*any)(unsafe.Pointer(&e)))
}

// valueAt returns the value of type t at p without a copy; it is addressable.
func valueAt(t *rtype, p unsafe.Pointer) reflect.Value {
	v := value{t, p, uintptr(t.kind&valueKindMask) | valueIndir | valueAddr}
	return *(*reflect.Value)(unsafe.Pointer(&v))
}

// store copies the value v, of type t, to p.
func store(t *rtype, p unsafe.Pointer, v reflect.Value) {
	w := (*value)(unsafe.Pointer(&v))
	if w.flag&valueIndir != 0 {
		typedmemmove(t, p, w.ptr)
		return
	}
	*(*unsafe.Pointer)(p) = w.ptr
}

// box makes the interface value of type t whose content is at p.
func box(t *rtype, p unsafe.Pointer) eface {
	if t.direct() {
		return eface{t, *(*unsafe.Pointer)(p)}
	}
	mem := unsafeNew(t)
	typedmemmove(t, mem, p)
	return eface{t, mem}
}

// unbox copies the content of an interface value whose dynamic type is t to p.
func unbox(t *rtype, p, data unsafe.Pointer) {
	if t.direct() {
		*(*unsafe.Pointer)(p) = data
		return
	}
	typedmemmove(t, p, data)
}

func (e eface) any() any { return *(*any)(unsafe.Pointer(&e)) }

func efaceOf(v any) eface { return *(*eface)(unsafe.Pointer(&v)) }

// at returns the place off in a frame. Functions that make closures with it and are
// small are marked go:noinline: see TestFrameAccessIsInlined.
func at[T any](fp unsafe.Pointer, off uintptr) *T { return (*T)(unsafe.Add(fp, off)) }
