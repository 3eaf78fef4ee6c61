package vm

import (
	"sync"
	"time"
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
	"(*sync.Mutex).Lock": func(s *callState) {
		if m := arg[*sync.Mutex](s, 0); !m.TryLock() {
			s.thread().acquire(m.Lock, m.Unlock)
		}
	},
	"(*sync.Mutex).Unlock": func(s *callState) {
		m := arg[*sync.Mutex](s, 0)
		if m.TryLock() {
			m.Unlock()
			panic(fatalText("sync: unlock of unlocked mutex"))
		}
		m.Unlock()
	},
	"(*sync.RWMutex).Lock": func(s *callState) {
		if m := arg[*sync.RWMutex](s, 0); !m.TryLock() {
			s.thread().acquire(m.Lock, m.Unlock)
		}
	},
	"(*sync.RWMutex).Unlock": func(s *callState) {
		m := arg[*sync.RWMutex](s, 0)
		if m.TryRLock() {
			m.RUnlock()
			panic(fatalText("sync: Unlock of unlocked RWMutex"))
		}
		m.Unlock()
	},
	"(*sync.RWMutex).RLock": func(s *callState) {
		if m := arg[*sync.RWMutex](s, 0); !m.TryRLock() {
			s.thread().acquire(m.RLock, m.RUnlock)
		}
	},
	"(*sync.RWMutex).RUnlock": func(s *callState) {
		m := arg[*sync.RWMutex](s, 0)
		if m.TryLock() {
			m.Unlock()
			panic(fatalText("sync: RUnlock of unlocked RWMutex"))
		}
		m.RUnlock()
	},
	"(*sync.WaitGroup).Wait": func(s *callState) {
		s.thread().acquire(arg[*sync.WaitGroup](s, 0).Wait, func() {})
	},
	"(*sync.Cond).Wait": func(s *callState) { s.thread().waitCond(arg[*sync.Cond](s, 0)) },
}

// fatalText is an error that the Go runtime would end the process with.
type fatalText string

func (e fatalText) Error() string { return string(e) }

// RuntimeError marks it as an error of the runtime.
func (fatalText) RuntimeError() {}

// acquire calls block, which may take for ever, in a goroutine of its own. After
// an interrupt nobody waits for it; undo gives back what it gets then.
func (t *thread) acquire(block, undo func()) {
	done := make(chan struct{})
	go func() {
		block()
		close(done)
	}()
	select {
	case <-done:
	case <-t.wake():
		go func() {
			<-done
			undo()
		}()
		t.poll()
	}
}

// waitCond waits like Cond.Wait. It holds the lock again when it returns or
// unwinds, because deferred calls unlock it.
func (t *thread) waitCond(c *sync.Cond) {
	done := make(chan struct{})
	go func() {
		c.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-t.wake():
		go func() {
			<-done
			c.L.Unlock()
		}()
		locked := make(chan struct{})
		go func() {
			c.L.Lock()
			close(locked)
		}()
		select {
		case <-locked:
		case <-t.eval.killed:
		}
		t.poll()
	}
}
