package registrytest

import (
	"go/types"
	"reflect"
)

// same reports an error unless dynamic is the reflect type of static; where
// names the entry or the path to the part of it that is compared.
func (c *checker) same(where string, static types.Type, dynamic reflect.Type) {
	static = types.Unalias(static)
	if dynamic == nil {
		c.t.Errorf("%s: no entry for %s", where, static)
		return
	}
	if c.seen[pair{static, dynamic}] {
		return
	}
	c.seen[pair{static, dynamic}] = true
	if named, ok := static.(*types.Named); ok && !c.named(where, named, dynamic) {
		return
	}
	c.underlying(where, static.Underlying(), dynamic)
}

// named compares name, package and exported methods.
func (c *checker) named(where string, static *types.Named, dynamic reflect.Type) bool {
	obj := static.Obj()
	if static.TypeArgs().Len() == 0 && obj.Name() != dynamic.Name() {
		c.t.Errorf("%s: %s is %s", where, static, dynamic)
		return false
	}
	if obj.Pkg() != nil && obj.Pkg().Path() != dynamic.PkgPath() {
		c.t.Errorf("%s: %s is of package %q", where, static, dynamic.PkgPath())
		return false
	}
	if !types.IsInterface(static) {
		c.methods(where, static, dynamic)
		c.methods(where, types.NewPointer(static), reflect.PointerTo(dynamic))
	}
	return true
}

// methods compares the exported methods of both method sets; reflect puts the
// receiver first.
func (c *checker) methods(where string, static types.Type, dynamic reflect.Type) {
	set, n := types.NewMethodSet(static), 0
	for sel := range set.Methods() {
		if !sel.Obj().Exported() {
			continue
		}
		n++
		m, ok := dynamic.MethodByName(sel.Obj().Name())
		if !ok {
			c.t.Errorf("%s: %s has no method %s", where, dynamic, sel.Obj().Name())
			continue
		}
		c.signature(where+"."+m.Name, sel.Type().(*types.Signature), m.Type, 1)
	}
	if n != dynamic.NumMethod() {
		c.t.Errorf("%s: %d methods in %s, %d in %s", where, n, static, dynamic.NumMethod(), dynamic)
	}
}

func (c *checker) signature(where string, static *types.Signature, dynamic reflect.Type, receivers int) {
	in, out := static.Params(), static.Results()
	if dynamic.Kind() != reflect.Func || dynamic.NumIn() != in.Len()+receivers || dynamic.NumOut() != out.Len() || dynamic.IsVariadic() != static.Variadic() {
		c.t.Errorf("%s: %s is %s", where, static, dynamic)
		return
	}
	for i := range in.Len() {
		c.same(where, in.At(i).Type(), dynamic.In(i+receivers))
	}
	for i := range out.Len() {
		c.same(where, out.At(i).Type(), dynamic.Out(i))
	}
}

func (c *checker) underlying(where string, static types.Type, dynamic reflect.Type) {
	switch s := static.(type) {
	case *types.Basic:
		if want := basicKind(s); want != dynamic.Kind() {
			c.t.Errorf("%s: %s is %s", where, static, dynamic.Kind())
		}
	case *types.Signature:
		c.signature(where, s, dynamic, 0)
	case *types.Struct:
		c.fields(where, s, dynamic)
	case *types.Interface:
		c.interfaceMethods(where, s, dynamic)
	default:
		c.composite(where, s, dynamic)
	}
}

func (c *checker) composite(where string, static types.Type, dynamic reflect.Type) {
	var kind reflect.Kind
	switch s := static.(type) {
	case *types.Pointer:
		kind = reflect.Pointer
	case *types.Slice:
		kind = reflect.Slice
	case *types.Array:
		kind = reflect.Array
		if dynamic.Kind() == kind && s.Len() != int64(dynamic.Len()) {
			c.t.Errorf("%s: %s is %s", where, static, dynamic)
		}
	case *types.Chan:
		kind = reflect.Chan
	case *types.Map:
		kind = reflect.Map
		if dynamic.Kind() == kind {
			c.same(where, s.Key(), dynamic.Key())
		}
	}
	if dynamic.Kind() != kind {
		c.t.Errorf("%s: %s is %s", where, static, dynamic)
		return
	}
	c.same(where, static.(interface{ Elem() types.Type }).Elem(), dynamic.Elem())
}

func (c *checker) fields(where string, static *types.Struct, dynamic reflect.Type) {
	if dynamic.Kind() != reflect.Struct || static.NumFields() != dynamic.NumField() {
		c.t.Errorf("%s: %s is %s", where, static, dynamic)
		return
	}
	for i := range static.NumFields() {
		s, d := static.Field(i), dynamic.Field(i)
		if s.Name() != d.Name || s.Embedded() != d.Anonymous || static.Tag(i) != string(d.Tag) {
			c.t.Errorf("%s: field %s is %s", where, s, d.Name)
			continue
		}
		c.same(where+"."+d.Name, s.Type(), d.Type)
	}
}

func (c *checker) interfaceMethods(where string, static *types.Interface, dynamic reflect.Type) {
	if dynamic.Kind() != reflect.Interface || static.NumMethods() != dynamic.NumMethod() {
		c.t.Errorf("%s: %s is %s", where, static, dynamic)
		return
	}
	for m := range static.Methods() {
		if !m.Exported() {
			continue
		}
		d, ok := dynamic.MethodByName(m.Name())
		if !ok {
			c.t.Errorf("%s: %s has no method %s", where, dynamic, m.Name())
			continue
		}
		c.signature(where+"."+m.Name(), m.Signature(), d.Type, 0)
	}
}

// basicKind relies on both packages listing the kinds in the same order up to
// complex128.
func basicKind(b *types.Basic) reflect.Kind {
	switch k := b.Kind(); k {
	case types.String:
		return reflect.String
	case types.UnsafePointer:
		return reflect.UnsafePointer
	default:
		return reflect.Kind(k)
	}
}
