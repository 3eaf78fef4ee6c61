package vm

import (
	"fmt"
	"go/types"
	"hash/maphash"
	"reflect"
	"runtime"
	"sync"
	"unsafe"
	"weak"

	"golang.org/x/tools/go/ssa"

	"graft/internal/golang/registry"
)

// Generic functions of the standard library over types of cells, by way of an
// instance for a type of the same use.

func init() {
	genericIntrinsics["unique.Make"] = uniqueMake
	genericIntrinsics["(unique.Handle[T]).Value"] = uniqueValue
	genericIntrinsics["hash/maphash.Comparable"] = comparableHash
	genericIntrinsics["hash/maphash.WriteComparable"] = comparableHash
	genericIntrinsics["weak.Make"] = func(*Machine, *ssa.Function) intrinsic { return weakMake }
	genericIntrinsics["(weak.Pointer[T]).Value"] = func(*Machine, *ssa.Function) intrinsic { return weakValue }
	genericIntrinsics["runtime.AddCleanup"] = addCleanup
	intrinsics["runtime.SetFinalizer"] = setFinalizer
}

// unique is a value with its static type, as handles tell them apart.
type uniqueKey struct {
	typ   reflect.Type
	value any
}

// handles keeps the values of handles for as long as the process runs: only the
// runtime knows when the last handle is gone.
var handles sync.Map // uniqueKey to unsafe.Pointer

// uniqueMake is unique.Make for types that have no instance: a handle is a pointer to
// the one copy of its value.
func uniqueMake(m *Machine, fn *ssa.Function) intrinsic {
	if nativeInstance(fn.Object(), fn.TypeArgs()) != nil {
		return nil
	}
	t := m.types.of(fn.TypeArgs()[0])
	return func(s *callState) {
		v := valueAt(rtypeOf(t), s.place(0))
		key := uniqueKey{t, v.Interface()}
		p, ok := handles.Load(key)
		if !ok {
			one := reflect.New(t)
			one.Elem().Set(v)
			p, _ = handles.LoadOrStore(key, one.UnsafePointer())
		}
		give(s, 0, p.(unsafe.Pointer))
	}
}

func uniqueValue(*Machine, *ssa.Function) intrinsic {
	return func(s *callState) {
		p := arg[unsafe.Pointer](s, 0)
		if p == nil {
			nilDereference()
		}
		if len(s.results) > 0 {
			put(s.fp, s.results[0], p)
		}
	}
}

// comparableHash is both functions of package maphash, by way of their instances for
// any.
func comparableHash(m *Machine, fn *ssa.Function) intrinsic {
	t := rtypeOf(m.types.of(fn.TypeArgs()[0]))
	if fn.Signature.Results().Len() == 0 {
		return func(s *callState) {
			maphash.WriteComparable(arg[*maphash.Hash](s, 0), valueAt(t, s.place(1)).Interface())
		}
	}
	return func(s *callState) {
		give(s, 0, maphash.Comparable(arg[maphash.Seed](s, 0), valueAt(t, s.place(1)).Interface()))
	}
}

// A weak pointer has the same word for any type.

func weakMake(s *callState) {
	w := weak.Make(arg[*byte](s, 0))
	give(s, 0, *(*unsafe.Pointer)(unsafe.Pointer(&w)))
}

func weakValue(s *callState) {
	w := arg[weak.Pointer[byte]](s, 0)
	give(s, 0, w.Value())
}

// addCleanup is runtime.AddCleanup for any types.
func addCleanup(m *Machine, fn *ssa.Function) intrinsic {
	params := m.types.list(fn.Signature.Params())
	return func(s *callState) {
		p := arg[*byte](s, 0)
		f := valueAt(rtypeOf(params[1]), unsafe.Pointer(&[1]unsafe.Pointer{arg[unsafe.Pointer](s, 1)}))
		if f.IsNil() {
			panic("runtime.AddCleanup: cleanup function is nil")
		}
		v := reflect.New(params[2]).Elem()
		v.Set(valueAt(rtypeOf(params[2]), s.place(2)))
		if k := v.Kind(); (k == reflect.Pointer || k == reflect.UnsafePointer) && v.UnsafePointer() == unsafe.Pointer(p) {
			panic("runtime.AddCleanup: ptr is equal to arg, cleanup will never run")
		}
		eval := s.thread().eval
		give(s, 0, runtime.AddCleanup(p, func(v reflect.Value) { eval.cleanup(f, v) }, v))
	}
}

// cleanup calls f, in a goroutine of the runtime.
func (e *evaluation) cleanup(f, v reflect.Value) {
	defer func() {
		if r := recover(); r != nil { // f is native: code of cells does not panic here
			e.goroutineFailed(&Panic{Value: r, text: PanicText(r)})
		}
	}()
	f.Call([]reflect.Value{v})
}

// setFinalizer is runtime.SetFinalizer, except that what the runtime would end the
// process for panics, and that a second finalizer replaces the first.
func setFinalizer(s *callState) {
	obj, f := arg[any](s, 0), arg[any](s, 1)
	if text := finalizerFault(reflect.ValueOf(obj), reflect.TypeOf(f)); text != "" {
		panic("runtime.SetFinalizer: " + text)
	}
	runtime.SetFinalizer(obj, nil)
	if f != nil {
		runtime.SetFinalizer(obj, f)
	}
}

func finalizerFault(obj reflect.Value, f reflect.Type) string {
	switch {
	case !obj.IsValid():
		return "first argument is nil"
	case obj.Kind() != reflect.Pointer:
		return fmt.Sprintf("first argument is %s, not pointer", obj.Type())
	case obj.IsNil():
		return "pointer not in heap"
	case f == nil:
		return ""
	case f.Kind() != reflect.Func:
		return fmt.Sprintf("second argument is %s, not a function", f)
	case f.IsVariadic() || f.NumIn() != 1 || !obj.Type().AssignableTo(f.In(0)):
		return fmt.Sprintf("cannot pass %s to finalizer %s", obj.Type(), f)
	}
	return ""
}

// lacksMethods reports whether the type behind a receiver is an instance of a native
// generic type that the tables do not have: its methods have no code.
func (tt *typeTable) lacksMethods(recv types.Type) bool {
	if p, ok := recv.Underlying().(*types.Pointer); ok {
		recv = p.Elem()
	}
	named, ok := types.Unalias(recv).(*types.Named)
	return ok && named.TypeArgs().Len() > 0 && tt.native(named) == nil
}

// nativeInstance returns the instance of a native generic function or type that the
// tables have for args, or nil.
func nativeInstance(obj types.Object, args []types.Type) any {
	if obj == nil || obj.Pkg() == nil {
		return nil
	}
	pkg := registry.Lookup(obj.Pkg().Path())
	if pkg == nil {
		return nil
	}
	return pkg.Generics[registry.InstanceKey(obj.Name(), args)]
}

// HasInstance reports whether a generic function or type of a native package works
// for args: there is an instance in the tables, or this package stands in for it.
func HasInstance(obj types.Object, args []types.Type) bool {
	if nativeInstance(obj, args) != nil {
		return true
	}
	name, ok := obj.(*types.TypeName)
	if !ok {
		f, ok := obj.(*types.Func)
		return ok && genericIntrinsics[f.FullName()] != nil
	}
	named, _ := name.Type().(*types.Named)
	for method := range named.Methods() {
		if method.Exported() && genericIntrinsics[method.FullName()] == nil {
			return false
		}
	}
	return true
}
