package vm

import (
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

// unwinding is a panic on its way through the frame that is running its deferred
// calls.
type unwinding struct {
	value     any
	abort     *abort // not nil: recover sees no panic
	recovered bool
	trace     []Frame
}

func (u *unwinding) overflows() bool { return u != nil && u.abort != nil && u.abort.overflow }

// deferred is one entry of a frame's list of deferred calls.
type deferred struct {
	next *deferred
	run  func(t *thread, fp unsafe.Pointer, because *unwinding)
}

// prepared evaluates a call now and returns how to do it later.
// For a go statement, the thread of the call is a new one.
func (c *compiler) prepared(common *ssa.CallCommon) func(t *thread, fp unsafe.Pointer) func(t *thread, fp unsafe.Pointer, because *unwinding) {
	p := c.planCall(common, nil) // results are dropped
	value, dynamic := c.functionRegister(common)
	b, isBuiltin := common.Value.(*ssa.Builtin)
	isRecover := isBuiltin && b.Name() == "recover"
	return func(t *thread, fp unsafe.Pointer) func(*thread, unsafe.Pointer, *unwinding) {
		if p.frame != nil {
			if dynamic && *at[unsafe.Pointer](fp, value) == nil {
				return func(*thread, unsafe.Pointer, *unwinding) { nilDereference() }
			}
			if callee := p.frame(t, fp, false); callee != nil {
				return func(t *thread, fp unsafe.Pointer, because *unwinding) { t.callDeferred(callee, fp, because) }
			}
		}
		own := cloneFrame(fp)
		return func(t *thread, fp unsafe.Pointer, because *unwinding) {
			// A deferred recover acts in the deferring function, unless that
			// panics itself.
			if p.direct != nil && (because == nil || !isRecover) {
				h := (*header)(own)
				h.t = t
				if fp == nil { // a goroutine: it has no other frame to be traced
					h.caller, t.top = nil, own
				}
				p.direct(own)
			}
		}
	}
}

// functionRegister returns where the function value of a call is: one that is nil
// matters only when it is called.
func (c *compiler) functionRegister(common *ssa.CallCommon) (off uintptr, dynamic bool) {
	switch common.Value.(type) {
	case *ssa.Function, *ssa.Builtin:
		return 0, false
	}
	if common.IsInvoke() {
		return 0, false
	}
	return c.slot(common.Value).off, true
}

func cloneFrame(fp unsafe.Pointer) unsafe.Pointer {
	b := (*header)(fp).body
	own := unsafeNew(b.frame)
	typedmemmove(b.frame, own, fp)
	(*header)(own).spare = nil
	return own
}

// callDeferred runs a frame whose results nobody wants.
func (t *thread) callDeferred(callee, fp unsafe.Pointer, because *unwinding) {
	h := (*header)(callee)
	h.panicking = because
	t.call(callee, fp)
	h.panicking = nil
	t.release(callee)
}

func (c *compiler) deferInstr(in *ssa.Defer) instr {
	prepare := c.prepared(&in.Call)
	var stack *slot
	if in.DeferStack != nil {
		stack = c.slot(in.DeferStack)
	}
	return func(fp unsafe.Pointer) {
		frame := fp
		if stack != nil {
			frame = *at[unsafe.Pointer](fp, stack.off)
		}
		h := (*header)(frame)
		h.defers = &deferred{h.defers, prepare(h.t, fp)}
	}
}

func (c *compiler) goInstr(in *ssa.Go) instr {
	prepare := c.prepared(&in.Call)
	return func(fp unsafe.Pointer) {
		n := (*header)(fp).t.fork()
		run := prepare(n, fp)
		n.spawn(func() { run(n, nil, nil) })
	}
}

// runDefers is the instruction before a return.
func runDefers(fp unsafe.Pointer) {
	h := (*header)(fp)
	for h.defers != nil {
		d := h.defers
		h.defers = d.next
		d.run(h.t, fp, nil)
	}
}

// runDeferring executes a function that may defer calls.
func (b *body) runDeferring(fp unsafe.Pointer) {
	u := b.guarded(fp, func() { b.run(fp, 0); b.lateDefers(fp) })
	for u != nil {
		u = b.unwind(fp, u)
		if u != nil {
			t := (*header)(fp).t
			t.inner, t.abort = u.trace, u.abort
			panic(u.value)
		}
		// Recovered: the named results are returned as they are.
		if b.recover < 0 {
			return
		}
		u = b.guarded(fp, func() { b.run(fp, b.recover) })
	}
}

// lateDefers runs calls deferred by bodies of range-over-func loops, for which
// package ssa may give no instruction, and reads named results again.
func (b *body) lateDefers(fp unsafe.Pointer) {
	if (*header)(fp).defers == nil {
		return
	}
	runDefers(fp)
	if r := b.fn.Signature.Results(); b.recover >= 0 && r.Len() > 0 && r.At(0).Name() != "" {
		b.run(fp, b.recover)
	}
}

// guarded runs f and returns the panic that ended it, or nil. On Goexit it runs
// the deferred calls of the frame itself.
func (b *body) guarded(fp unsafe.Pointer, f func()) (u *unwinding) {
	normal := false
	defer func() {
		if normal {
			return
		}
		v := recover()
		t := (*header)(fp).t
		if v == nil { // runtime.Goexit
			t.reset(fp)
			a := t.abort
			defer func() { t.abort = a }()
			t.abort = nil // deferred calls may call native code again
			runDefers(fp)
			return
		}
		u = t.caught(fp, v)
	}()
	f()
	normal = true
	return nil
}

// caught makes fp the innermost frame again and describes the panic.
func (t *thread) caught(fp unsafe.Pointer, v any) *unwinding {
	u := &unwinding{value: v, trace: t.trace()}
	u.abort, _ = v.(*abort)
	t.abort = nil // deferred calls may call native code again
	t.reset(fp)
	if t.eval.main == t {
		t.eval.inNative.Store(0)
	}
	return u
}

// unwind runs the deferred calls of fp because of u. It returns the panic that
// goes on: u, one that replaced it, or nil after a recover.
func (b *body) unwind(fp unsafe.Pointer, u *unwinding) *unwinding {
	h := (*header)(fp)
	for h.defers != nil {
		if u != nil && u.abort != nil && (u.abort.final || u.abort.exit != nil || h.t.eval.kill.Load() != 0) {
			h.defers = nil
			return u
		}
		d := h.defers
		h.defers = d.next
		newer := b.guarded(fp, func() { d.run(h.t, fp, u) })
		if u.overflows() && newer.overflows() {
			newer.abort.final = true // a deferred call that recurses would double the work at every level
		}
		switch {
		case newer != nil && (u == nil || u.abort == nil || newer.abort != nil):
			u = newer
		case u != nil && u.recovered:
			u = nil
		}
	}
	return u
}

//go:noinline
func recoverInstr(d *slot) instr {
	return func(fp unsafe.Pointer) {
		var v any
		if u := (*header)(fp).panicking; u != nil && !u.recovered && u.abort == nil {
			u.recovered = true
			v = u.value
		}
		if d != nil {
			*at[any](fp, d.off) = v
		}
	}
}

// trace returns the frames from the innermost on.
func (t *thread) trace() []Frame {
	if t.inner != nil {
		inner := t.inner
		t.inner = nil
		return inner
	}
	return t.frames()
}

const maxTrace = 100

func (t *thread) frames() []Frame {
	var list []Frame
	for fp := t.top; fp != nil && len(list) < maxTrace; fp = (*header)(fp).caller {
		h := (*header)(fp)
		f := Frame{Func: h.body.fn.String()}
		if pc := int(h.base) + int(h.step); pc >= 0 && pc < len(h.body.pos) {
			f.Pos = h.body.pos[pc]
		}
		list = append(list, f)
	}
	return list
}
