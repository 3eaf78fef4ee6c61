package vm

import (
	"fmt"
	"go/types"
	"reflect"
	"unsafe"

	"golang.org/x/tools/go/ssa"

	"graft/internal/golang/registry"
)

// nativeCall calls a native function through reflection.
type nativeCall struct {
	fn            reflect.Value
	special       intrinsic // does the call instead of fn
	args, results []*slot
	in            []*rtype // parameter types, the receiver of a method included
	out           []*rtype
	variadic      bool
	prints        bool              // its last argument is a list that package fmt prints
	inject        *registry.Package // its option goes in front of the last argument
}

func newNativeCall(fn reflect.Value, args, results []*slot) *nativeCall {
	n := &nativeCall{fn: fn, args: args, results: results}
	t := fn.Type()
	for i := range t.NumIn() {
		n.in = append(n.in, rtypeOf(t.In(i)))
	}
	for i := range t.NumOut() {
		n.out = append(n.out, rtypeOf(t.Out(i)))
	}
	n.variadic = t.IsVariadic()
	return n
}

// printers are the packages whose functions of ...any print what they get.
var printers = map[string]bool{"fmt": true, "log": true, "testing": true}

// of notes what is special about functions of the package at path.
func (n *nativeCall) of(path string) *nativeCall {
	n.prints = n.variadic && printers[path] && n.in[len(n.in)-1] == rtypeOf(reflect.TypeFor[[]any]())
	return n.withOption(path)
}

// withOption notes that a function of the package at path wants the cell's
// context as an option: one of its own package, or of the package that its option
// type comes from, as the methods of one lib package take the options of another.
func (n *nativeCall) withOption(path string) *nativeCall {
	if !n.variadic {
		return n
	}
	option := typeOfRtype(n.in[len(n.in)-1]).Elem()
	for _, p := range []string{path, option.PkgPath()} {
		if pkg := registry.Lookup(p); pkg != nil && pkg.WithContext != nil && pkg.Option == option {
			n.inject = pkg
			return n
		}
	}
	return n
}

// nativeFunc returns the native function of fn.
func (m *Machine) nativeFunc(fn *ssa.Function) (reflect.Value, bool) {
	obj, _ := fn.Object().(*types.Func)
	if obj == nil || obj.Pkg() == nil || len(fn.Blocks) > 0 {
		return reflect.Value{}, false
	}
	if recv := fn.Signature.Recv(); recv != nil {
		if m.types.lacksMethods(recv.Type()) {
			return reflect.Value{}, false
		}
		r := m.types.of(recv.Type())
		method, ok := r.MethodByName(obj.Name())
		if !ok || r.Kind() == reflect.Interface {
			return reflect.Value{}, false
		}
		return method.Func, true
	}
	pkg := registry.Lookup(obj.Pkg().Path())
	if pkg == nil {
		return reflect.Value{}, false
	}
	f := pkg.Funcs[obj.Name()]
	if args := fn.TypeArgs(); len(args) > 0 {
		f = pkg.Generics[registry.InstanceKey(obj.Name(), args)]
	}
	return reflect.ValueOf(f), f != nil
}

// nativeFunction compiles the call of a function without a body.
func (c *compiler) nativeFunction(fn *ssa.Function, args, results []*slot) instr {
	if special := c.m.intrinsicOf(fn); special != nil {
		return func(fp unsafe.Pointer) { special(&callState{fp, nil, args, results}) }
	}
	f, ok := c.m.nativeFunc(fn)
	if !ok {
		return missingFunction(fn)
	}
	if fast := fastNative(f, args, results); fast != nil {
		return fast
	}
	n := newNativeCall(f, args, results).of(fn.Object().Pkg().Path())
	return n.call
}

func missingFunction(fn *ssa.Function) instr {
	if fn.Synthetic == "package initializer" || fn.Name() == "init" {
		return nil // native packages are initialised
	}
	err := fmt.Errorf("vm: %s is not among the native tables", fn)
	if fn.Origin() != nil {
		err = fmt.Errorf("vm: %s is not available: the code of compiled packages cannot be made for new types", fn)
	}
	return func(unsafe.Pointer) { panic(err) }
}

// nativeValue compiles the call of a native function value in a register.
func (c *compiler) nativeValue(src *slot, args, results []*slot) instr {
	t := typeOfRtype(src.typ)
	model := newNativeCall(reflect.Zero(t), args, results).of("fmt") // which function it is shows later
	return func(fp unsafe.Pointer) {
		n := *model
		n.fn = src.value(fp)
		n.call(fp)
	}
}

// nativeMethod makes the call of a method of a native dynamic type.
func (m *Machine) nativeMethod(r *rtype, method *types.Func, args, results []*slot) *nativeCall {
	t := typeOfRtype(r)
	f, ok := t.MethodByName(method.Name())
	if !ok {
		err := fmt.Errorf("vm: native type %s has no method %s", t, method.Name())
		return &nativeCall{special: func(*callState) { panic(err) }, in: []*rtype{r}}
	}
	n := newNativeCall(f.Func, args, results).of(typePath(t))
	n.special = m.intrinsics[methodKey(t, method.Name())]
	return n
}

func typePath(t reflect.Type) string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.PkgPath()
}

// methodKey is the name of a native method in the table of intrinsics.
func methodKey(t reflect.Type, method string) string {
	if t.Kind() == reflect.Pointer {
		return "(*" + t.Elem().PkgPath() + "." + t.Elem().Name() + ")." + method
	}
	return "(" + t.PkgPath() + "." + t.Name() + ")." + method
}

// invoke calls a method with e as receiver.
func (n *nativeCall) invoke(fp unsafe.Pointer, e eface) {
	// The receiver needs a place in memory like the other arguments.
	recv := unsafeNew(e.typ)
	unbox(e.typ, recv, e.data)
	if n.special != nil {
		n.special(&callState{fp, recv, n.args, n.results})
		return
	}
	vals := make([]reflect.Value, 1, len(n.args)+1)
	vals[0] = valueAt(e.typ, recv)
	n.finish(fp, n.arguments(fp, vals, 1))
}

func (n *nativeCall) call(fp unsafe.Pointer) {
	n.finish(fp, n.arguments(fp, make([]reflect.Value, 0, len(n.args)), 0))
}

func (n *nativeCall) arguments(fp unsafe.Pointer, vals []reflect.Value, skip int) []reflect.Value {
	for i, a := range n.args {
		vals = append(vals, argument(fp, a, n.in[i+skip]))
	}
	if n.prints {
		refuseEndless(vals[len(vals)-1].Interface().([]any))
	}
	if n.inject != nil {
		last := len(vals) - 1
		vals[last] = n.withContext((*header)(fp).t, vals[last])
	}
	return vals
}

// argument returns the register a as a value of the parameter type t.
func argument(fp unsafe.Pointer, a *slot, t *rtype) reflect.Value {
	if a.typ == t || a.cls == nothing && t.size == 0 {
		return valueAt(t, unsafe.Add(fp, a.off))
	}
	if a.cls == face {
		v := reflect.New(typeOfRtype(t)).Elem()
		if e := efaceLoader(a)(fp); e.typ != nil {
			v.Set(reflect.ValueOf(e.any()))
		}
		return v
	}
	return valueAt(t, unsafe.Add(fp, a.off)) // same memory under another type
}

// withContext puts the cell's context in front of the options.
func (n *nativeCall) withContext(t *thread, options reflect.Value) reflect.Value {
	all := reflect.MakeSlice(options.Type(), 0, options.Len()+1)
	all = reflect.Append(all, reflect.ValueOf(n.inject.WithContext(t.eval.context())))
	return reflect.AppendSlice(all, options)
}

// finish calls the function and stores its results.
func (n *nativeCall) finish(fp unsafe.Pointer, vals []reflect.Value) {
	t := (*header)(fp).t
	t.leave(n.inject != nil)
	var out []reflect.Value
	if n.variadic {
		out = n.fn.CallSlice(vals)
	} else {
		out = n.fn.Call(vals)
	}
	t.back()
	for i, r := range n.results {
		setResult(fp, r, out[i])
	}
}

func setResult(fp unsafe.Pointer, r *slot, v reflect.Value) {
	if r.cls == face && rtypeOf(v.Type()) != r.typ {
		var e eface
		if !v.IsNil() {
			e = efaceOf(v.Elem().Interface())
		}
		faceStorer(r)(fp, e)
		return
	}
	r.set(fp, v)
}

// leave notes that the thread goes to native code, watched or not by the
// context; back ends that.
func (t *thread) leave(watched bool) {
	if t.eval.main != t {
		return
	}
	state := int32(1)
	if watched {
		state = 2
	}
	t.eval.inNative.Store(state)
}

func (t *thread) back() {
	if t.eval.main == t {
		t.eval.inNative.Store(0)
	}
	if t.abort != nil {
		panic(t.abort)
	}
	t.inner = nil // a panic that native code has recovered
	t.poll()
}

// fastNative compiles calls of frequent signatures without reflection.
func fastNative(f reflect.Value, args, results []*slot) instr {
	if f.Kind() != reflect.Func || len(results) != 1 || len(args) == 0 {
		return nil
	}
	d, a := results[0].off, args[0].off
	switch f := f.Interface().(type) {
	case func(float64) float64:
		return func(fp unsafe.Pointer) { *at[float64](fp, d) = f(*at[float64](fp, a)) }
	case func(string) string:
		return func(fp unsafe.Pointer) { *at[string](fp, d) = f(*at[string](fp, a)) }
	case func(int) string:
		return func(fp unsafe.Pointer) { *at[string](fp, d) = f(*at[int](fp, a)) }
	case func(rune) bool:
		return func(fp unsafe.Pointer) { *at[bool](fp, d) = f(*at[rune](fp, a)) }
	case func(float64) bool:
		return func(fp unsafe.Pointer) { *at[bool](fp, d) = f(*at[float64](fp, a)) }
	case func(...any) string:
		return printing(a, func(fp unsafe.Pointer, args []any) { *at[string](fp, d) = f(args...) })
	}
	return fastNative2(f, args, d, a)
}

func fastNative2(f reflect.Value, args []*slot, d, a uintptr) instr {
	if len(args) != 2 {
		return nil
	}
	b := args[1].off
	switch f := f.Interface().(type) {
	case func(float64, float64) float64:
		return func(fp unsafe.Pointer) { *at[float64](fp, d) = f(*at[float64](fp, a), *at[float64](fp, b)) }
	case func(string, string) bool:
		return func(fp unsafe.Pointer) { *at[bool](fp, d) = f(*at[string](fp, a), *at[string](fp, b)) }
	case func(string, string) int:
		return func(fp unsafe.Pointer) { *at[int](fp, d) = f(*at[string](fp, a), *at[string](fp, b)) }
	case func(string, string) []string:
		return func(fp unsafe.Pointer) { *at[[]string](fp, d) = f(*at[string](fp, a), *at[string](fp, b)) }
	case func(string, ...any) string:
		return printing(b, func(fp unsafe.Pointer, args []any) { *at[string](fp, d) = f(*at[string](fp, a), args...) })
	}
	return nil
}

// printing is a native call that may call back methods of cells, such as String,
// of the arguments at args.
//
//go:noinline
func printing(args uintptr, do func(fp unsafe.Pointer, args []any)) instr {
	return func(fp unsafe.Pointer) {
		t, list := (*header)(fp).t, *at[[]any](fp, args)
		refuseEndless(list)
		t.leave(false)
		do(fp, list)
		t.back()
	}
}
