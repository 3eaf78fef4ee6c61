package vm

import (
	"runtime"
	"sync/atomic"
	"unsafe"
)

// thread is the state of one goroutine that runs compiled code, or of one call
// back from native code.
type thread struct {
	m      *Machine
	eval   *evaluation
	stop   *atomic.Uint32 // not 0: unwind
	pools  []unsafe.Pointer
	top    unsafe.Pointer // innermost frame
	base   int32          // depth that the outermost frame counts from
	max    int32
	nested int32 // calls back from native code around this one
	// abort is an unwinding that native code might swallow by recovering.
	abort *abort
	// inner is the trace of a panic on its way out of a call back.
	inner []Frame
	child atomic.Pointer[thread] // idle thread for calls back
	label labelSet
	id    uintptr // of the goroutine
}

const (
	poolBytes   = 4 << 20 // of the frames that a thread keeps for one function
	deferDepth  = 1000    // more for deferred calls after the depth limit was reached
	nativeDepth = 40      // what a call back counts for, as its stack frames are large
)

func (m *Machine) newThread(e *evaluation) *thread {
	t := &thread{m: m, eval: e, stop: &e.stop, max: int32(m.opts.MaxDepth)}
	t.label.list = []label{{"graft", unsafe.String((*byte)(unsafe.Pointer(t)), 1)}}
	return t
}

// frame returns a frame for a call of b, whose parameters the caller fills in.
func (t *thread) frame(b *body) unsafe.Pointer {
	if int(b.id) < len(t.pools) {
		if fp := t.pools[b.id]; fp != nil {
			t.pools[b.id] = (*header)(fp).next
			return fp
		}
	}
	return t.newFrame(b)
}

func (t *thread) newFrame(b *body) unsafe.Pointer {
	fp := unsafeNew(b.frame)
	typedmemmove(b.frame, fp, b.template)
	h := (*header)(fp)
	h.t, h.body = t, b
	return fp
}

// maxChain is the depth of calls down to which a frame keeps the one of its last
// call. A chain of such frames lives as long as its first.
const maxChain = 256

// callee returns a frame for a call of c from the frame fp that runs at once.
func (c *code) callee(fp unsafe.Pointer) unsafe.Pointer {
	spare := (*header)(fp).spare
	if spare == nil || (*header)(spare).body != c.body.Load() {
		return (*header)(fp).t.change(fp, c.load())
	}
	return spare
}

// frameFor returns a frame for a call of b from the frame fp, now or later.
func (t *thread) frameFor(b *body, fp unsafe.Pointer, now bool) unsafe.Pointer {
	if !now {
		return t.frame(b)
	}
	if spare := (*header)(fp).spare; spare != nil && (*header)(spare).body == b {
		return spare
	}
	return t.change(fp, b)
}

// change returns a frame for a call of b from fp, whose spare frame is of another
// function.
func (t *thread) change(fp unsafe.Pointer, b *body) unsafe.Pointer {
	h := (*header)(fp)
	fresh := t.frame(b)
	if h.depth < maxChain {
		if h.spare != nil {
			t.release(h.spare)
		}
		h.spare = fresh
	}
	return fresh
}

// done gives back the frame of a call from fp whose results were read, unless fp
// keeps it.
func (t *thread) done(callee, fp unsafe.Pointer) {
	if (*header)(fp).spare != callee {
		t.release(callee)
	}
}

// release gives a frame back after its results were read.
func (t *thread) release(fp unsafe.Pointer) {
	h := (*header)(fp)
	b := h.body
	if int(b.id) >= len(t.pools) {
		t.pools = append(t.pools, make([]unsafe.Pointer, int(b.id)+1-len(t.pools))...)
	}
	h.pooled = 1
	if next := t.pools[b.id]; next != nil {
		h.pooled = (*header)(next).pooled + 1
		if h.pooled > b.keep {
			return
		}
	}
	h.next = t.pools[b.id]
	t.pools[b.id] = fp
}

// call runs the frame fp for caller, a frame or nil.
func (t *thread) call(fp, caller unsafe.Pointer) {
	h := (*header)(fp)
	h.caller = caller
	h.depth = t.depth(caller) + 1
	t.top = fp
	if h.depth > t.max || t.stop.Load() != 0 {
		t.cannotGoOn(h.depth)
	}
	if b := h.body; b.defers {
		b.runDeferring(fp)
	} else {
		b.run(fp, 0)
	}
	t.top = caller
}

// depth returns the number of calls down to the frame fp, or to the start of the
// thread if fp is nil.
func (t *thread) depth(fp unsafe.Pointer) int32 {
	if fp == nil {
		return t.base
	}
	return (*header)(fp).depth
}

// cannotGoOn unwinds because of an interrupt or the depth limit.
func (t *thread) cannotGoOn(depth int32) {
	t.poll()
	if depth > t.max {
		t.max = int32(t.m.opts.MaxDepth) + deferDepth
		t.raise(&abort{overflow: true})
	}
}

// poll unwinds if the evaluation is to stop.
func (t *thread) poll() {
	if t.stop.Load() != 0 {
		t.raise(&abort{interrupt: true})
	}
}

// maxNested is how many calls of native code an abort unwinds as a panic. Native code
// may recover and panic again at every one, on a stack that grows with each, so that
// 10,000 take minutes: from here on the goroutine exits.
const maxNested = 100

// raise unwinds the thread; the cell's code cannot recover from it. Deferred
// calls still run, until the evaluation's grace is over.
func (t *thread) raise(a *abort) {
	t.stop = &t.eval.kill
	t.abort = a
	if t.nested > maxNested {
		runtime.Goexit()
	}
	panic(a)
}

// ending returns what ended the goroutine of t, of which recover said v.
func (t *thread) ending(v any) any {
	if v == nil && t.abort != nil {
		return t.abort
	}
	return v
}

// reset makes fp the innermost frame again after a panic ended those above.
func (t *thread) reset(fp unsafe.Pointer) { t.top = fp }

// run executes b from a block on until a return. The cases are a loop over the
// block's instructions, which Go would keep in memory around every call.
func (b *body) run(fp unsafe.Pointer, block int32) {
	h := (*header)(fp)
	blocks, stop := b.blocks, h.t.stop
	for {
		bl := &blocks[block]
		h.base = bl.base
		switch bl.first {
		case 0:
			h.step = 0
			bl.code[0](fp)
			fallthrough
		case 1:
			h.step = 1
			bl.code[1](fp)
			fallthrough
		case 2:
			h.step = 2
			bl.code[2](fp)
			fallthrough
		case 3:
			h.step = 3
			bl.code[3](fp)
			fallthrough
		case 4:
			h.step = 4
			bl.code[4](fp)
			fallthrough
		case 5:
			h.step = 5
			bl.code[5](fp)
			fallthrough
		case 6:
			h.step = 6
			bl.code[6](fp)
			fallthrough
		case 7:
			h.step = 7
			bl.code[7](fp)
		}
		h.step = blockSize
		next := bl.next
		if bl.end != nil {
			next = bl.end(fp)
		}
		if next <= block {
			if next < 0 {
				return
			}
			if stop.Load() != 0 {
				h.t.poll()
			}
		}
		block = next
	}
}

// label and labelSet have the layout of the profiler's labels of a goroutine,
// which goroutines inherit: they lead from native code back to the cell.
type label struct{ key, value string }

type labelSet struct{ list []label }

// currentThread returns the thread that the calling goroutine, or the goroutine
// that started it, runs; nil if there is none.
func currentThread() *thread {
	set := (*labelSet)(getProfLabel())
	if set == nil {
		return nil
	}
	for i := range set.list {
		if set.list[i].key == "graft" {
			return (*thread)(unsafe.Pointer(unsafe.StringData(set.list[i].value)))
		}
	}
	return nil
}

func (t *thread) setLabel() { setProfLabel(unsafe.Pointer(&t.label)) }

// own makes t the thread of the calling goroutine.
func (t *thread) own() {
	t.setLabel()
	t.id = goroutine()
}
