package vm

import (
	"go/types"
	"log"
	"reflect"
	"sort"
	"sync"
	"unsafe"

	"github.com/goplus/reflectx/abi"
	"golang.org/x/tools/go/ssa"
)

// exportedMethods returns the method set of t without unexported methods, which
// native code cannot call, by name.
func exportedMethods(t types.Type) []*types.Selection {
	set := types.NewMethodSet(t)
	var list []*types.Selection
	for sel := range set.Methods() {
		if sel.Obj().Exported() {
			list = append(list, sel)
		}
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Obj().Name() < list[j].Obj().Name() })
	return list
}

// Native code calls a method of a fabricated type through a slot, a piece of
// code compiled into the program. Slots are never given back; the scarce rest
// goes to methods that native code is likely to call.
const scarceSlots = 500

var likelyMethods = map[string]bool{
	"String": true, "Error": true, "Format": true, "GoString": true, "Display": true,
	"Len": true, "Less": true, "Swap": true, "Push": true, "Pop": true,
	"Read": true, "Write": true, "Close": true, "WriteString": true, "WriteTo": true, "ReadFrom": true,
	"MarshalJSON": true, "UnmarshalJSON": true, "MarshalText": true, "UnmarshalText": true,
	"ServeHTTP": true, "Unwrap": true, "Is": true, "As": true, "Lock": true, "Unlock": true,
}

var slotsGone sync.Once

// textOffset makes a code address known to the runtime under an offset.
func textOffset(code unsafe.Pointer) int32 { return addReflectOff(code) }

func noSlot() {
	panic("vm: this method of a cell type cannot be called by native code: all method slots are used (restart the session)")
}

var noSlotText = sync.OnceValue(func() int32 {
	f := noSlot
	return textOffset(**(**unsafe.Pointer)(unsafe.Pointer(&f)))
})

// takeSlot returns the code of a slot that calls fn, a reflect.MakeFunc value.
func takeSlot(name string, fn reflect.Value) int32 {
	if free := abi.Default.Available(); free == 0 || free < scarceSlots && !likelyMethods[name] {
		if free == 0 {
			slotsGone.Do(func() {
				log.Print("vm: the method slots of this session are used up: native code cannot call further methods of cell types (restart the session)")
			})
		}
		return noSlotText()
	}
	for _, p := range abi.Default.List() {
		if p.Available() == 0 {
			continue
		}
		if code, i := p.Insert(&abi.MethodInfo{Func: fn, Pointer: true}); i >= 0 {
			return textOffset(code)
		}
	}
	return noSlotText()
}

// finishMethods fills the method tables of the types made since the last call.
func (tt *typeTable) finishMethods() {
	for len(tt.pending) > 0 {
		t := tt.pending[0]
		tt.pending = tt.pending[1:]
		tt.setMethods(t)
	}
}

func (tt *typeTable) setMethods(t types.Type) {
	r := tt.of(t)
	values := map[string]method{}
	table := methodTable(rtypeOf(r))
	for i, sel := range exportedMethods(t) {
		table[i] = tt.valueMethod(r, sel)
		values[sel.Obj().Name()] = table[i]
	}
	ptable := methodTable(rtypeOf(reflect.PointerTo(r)))
	for i, sel := range exportedMethods(types.NewPointer(t)) {
		ptable[i] = tt.pointerMethod(r, sel, values)
	}
}

// methodTable returns the table after t, which fabricate made room for, with
// its counts set.
func methodTable(t *rtype) []method {
	u := uncommonOf(t)
	if u == nil || u.mcount == 0 {
		return nil
	}
	u.xcount = u.mcount
	return unsafe.Slice((*method)(unsafe.Add(unsafe.Pointer(u), u.moff)), int(u.mcount))
}

// sizes of the runtime's type descriptions before the uncommon part.
var descriptionSize = map[reflect.Kind]uintptr{
	reflect.Struct: 48 + 32, reflect.Pointer: 48 + 8, reflect.Func: 48 + 8, reflect.Slice: 48 + 8,
	reflect.Array: 48 + 24, reflect.Chan: 48 + 16, reflect.Map: 48 + 64, reflect.Interface: 48 + 32,
}

func uncommonOf(t *rtype) *uncommon {
	if t.flag&flagUncommon == 0 {
		return nil
	}
	size, ok := descriptionSize[reflect.Kind(t.kind)]
	if !ok {
		size = 48
	}
	return (*uncommon)(unsafe.Add(unsafe.Pointer(t), size))
}

// caller returns a function that native code calls with a pointer to the receiver;
// deref says that the method itself wants the value.
func (tt *typeTable) caller(recv reflect.Type, sel *types.Selection, deref bool) reflect.Value {
	sig := sel.Obj().Type().(*types.Signature)
	in := append([]reflect.Type{recv}, tt.list(sig.Params())...)
	ft := reflect.FuncOf(in, tt.list(sig.Results()), sig.Variadic())
	m := tt.m
	target := sync.OnceValue(func() *code {
		m.mu.Lock()
		defer m.mu.Unlock()
		return m.codeOf(m.methodValue(sel))
	})
	return reflect.MakeFunc(ft, func(args []reflect.Value) []reflect.Value {
		if deref {
			if args[0].IsNil() {
				nilDereference()
			}
			args[0] = args[0].Elem()
		}
		return callBack(&closure{code: target(), eval: nil}, args)
	})
}

func (m *Machine) methodValue(sel *types.Selection) *ssa.Function {
	return m.prog.MethodValue(sel)
}

// valueMethod is the entry of sel, a method with a value receiver, in the table
// of r: interface calls pass the data word, reflection also the value itself.
func (tt *typeTable) valueMethod(r reflect.Type, sel *types.Selection) method {
	m := tt.entry(sel)
	direct := tt.caller(r, sel, false)
	if rtypeOf(r).direct() {
		m.ifn = takeSlot(sel.Obj().Name(), direct)
		m.tfn = m.ifn
		return m
	}
	m.ifn = takeSlot(sel.Obj().Name(), tt.caller(reflect.PointerTo(r), sel, true))
	m.tfn = noSlotText()
	if abi.Default.Available() > 2*scarceSlots {
		m.tfn = takeSlot(sel.Obj().Name(), direct)
	}
	return m
}

// pointerMethod is the entry of sel in the table of *t. A method with a value
// receiver shares the slot of t's own table where t is not a word itself.
func (tt *typeTable) pointerMethod(r reflect.Type, sel *types.Selection, values map[string]method) method {
	m := tt.entry(sel)
	shared, isValue := values[sel.Obj().Name()]
	if isValue && !rtypeOf(r).direct() {
		m.ifn = shared.ifn
	} else {
		m.ifn = takeSlot(sel.Obj().Name(), tt.caller(reflect.PointerTo(r), sel, false))
	}
	m.tfn = m.ifn
	return m
}

func (tt *typeTable) entry(sel *types.Selection) method {
	sig := sel.Obj().Type().(*types.Signature)
	mtyp := tt.signature(sig)
	return method{
		name: addReflectOff(unsafe.Pointer(encodeName(sel.Obj().Name(), "", true, false))),
		mtyp: addReflectOff(unsafe.Pointer(rtypeOf(mtyp))),
	}
}
