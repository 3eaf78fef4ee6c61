package vm

import (
	"go/types"
	"reflect"
	"strconv"
	"sync/atomic"
	"unsafe"

	"github.com/goplus/reflectx"
	_ "github.com/goplus/reflectx/icall/icall4096" // slots for the methods of cell types
)

// fabricated keeps every type made here alive: itabs outside the Go heap and
// interface tables point to them.
var fabricated []reflect.Type

var typeHash atomic.Uint32

// fabricate makes a type called name with the layout of shape and room for
// methods of the type and of its pointer.
func fabricate(pkgPath, name string, shape reflect.Type, methods, ptrMethods int) reflect.Type {
	t := reflectx.NamedTypeOf(pkgPath, name, shape)
	if ptrMethods > 0 {
		t = reflectx.NewMethodSet(t, methods, ptrMethods)
		reflectx.SetTypeName(t, pkgPath, name) // a literal's name is not a plain one
	}
	rt := rtypeOf(t)
	rt.hash = typeHash.Add(1)*0x9e3779b1 | 1
	fabricated = append(fabricated, t)
	return t
}

// fabricateNamed makes the named type t in three steps, so that t may mention
// itself: publish a type of the right layout, build the parts, put them in.
// Methods follow when everything they mention is complete.
func (tt *typeTable) fabricateNamed(t *types.Named) reflect.Type {
	under := t.Underlying()
	if _, ok := under.(*types.Interface); ok {
		return fabricate(pkgPath(t), tt.typeName(t), anyType, 0, 0)
	}
	methods, ptrMethods := exportedMethods(t), exportedMethods(types.NewPointer(t))
	r := fabricate(pkgPath(t), tt.typeName(t), tt.shape(under), len(methods), len(ptrMethods))
	tt.record(t, r)
	if s, ok := under.(*types.Struct); ok {
		tt.fillFields(r, s)
	} else if _, ok := under.(*types.Basic); !ok {
		reflectx.SetUnderlying(r, tt.of(under))
	}
	if len(ptrMethods) > 0 {
		tt.pending = append(tt.pending, t)
	}
	return r
}

func pkgPath(t *types.Named) string {
	if p := t.Obj().Pkg(); p != nil {
		return p.Path()
	}
	return ""
}

// shape returns a type with the memory layout, pointer map and comparability of
// t that mentions no type still being made.
func (tt *typeTable) shape(t types.Type) reflect.Type {
	t = types.Unalias(t)
	if r := tt.known.At(t); r != nil {
		return r.(reflect.Type)
	}
	switch t := t.(type) {
	case *types.Named:
		if t.Obj().Pkg() == nil || tt.native(t) != nil {
			return tt.of(t)
		}
		return tt.shape(t.Underlying())
	case *types.Pointer:
		return ptrType
	case *types.Slice:
		return reflect.TypeFor[[]byte]()
	case *types.Map:
		return reflect.TypeFor[map[int]int]()
	case *types.Chan:
		return reflect.TypeFor[chan int]()
	case *types.Interface:
		return anyType
	case *types.Signature:
		return funcShape(t)
	case *types.Array:
		return arrayOf(t, tt.shape(t.Elem()))
	case *types.Struct:
		return tt.structShape(t)
	}
	return tt.of(t)
}

// funcShape has the number of parameters and results of sig, because reflectx
// keeps them in the type itself.
func funcShape(sig *types.Signature) reflect.Type {
	words := func(n int) []reflect.Type {
		list := make([]reflect.Type, n)
		for i := range list {
			list[i] = ptrType
		}
		return list
	}
	return reflect.FuncOf(words(sig.Params().Len()), words(sig.Results().Len()), false)
}

func slotName(i int) string { return "F" + strconv.Itoa(i) }

func (tt *typeTable) structShape(s *types.Struct) reflect.Type {
	fields := make([]reflect.StructField, s.NumFields())
	for i := range fields {
		fields[i] = reflect.StructField{Name: slotName(i), Type: tt.shape(s.Field(i).Type())}
	}
	return reflect.StructOf(fields)
}

// structure returns the type of a struct literal type: the one reflect makes,
// or one written field by field where reflect cannot.
func (tt *typeTable) structure(s *types.Struct) reflect.Type {
	fields := make([]reflect.StructField, s.NumFields())
	for i := range fields {
		f := s.Field(i)
		if f.Embedded() || f.Name() == "_" {
			return tt.fabricateStruct(s)
		}
		fields[i] = reflect.StructField{Name: f.Name(), Tag: reflect.StructTag(s.Tag(i)), Type: tt.of(f.Type())}
		if !f.Exported() {
			fields[i].PkgPath = f.Pkg().Path()
		}
	}
	return reflect.StructOf(fields)
}

// fabricateStruct makes a struct literal type with its promoted methods.
func (tt *typeTable) fabricateStruct(s *types.Struct) reflect.Type {
	methods, ptrMethods := exportedMethods(s), exportedMethods(types.NewPointer(s))
	r := fabricate("", types.TypeString(s, shortName), tt.structShape(s), len(methods), len(ptrMethods))
	tt.record(s, r)
	tt.fillFields(r, s)
	if len(ptrMethods) > 0 {
		tt.pending = append(tt.pending, s)
	}
	return r
}

// fillFields gives r, which has the layout of s, the names, types and tags of
// the fields of s.
func (tt *typeTable) fillFields(r reflect.Type, s *types.Struct) {
	st := (*structRtype)(unsafe.Pointer(rtypeOf(r)))
	fields := make([]structField, s.NumFields())
	blank := false
	for i := range fields {
		f := s.Field(i)
		fields[i] = structField{
			name:   encodeName(f.Name(), s.Tag(i), f.Exported(), f.Embedded()),
			typ:    rtypeOf(tt.of(f.Type())),
			offset: st.fields[i].offset,
		}
		blank = blank || f.Name() == "_"
	}
	st.fields = fields
	if st.equal != nil {
		st.equal = fieldsEqual(s, fields)
		if blank {
			st.flag &^= flagRegular
		}
	}
}

// fieldsEqual compares structs field by field; blank fields do not count.
func fieldsEqual(s *types.Struct, fields []structField) func(p, q unsafe.Pointer) bool {
	var named []structField
	for i, f := range fields {
		if s.Field(i).Name() != "_" {
			named = append(named, f)
		}
	}
	return func(p, q unsafe.Pointer) bool {
		for _, f := range named {
			if !f.typ.equal(unsafe.Add(p, f.offset), unsafe.Add(q, f.offset)) {
				return false
			}
		}
		return true
	}
}

// encodeName writes a name as internal/abi.Name holds it.
func encodeName(name, tag string, exported, embedded bool) *byte {
	var bits byte
	if exported {
		bits |= 1 << 0
	}
	if tag != "" {
		bits |= 1 << 1
	}
	if embedded {
		bits |= 1 << 3
	}
	b := appendText([]byte{bits}, name)
	if tag != "" {
		b = appendText(b, tag)
	}
	return &b[0]
}

func appendText(b []byte, s string) []byte {
	n := len(s)
	for ; n >= 0x80; n >>= 7 {
		b = append(b, byte(n)|0x80)
	}
	b = append(b, byte(n))
	return append(b, s...)
}
