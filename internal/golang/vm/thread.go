package vm

import (
	"sync/atomic"
	"unsafe"
)

// thread is the state of one goroutine that runs compiled code, or of one call
// back from native code.
type thread struct {
	m     *Machine
	eval  *evaluation
	stop  *atomic.Uint32 // not 0: unwind
	pools []unsafe.Pointer
	top   unsafe.Pointer // innermost frame
	depth int32
	max   int32
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
	nativeDepth = 8       // what a call back counts for, as its stack frames are large
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

// release gives a frame back after its results were read.
func (t *thread) release(b *body, fp unsafe.Pointer) {
	if int(b.id) >= len(t.pools) {
		t.pools = append(t.pools, make([]unsafe.Pointer, int(b.id)+1-len(t.pools))...)
	}
	h := (*header)(fp)
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

// call runs the frame fp of b for caller, a frame or nil.
func (t *thread) call(b *body, fp, caller unsafe.Pointer) {
	h := (*header)(fp)
	h.caller = caller
	t.depth++
	h.depth = t.depth
	t.top = fp
	if t.depth > t.max || t.stop.Load() != 0 {
		t.cannotGoOn()
	}
	if b.defers {
		b.runDeferring(fp)
	} else {
		b.run(fp, 0)
	}
	t.top = caller
	t.depth--
}

// cannotGoOn unwinds because of an interrupt or the depth limit.
func (t *thread) cannotGoOn() {
	t.poll()
	if t.depth > t.max {
		t.raise(&abort{overflow: true})
	}
}

// poll unwinds if the evaluation is to stop.
func (t *thread) poll() {
	if t.stop.Load() != 0 {
		t.raise(&abort{interrupt: true})
	}
}

// raise unwinds the thread; the cell's code cannot recover from it. Deferred
// calls still run, until the evaluation's grace is over.
func (t *thread) raise(a *abort) {
	t.stop = &t.eval.kill
	t.abort = a
	panic(a)
}

// reset makes fp the innermost frame again after a panic ended those above.
func (t *thread) reset(fp unsafe.Pointer) {
	t.top = fp
	t.depth = (*header)(fp).depth
}

// run executes b from a block on until a return.
func (b *body) run(fp unsafe.Pointer, block int32) {
	h := (*header)(fp)
	blocks, stop := b.blocks, h.t.stop
	for {
		bl := &blocks[block]
		pc := bl.base
		for _, in := range bl.code {
			h.pc = pc
			pc++
			in(fp)
		}
		next := bl.next
		if end := bl.end; end != nil {
			h.pc = pc
			next = end(fp)
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
