package vm

import (
	"go/types"
	"reflect"
	"sync"
	"sync/atomic"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

// callPlan is a compiled call: frame makes the frame of a compiled callee with
// its arguments, for a call by t that runs now or later, or returns nil if the
// callee is native; direct does the call then, or always if frame is nil.
type callPlan struct {
	frame   func(t *thread, fp unsafe.Pointer, now bool) unsafe.Pointer
	direct  instr
	results []*slot
}

func (c *compiler) call(in *ssa.Call) instr {
	if fast := c.fastCall(in); fast != nil {
		return fast
	}
	p := c.planCall(&in.Call, c.resultSlots(in))
	if p.frame == nil {
		return p.direct
	}
	if c.b.wrapper {
		return p.wrapperCall()
	}
	return p.invokeCall()
}

func (p callPlan) invokeCall() instr {
	frame, direct, results := p.frame, p.direct, p.results
	return func(fp unsafe.Pointer) {
		t := (*header)(fp).t
		callee := frame(t, fp, true)
		if callee == nil {
			direct(fp)
			return
		}
		t.call(callee, fp)
		b := (*header)(callee).body
		for i, r := range results {
			move(fp, r, callee, &b.results[i])
		}
		t.done(callee, fp)
	}
}

// wrapperCall is the call in a method wrapper, which a recover sees through.
func (p callPlan) wrapperCall() instr {
	frame, direct, results := p.frame, p.direct, p.results
	return func(fp unsafe.Pointer) {
		t := (*header)(fp).t
		callee := frame(t, fp, false)
		if callee == nil {
			direct(fp)
			return
		}
		h := (*header)(callee)
		h.panicking = (*header)(fp).panicking
		t.call(callee, fp)
		h.panicking = nil
		for i, r := range results {
			move(fp, r, callee, &h.body.results[i])
		}
		t.release(callee)
	}
}

// isWrapper reports whether fn only adapts a method.
func isWrapper(fn *ssa.Function) bool {
	s := fn.Synthetic
	return len(s) > 4 && (s[:5] == "wrapp" || s[:5] == "bound" || s[:5] == "thunk" || s[:5] == "promo")
}

func (c *compiler) resultSlots(in *ssa.Call) []*slot {
	if _, ok := in.Type().(*types.Tuple); ok {
		return c.tuples[in]
	}
	return []*slot{c.slot(in)}
}

func (c *compiler) planCall(common *ssa.CallCommon, results []*slot) callPlan {
	if b, ok := common.Value.(*ssa.Builtin); ok {
		return callPlan{direct: c.builtin(b, common, results), results: results}
	}
	args := make([]*slot, len(common.Args))
	for i, a := range common.Args {
		args[i] = c.slot(a)
	}
	if common.IsInvoke() {
		return c.planInvoke(common, args, results)
	}
	if fn, ok := common.Value.(*ssa.Function); ok {
		return c.planStatic(fn, args, results)
	}
	return c.planDynamic(common, args, results)
}

func (c *compiler) planStatic(fn *ssa.Function, args, results []*slot) callPlan {
	if !c.m.hasBody(fn) {
		return callPlan{direct: c.nativeFunction(fn, args, results), results: results}
	}
	code := c.m.codeOf(fn)
	return callPlan{results: results, frame: func(t *thread, fp unsafe.Pointer, now bool) unsafe.Pointer {
		b := code.load()
		callee := t.frameFor(b, fp, now)
		for i, a := range args {
			move(callee, &b.params[i], fp, a)
		}
		return callee
	}}
}

// fastCall compiles a static call whose arguments and result are words.
func (c *compiler) fastCall(in *ssa.Call) instr {
	fn, ok := in.Call.Value.(*ssa.Function)
	if !ok || !c.m.hasBody(fn) || c.b.wrapper || len(in.Call.Args) > 2 {
		return nil
	}
	var params []reflect.Type
	args := make([]uintptr, 3)
	for i, a := range in.Call.Args {
		if c.slot(a).cls != word {
			return nil
		}
		args[i] = c.slot(a).off
		params = append(params, c.typ(a.Type()))
	}
	results := c.m.types.list(fn.Signature.Results())
	if len(results) != 1 || c.slot(in).cls != word {
		return nil
	}
	to, from := signatureSlots(params, results)
	return wordCall(c.m.codeOf(fn), args, to, from[0].off, c.slot(in).off)
}

//go:noinline
func wordCall(code *code, args []uintptr, to []slot, from, dst uintptr) instr {
	if len(to) == 0 {
		return func(fp unsafe.Pointer) {
			callee := code.callee(fp)
			(*header)(fp).t.call(callee, fp)
			*at[uint64](fp, dst) = *at[uint64](callee, from)
			(*header)(fp).t.done(callee, fp)
		}
	}
	first, last := 0, len(to)-1 // the same if there is one
	p0, p1, a0, a1 := to[first].off, to[last].off, args[first], args[last]
	return func(fp unsafe.Pointer) {
		callee := code.callee(fp)
		*at[uint64](callee, p0) = *at[uint64](fp, a0)
		*at[uint64](callee, p1) = *at[uint64](fp, a1)
		(*header)(fp).t.call(callee, fp)
		*at[uint64](fp, dst) = *at[uint64](callee, from)
		(*header)(fp).t.done(callee, fp)
	}
}

// planDynamic calls a function value.
func (c *compiler) planDynamic(common *ssa.CallCommon, args, results []*slot) callPlan {
	src := c.slot(common.Value)
	native := c.nativeValue(src, args, results)
	off := src.off
	return callPlan{
		results: results,
		frame: func(t *thread, fp unsafe.Pointer, now bool) unsafe.Pointer {
			f := *at[unsafe.Pointer](fp, off)
			if f == nil {
				nilDereference()
			}
			cl := closureOf(f)
			if cl == nil {
				return nil
			}
			b := cl.code.load()
			callee := cl.unpack(t.frameFor(b, fp, now))
			for i, a := range args {
				move(callee, &b.params[i], fp, a)
			}
			return callee
		},
		direct: native,
	}
}

// target is the method that an interface call reaches for one dynamic type.
type target struct {
	typ    *rtype
	code   *code
	native *nativeCall // where there is no compiled body
}

// planInvoke calls a method of an interface value; sites remember the last
// target.
func (c *compiler) planInvoke(common *ssa.CallCommon, args, results []*slot) callPlan {
	get := efaceLoader(c.slot(common.Value))
	m, method := c.m, common.Method
	site := &invokeSite{m: m, method: method, args: args, results: results}
	return callPlan{
		results: results,
		frame: func(t *thread, fp unsafe.Pointer, now bool) unsafe.Pointer {
			e := get(fp)
			if e.typ == nil {
				nilDereference()
			}
			tg := site.find(e.typ)
			if tg.code == nil {
				return nil
			}
			b := tg.code.load()
			callee := t.frameFor(b, fp, now)
			unboxTo(callee, &b.params[0], e)
			for i, a := range args {
				move(callee, &b.params[i+1], fp, a)
			}
			return callee
		},
		direct: func(fp unsafe.Pointer) {
			e := get(fp)
			site.find(e.typ).native.invoke(fp, e)
		},
	}
}

type invokeSite struct {
	m             *Machine
	method        *types.Func
	args, results []*slot
	targets       sync.Map // *rtype -> *target
	last          atomic.Pointer[target]
}

func (s *invokeSite) find(t *rtype) *target {
	if tg := s.last.Load(); tg != nil && tg.typ == t {
		return tg
	}
	if tg, ok := s.targets.Load(t); ok {
		s.last.Store(tg.(*target))
		return tg.(*target)
	}
	tg := s.resolve(t)
	s.targets.Store(t, tg)
	s.last.Store(tg)
	return tg
}

func (s *invokeSite) resolve(t *rtype) *target {
	s.m.mu.Lock()
	defer s.m.mu.Unlock()
	if fn := s.m.methodOf(t, s.method); fn != nil && s.m.hasBody(fn) {
		return &target{typ: t, code: s.m.codeOf(fn)}
	}
	return &target{typ: t, native: s.m.nativeMethod(t, s.method, s.args, s.results)}
}

// methodOf returns the function that implements a method for a dynamic type, or
// nil if only the native type knows it.
func (m *Machine) methodOf(r *rtype, method *types.Func) *ssa.Function {
	t := m.types.goType(r)
	if t == nil {
		return nil
	}
	sel := types.NewMethodSet(t).Lookup(method.Pkg(), method.Name())
	if sel == nil {
		return nil
	}
	return m.prog.MethodValue(sel)
}

// hasBody reports whether fn is compiled, and not native or an intrinsic.
func (m *Machine) hasBody(fn *ssa.Function) bool { return len(fn.Blocks) > 0 && !m.isSpecial(fn) }
