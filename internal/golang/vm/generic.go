package vm

import (
	"errors"
	"iter"
	"math/rand/v2"
	"reflect"
	"sync"
	"sync/atomic"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

func init() {
	genericIntrinsics["reflect.TypeFor"] = typeFor
	genericIntrinsics["reflect.TypeAssert"] = typeAssert
	genericIntrinsics["errors.AsType"] = asType
	genericIntrinsics["math/rand/v2.N"] = randomN
	genericIntrinsics["sync.OnceValue"] = onceValues
	genericIntrinsics["sync.OnceValues"] = onceValues
	genericIntrinsics["iter.Pull"] = pull
	genericIntrinsics["iter.Pull2"] = pull
	for name, f := range atomicPointer {
		genericIntrinsics["(*sync/atomic.Pointer[T])."+name] = func(*Machine, *ssa.Function) intrinsic { return f }
	}
}

func typeFor(m *Machine, fn *ssa.Function) intrinsic {
	t := m.types.of(fn.TypeArgs()[0])
	return func(s *callState) { give(s, 0, t) }
}

// asType is errors.AsType, by way of errors.As.
func asType(m *Machine, fn *ssa.Function) intrinsic {
	t := m.types.of(fn.TypeArgs()[0])
	return func(s *callState) {
		target := reflect.New(t)
		ok := errors.As(arg[error](s, 0), target.Interface())
		s.thread().back()
		giveFound(s, target, ok)
	}
}

// typeAssert is reflect.TypeAssert.
func typeAssert(m *Machine, fn *ssa.Function) intrinsic {
	t := m.types.of(fn.TypeArgs()[0])
	return func(s *callState) {
		v, target := arg[reflect.Value](s, 0), reflect.New(t)
		if v.Kind() == reflect.Interface {
			v = v.Elem()
		}
		ok := v.IsValid() && (v.Type() == t || t.Kind() == reflect.Interface && v.Type().Implements(t))
		if ok {
			target.Elem().Set(v)
		}
		giveFound(s, target, ok)
	}
}

// giveFound stores what target points to as the first result, and ok.
func giveFound(s *callState, target reflect.Value, ok bool) {
	if len(s.results) > 0 {
		put(s.fp, s.results[0], target.UnsafePointer())
	}
	give(s, 1, ok)
}

// randomN is rand.N of math/rand/v2 for any integer type.
func randomN(m *Machine, fn *ssa.Function) intrinsic {
	t := m.types.of(fn.TypeArgs()[0])
	return func(s *callState) {
		n := valueAt(rtypeOf(t), s.place(0))
		out := reflect.New(t)
		switch {
		case n.CanInt() && n.Int() > 0:
			out.Elem().SetInt(rand.Int64N(n.Int()))
		case n.CanUint() && n.Uint() > 0:
			out.Elem().SetUint(rand.Uint64N(n.Uint()))
		default:
			panic("invalid argument to N")
		}
		put(s.fp, s.results[0], out.UnsafePointer())
	}
}

// atomicPointer works on the one word of an atomic.Pointer of a cell type.
var atomicPointer = map[string]intrinsic{
	"Load":  func(s *callState) { give(s, 0, atomic.LoadPointer(arg[*unsafe.Pointer](s, 0))) },
	"Store": func(s *callState) { atomic.StorePointer(arg[*unsafe.Pointer](s, 0), arg[unsafe.Pointer](s, 1)) },
	"Swap": func(s *callState) {
		give(s, 0, atomic.SwapPointer(arg[*unsafe.Pointer](s, 0), arg[unsafe.Pointer](s, 1)))
	},
	"CompareAndSwap": func(s *callState) {
		give(s, 0, atomic.CompareAndSwapPointer(arg[*unsafe.Pointer](s, 0), arg[unsafe.Pointer](s, 1), arg[unsafe.Pointer](s, 2)))
	},
}

// onceValues is sync.OnceValue and sync.OnceValues for any result types.
func onceValues(m *Machine, fn *ssa.Function) intrinsic {
	t := m.types.of(fn.Signature.Results().At(0).Type())
	return func(s *callState) {
		f := valueAt(rtypeOf(t), unsafe.Pointer(&[1]unsafe.Pointer{arg[unsafe.Pointer](s, 0)}))
		once := sync.OnceValue(func() []reflect.Value { return f.Call(nil) })
		v := reflect.MakeFunc(t, func([]reflect.Value) []reflect.Value { return once() })
		storeFunc(s, 0, v)
	}
}

// pull is iter.Pull and iter.Pull2 for any types, by way of the native coroutine.
func pull(m *Machine, fn *ssa.Function) intrinsic {
	seq := m.types.of(fn.Signature.Params().At(0).Type())
	next := m.types.of(fn.Signature.Results().At(0).Type())
	stop := m.types.of(fn.Signature.Results().At(1).Type())
	return func(s *callState) {
		t := s.thread()
		f := valueAt(rtypeOf(seq), unsafe.Pointer(&[1]unsafe.Pointer{arg[unsafe.Pointer](s, 0)}))
		resume, end := iter.Pull(func(yield func([]reflect.Value) bool) {
			t.m.newThread(t.eval).own()
			f.Call([]reflect.Value{reflect.MakeFunc(seq.In(0), func(args []reflect.Value) []reflect.Value {
				return []reflect.Value{reflect.ValueOf(yield(args)).Convert(seq.In(0).Out(0))}
			})})
		})
		storeFunc(s, 0, reflect.MakeFunc(next, func([]reflect.Value) []reflect.Value { return pulled(next, resume) }))
		storeFunc(s, 1, reflect.MakeFunc(stop, func([]reflect.Value) []reflect.Value { end(); return nil }))
	}
}

func pulled(next reflect.Type, resume func() ([]reflect.Value, bool)) []reflect.Value {
	vals, ok := resume()
	out := make([]reflect.Value, next.NumOut())
	for i := range out[:len(out)-1] {
		out[i] = reflect.Zero(next.Out(i))
		if ok {
			out[i] = vals[i]
		}
	}
	out[len(out)-1] = reflect.ValueOf(ok)
	return out
}

func storeFunc(s *callState, i int, f reflect.Value) {
	if i < len(s.results) {
		*at[unsafe.Pointer](s.fp, s.results[i].off) = (*value)(unsafe.Pointer(&f)).ptr
	}
}
