package vm

import (
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
)

// waitIntrinsics are the blocking functions that an interrupt ends, and the
// unlocking ones whose misuse would end the process.
var waitIntrinsics = map[string]intrinsic{
	"time.Sleep": func(s *callState) {
		t := s.thread()
		timer := time.NewTimer(arg[time.Duration](s, 0))
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-t.wake():
			t.poll()
		}
	},
	"time.AfterFunc": func(s *callState) {
		e, f := s.thread().eval, arg[func()](s, 1)
		give(s, 0, time.AfterFunc(arg[time.Duration](s, 0), func() { e.native(f) }))
	},
	"(*sync.Mutex).Lock":      func(s *callState) { s.thread().lock(arg[*sync.Mutex](s, 0)) },
	"(*sync.Mutex).Unlock":    func(s *callState) { unlock(arg[*sync.Mutex](s, 0)) },
	"(*sync.RWMutex).Lock":    func(s *callState) { s.thread().lockWriter(arg[*sync.RWMutex](s, 0)) },
	"(*sync.RWMutex).Unlock":  func(s *callState) { unlockWriter(arg[*sync.RWMutex](s, 0)) },
	"(*sync.RWMutex).RLock":   func(s *callState) { s.thread().lockReader(arg[*sync.RWMutex](s, 0)) },
	"(*sync.RWMutex).RUnlock": func(s *callState) { unlockReader(arg[*sync.RWMutex](s, 0)) },
	// What RWMutex.RLocker returns is the RWMutex under another type.
	"(*sync.rlocker).Lock":   func(s *callState) { s.thread().lockReader(arg[*sync.RWMutex](s, 0)) },
	"(*sync.rlocker).Unlock": func(s *callState) { unlockReader(arg[*sync.RWMutex](s, 0)) },
	"(*sync.WaitGroup).Wait": func(s *callState) {
		if w := arg[*sync.WaitGroup](s, 0); unfinished(w) != 0 {
			s.thread().await(unsafe.Pointer(w), func() bool { return unfinished(w) == 0 })
		}
	},
	"(*sync.WaitGroup).Add":  func(s *callState) { addWork(arg[*sync.WaitGroup](s, 0), arg[int](s, 1)) },
	"(*sync.WaitGroup).Done": func(s *callState) { addWork(arg[*sync.WaitGroup](s, 0), -1) },
	"(*sync.WaitGroup).Go": func(s *callState) {
		w, f := arg[*sync.WaitGroup](s, 0), arg[func()](s, 1)
		w.Add(1)
		s.thread().fork().spawn(func() {
			defer func() {
				if v := recover(); v != nil {
					panic(v) // before anyone who waits goes on
				}
				addWork(w, -1)
			}()
			f()
		})
	},
	"(*sync.Cond).Wait": func(s *callState) { s.thread().waitCond(arg[*sync.Cond](s, 0)) },
	"(*sync.Cond).Signal": func(s *callState) {
		if c := arg[*sync.Cond](s, 0); !parked.call(unsafe.Pointer(c)) {
			c.Signal()
		}
	},
	"(*sync.Cond).Broadcast": func(s *callState) {
		c := arg[*sync.Cond](s, 0)
		parked.callAll(unsafe.Pointer(c))
		c.Broadcast()
	},
}

// fatalText is an error that the Go runtime would end the process with.
type fatalText string

func (e fatalText) Error() string { return string(e) }

// RuntimeError marks it as an error of the runtime.
func (fatalText) RuntimeError() {}

func (t *thread) lock(m *sync.Mutex) {
	if !m.TryLock() {
		t.await(unsafe.Pointer(m), m.TryLock)
	}
}

func unlock(m *sync.Mutex) {
	if m.TryLock() {
		m.Unlock()
		panic(fatalText("sync: unlock of unlocked mutex"))
	}
	m.Unlock()
	parked.call(unsafe.Pointer(m))
}

func (t *thread) lockWriter(m *sync.RWMutex) {
	if !m.TryLock() {
		t.await(unsafe.Pointer(m), m.TryLock)
	}
}

func unlockWriter(m *sync.RWMutex) {
	if m.TryRLock() {
		m.RUnlock()
		panic(fatalText("sync: Unlock of unlocked RWMutex"))
	}
	m.Unlock()
	parked.call(unsafe.Pointer(m))
}

// lockReader waits behind writers that wait, so that these get their turn.
func (t *thread) lockReader(m *sync.RWMutex) {
	p := unsafe.Pointer(m)
	if !parked.empty(p) || !m.TryRLock() {
		t.await(p, m.TryRLock)
		parked.call(p) // the next may read as well
	}
}

func unlockReader(m *sync.RWMutex) {
	if m.TryLock() {
		m.Unlock()
		panic(fatalText("sync: RUnlock of unlocked RWMutex"))
	}
	m.RUnlock()
	parked.call(unsafe.Pointer(m))
}

// unfinished is the counter of w.
func unfinished(w *sync.WaitGroup) int32 {
	return int32((*atomic.Uint64)(unsafe.Pointer(w)).Load() >> 32)
}

func addWork(w *sync.WaitGroup, n int) {
	w.Add(n)
	if unfinished(w) == 0 {
		parked.callAll(unsafe.Pointer(w))
	}
}

// waitCond waits like Cond.Wait. It holds the lock again when it returns or
// unwinds, because deferred calls unlock it.
func (t *thread) waitCond(c *sync.Cond) {
	p := unsafe.Pointer(c)
	locker := c.L
	ticket := parked.join(p, false)
	t.free(locker, p, ticket)
	select {
	case <-ticket:
		t.obtain(locker)
	case <-t.wake():
		t.giveUp(p, ticket)
		stop := t.stop
		t.stop = &t.eval.kill
		t.obtain(locker)
		t.stop = stop
		t.poll()
	}
}

// obtain locks l, which may be a cell's own.
func (t *thread) obtain(l sync.Locker) {
	switch l := l.(type) {
	case *sync.Mutex:
		t.lock(l)
	case *sync.RWMutex:
		t.lockWriter(l)
	default:
		l.Lock()
	}
}

// free unlocks l for a wait with ticket.
func (t *thread) free(l sync.Locker, p unsafe.Pointer, ticket chan struct{}) {
	done := false
	defer func() {
		if !done {
			t.giveUp(p, ticket)
		}
	}()
	switch l := l.(type) {
	case *sync.Mutex:
		unlock(l)
	case *sync.RWMutex:
		unlockWriter(l)
	default:
		l.Unlock()
	}
	done = true
}
