package iter

import "runtime"

// Pull turns seq into a function that gives one value a call, and one that
// stops. The sequence runs in a goroutine of its own that takes turns with its
// caller.
func Pull[V any](seq Seq[V]) (next func() (V, bool), stop func()) {
	next2, stop := Pull2(func(yield func(V, struct{}) bool) {
		seq(func(v V) bool { return yield(v, struct{}{}) })
	})
	return func() (V, bool) {
		v, _, ok := next2()
		return v, ok
	}, stop
}

// Pull2 is Pull for sequences of pairs.
func Pull2[K, V any](seq Seq2[K, V]) (next func() (K, V, bool), stop func()) {
	t := &turns[K, V]{resume: make(chan struct{}), pause: make(chan struct{})}
	next = func() (k K, v V, ok bool) {
		if t.done {
			return
		}
		if t.busy {
			panic("iter.Pull: next called again before yield")
		}
		t.busy = true
		t.step(seq)
		k, v, ok = t.k, t.v, t.ok
		t.clear()
		return
	}
	stop = func() {
		if t.done {
			return
		}
		t.done = true
		if t.started {
			t.step(seq)
		}
	}
	return next, stop
}

// turns is the state that a sequence and its caller share; only the one whose
// turn it is touches it.
type turns[K, V any] struct {
	resume, pause chan struct{}
	k             K
	v             V
	ok            bool
	busy          bool // next waits for a value
	started, done bool
	finished      bool // seq returned; without it and a panic, it called Goexit
	panicked      bool
	panicValue    any
	exited        bool
}

func (t *turns[K, V]) clear() {
	var k K
	var v V
	t.k, t.v, t.ok = k, v, false
}

// step lets the sequence run until it yields or ends, and passes on its panic.
func (t *turns[K, V]) step(seq Seq2[K, V]) {
	if t.started {
		t.resume <- struct{}{}
	} else {
		t.started = true
		go t.run(seq)
	}
	<-t.pause
	if t.panicked {
		t.panicked = false
		panic(t.panicValue)
	}
	if t.exited {
		t.exited = false
		runtime.Goexit()
	}
}

func (t *turns[K, V]) run(seq Seq2[K, V]) {
	defer func() {
		if !t.finished {
			if p := recover(); p != nil {
				t.panicked, t.panicValue = true, p
			} else {
				t.exited = true
			}
		}
		t.done, t.busy = true, false
		t.pause <- struct{}{}
	}()
	seq(t.yield)
	t.finished = true
}

func (t *turns[K, V]) yield(k K, v V) bool {
	if t.done {
		return false
	}
	if !t.busy {
		panic("iter.Pull: yield called again before next")
	}
	t.busy = false
	t.k, t.v, t.ok = k, v, true
	t.pause <- struct{}{}
	<-t.resume
	return !t.done
}
