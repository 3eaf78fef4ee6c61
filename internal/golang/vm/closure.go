package vm

import (
	"reflect"
	"slices"
	"sync/atomic"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

// code is a function as callers and function values know it; its body is
// compiled at the first call and can be replaced.
type code struct {
	m     *Machine
	fn    *ssa.Function
	body  atomic.Pointer[body]
	value unsafe.Pointer // the function value, once it was needed
	peers []*code        // other code objects that run the same body
}

var bodyID atomic.Int32

func (c *code) load() *body {
	if b := c.body.Load(); b != nil {
		return b
	}
	c.m.mu.Lock()
	defer c.m.mu.Unlock()
	if b := c.body.Load(); b != nil {
		return b
	}
	defer c.m.types.compileIn(c.fn)()
	b := c.m.compile(c.fn)
	c.body.Store(b)
	return b
}

// codeOf returns the code object of fn. The machine's lock is held.
func (m *Machine) codeOf(fn *ssa.Function) *code {
	c := m.codes[fn]
	if c == nil {
		c = &code{m: m, fn: fn}
		m.codes[fn] = c
	}
	return c
}

func (m *Machine) lockedCode(fn *ssa.Function) *code {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.codeOf(fn)
}

// closure is what a function value made here stands for: code and the values it
// captured.
type closure struct {
	code *code
	eval *evaluation // that made it; used when native code without a cell calls
	mem  unsafe.Pointer
	kept []slot // places of the captured values in mem
}

// A function value of compiled code is a reflect.MakeFunc value, so that it can
// be stored and called anywhere. Compiled callers recognise it by two words and
// take the closure out of it.
func makeFunc(t reflect.Type, c *closure) unsafe.Pointer {
	v := reflect.MakeFunc(t, func(args []reflect.Value) []reflect.Value { return callBack(c, args) })
	return (*value)(unsafe.Pointer(&v)).ptr
}

// probe holds how a reflect.MakeFunc value is recognised.
var probe struct {
	stub, call uintptr // first words of the value and of the function inside
	inside     uintptr // offset of that function
}

func init() {
	own := new(closure)
	f := makeFunc(reflect.TypeFor[func()](), own)
	probe.stub = *(*uintptr)(f)
	// The words before are code, a pointer map, a size, bits and the type.
	for off := uintptr(32); off < 64; off += 8 {
		inner := *at[unsafe.Pointer](f, off)
		if uintptr(inner) > 4096 && *at[unsafe.Pointer](inner, 8) == unsafe.Pointer(own) {
			probe.inside, probe.call = off, *(*uintptr)(inner)
			return
		}
	}
	panic("vm: this Go version keeps functions of reflect.MakeFunc in an unknown form (build with the toolchain that go.mod names)")
}

// closureOf returns the closure of a function value that was made here, or nil.
func closureOf(f unsafe.Pointer) *closure {
	if *(*uintptr)(f) != probe.stub {
		return nil
	}
	inner := *at[unsafe.Pointer](f, probe.inside)
	if inner == nil || *(*uintptr)(inner) != probe.call {
		return nil
	}
	return *at[*closure](inner, 8)
}

// funcValue returns the function value of fn, which captures nothing. The
// machine's lock is held.
func (m *Machine) funcValue(fn *ssa.Function) unsafe.Pointer {
	c := m.codeOf(fn)
	if c.value == nil {
		if f, ok := m.nativeFunc(fn); ok && !m.isSpecial(fn) {
			c.value = (*value)(unsafe.Pointer(&f)).ptr
			if f.Kind() != reflect.Func || (*value)(unsafe.Pointer(&f)).flag&valueIndir != 0 {
				c.value = *(*unsafe.Pointer)(c.value)
			}
			return c.value
		}
		c.value = makeFunc(m.funcType(fn), &closure{code: c})
	}
	return c.value
}

// funcType is the type of fn as a value: a receiver counts as first parameter.
func (m *Machine) funcType(fn *ssa.Function) reflect.Type {
	in := make([]reflect.Type, 0, len(fn.Params)+1)
	sig := fn.Signature
	if sig.Recv() != nil {
		in = append(in, m.types.of(sig.Recv().Type()))
	}
	in = append(in, m.types.list(sig.Params())...)
	return reflect.FuncOf(in, m.types.list(sig.Results()), sig.Variadic())
}

func (c *compiler) makeClosure(in *ssa.MakeClosure) instr {
	dst := c.slot(in).off
	code := c.m.codeOf(in.Fn.(*ssa.Function))
	ft := c.m.types.signature(in.Fn.(*ssa.Function).Signature)
	var types []reflect.Type
	var from []*slot
	for _, b := range in.Bindings {
		from = append(from, c.slot(b))
		types = append(types, c.typ(b.Type()))
	}
	kept, mt := capturedLayout(types)
	return func(fp unsafe.Pointer) {
		mem := unsafeNew(mt)
		for i := range kept {
			move(mem, &kept[i], fp, from[i])
		}
		*at[unsafe.Pointer](fp, dst) = makeFunc(ft, &closure{code, (*header)(fp).t.eval, mem, kept})
	}
}

func capturedLayout(types []reflect.Type) ([]slot, *rtype) {
	fields := make([]reflect.StructField, len(types))
	kept := make([]slot, len(types))
	for i, t := range types {
		kept[i] = slot{cls: classOf(t), typ: rtypeOf(t)}
		ft := frameType(kept[i].cls, t)
		if kept[i].cls == nothing {
			ft = reflect.TypeFor[struct{}]()
		}
		fields[i] = reflect.StructField{Name: slotName(i), Type: ft}
	}
	st := reflect.StructOf(fields)
	for i := range kept {
		kept[i].off = st.Field(i).Offset
	}
	return kept, rtypeOf(st)
}

// unpack puts the captured values in their places in a frame for a call of c.
func (c *closure) unpack(fp unsafe.Pointer) unsafe.Pointer {
	b := (*header)(fp).body
	for i := range c.kept {
		move(fp, b.free[i], c.mem, &c.kept[i])
	}
	return fp
}

// callBack runs a closure for native code, on behalf of the cell that the
// calling goroutine belongs to. A panic goes on into the native code, unless that
// runs in a goroutine of its own, where it would end the process.
func callBack(c *closure, args []reflect.Value) (results []reflect.Value) {
	parent := currentThread()
	t := childThread(parent, c)
	foreign := parent == nil || parent.id != t.id
	if foreign {
		running.Add(1)
		defer running.Add(-1)
	}
	t.setLabel()
	normal := false
	defer func() {
		restoreLabel(parent)
		if normal {
			if parent != nil {
				parent.child.CompareAndSwap(nil, t)
			}
			return
		}
		if !foreign {
			t.failInto(parent)
			return
		}
		if v := t.ending(recover()); v != nil {
			t.eval.goroutineFailed(t.failure(v))
			results = t.zeroResults(c)
		}
	}()
	results = t.callClosure(c, args)
	normal = true
	return results
}

func restoreLabel(t *thread) {
	if t == nil {
		setProfLabel(nil)
		return
	}
	t.setLabel()
}

func (t *thread) zeroResults(c *closure) []reflect.Value {
	var results []reflect.Value
	for _, r := range c.code.load().results {
		results = append(results, reflect.Zero(typeOfRtype(r.typ)))
	}
	return results
}

// childThread returns a thread that counts its calls on from parent's.
func childThread(parent *thread, c *closure) *thread {
	if parent == nil {
		e := c.eval
		if e == nil {
			e = c.code.m.newEvaluation(nil) // its failure must not be that of later calls
		}
		return c.code.m.newThread(e)
	}
	t := parent.child.Swap(nil)
	if t == nil {
		t = parent.m.newThread(parent.eval)
	}
	t.stop, t.base, t.top, t.id = parent.stop, parent.depth(parent.top)+nativeDepth, nil, goroutine()
	t.nested = parent.nested + 1
	return t
}

// failInto hands what must survive native code's own recover, and the trace, on
// to the thread that called the native code.
func (t *thread) failInto(parent *thread) {
	if parent == nil {
		return
	}
	parent.inner = t.trace()
	if !slices.ContainsFunc(parent.inner, func(f Frame) bool { return f.Pos.IsValid() }) {
		parent.inner = append(parent.inner, parent.frames()...) // it had just begun
	}
	if t.abort != nil {
		parent.abort, parent.stop = t.abort, t.stop
	}
}

func (t *thread) callClosure(c *closure, args []reflect.Value) []reflect.Value {
	return t.enter(c.unpack(t.frame(c.code.load())), args)
}

func (t *thread) callValues(c *code, args []reflect.Value) []reflect.Value {
	return t.enter(t.frame(c.load()), args)
}

// enter runs the frame with args and returns copies of the results.
func (t *thread) enter(fp unsafe.Pointer, args []reflect.Value) []reflect.Value {
	b := (*header)(fp).body
	for i := range args {
		setArg(fp, &b.params[i], args[i])
	}
	t.call(fp, nil)
	results := make([]reflect.Value, len(b.results))
	for i := range b.results {
		r := reflect.New(typeOfRtype(b.results[i].typ)).Elem()
		if b.results[i].cls != nothing {
			typedmemmove(b.results[i].typ, r.Addr().UnsafePointer(), unsafe.Add(fp, b.results[i].off))
		}
		results[i] = r
	}
	t.release(fp)
	return results
}

// setArg stores an argument that comes from reflection.
func setArg(fp unsafe.Pointer, s *slot, v reflect.Value) {
	t := typeOfRtype(s.typ)
	if v.IsValid() && v.Type() != t && s.cls == face {
		faceStorer(s)(fp, efaceOf(v.Interface()))
		return
	}
	if !v.IsValid() {
		clearSlot(fp, s)
		return
	}
	s.set(fp, v)
}
