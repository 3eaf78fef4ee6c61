package vm

import (
	"iter"
	"reflect"
	"sync"
	"sync/atomic"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

func init() {
	genericIntrinsics["reflect.TypeFor"] = typeFor
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
