package vm

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
)

// Cells do not wait inside package sync: an interrupt could not end that, and the
// goroutine would stay for ever. Who cannot have a lock at once queues up for its
// address here, and whoever unlocks wakes the first. Native code may unlock as
// well, so that everyone looks again now and then.
type parking struct {
	mu     sync.Mutex
	queues map[unsafe.Pointer][]chan struct{}
	parked atomic.Int32 // in all queues
}

var parked = parking{queues: map[unsafe.Pointer][]chan struct{}{}}

const (
	firstLook = 50 * time.Microsecond
	lastLook  = 10 * time.Millisecond
)

// join adds a ticket to the queue of p.
func (k *parking) join(p unsafe.Pointer, front bool) chan struct{} {
	k.mu.Lock()
	defer k.mu.Unlock()
	ticket := make(chan struct{})
	at := len(k.queues[p])
	if front {
		at = 0
	}
	k.queues[p] = slices.Insert(k.queues[p], at, ticket)
	k.parked.Add(1)
	return ticket
}

// leave takes the ticket back. It reports false if that was called already.
func (k *parking) leave(p unsafe.Pointer, ticket chan struct{}) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	i := slices.Index(k.queues[p], ticket)
	if i < 0 {
		return false
	}
	k.drop(p, i)
	return true
}

func (k *parking) drop(p unsafe.Pointer, i int) {
	k.parked.Add(-1)
	if k.queues[p] = slices.Delete(k.queues[p], i, i+1); len(k.queues[p]) == 0 {
		delete(k.queues, p)
	}
}

// call wakes the first in the queue of p, if there is one.
func (k *parking) call(p unsafe.Pointer) bool {
	if k.parked.Load() == 0 {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.queues[p]) == 0 {
		return false
	}
	close(k.queues[p][0])
	k.drop(p, 0)
	return true
}

// callAll wakes everyone who is in the queue of p.
func (k *parking) callAll(p unsafe.Pointer) {
	if k.parked.Load() == 0 {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	for len(k.queues[p]) > 0 {
		close(k.queues[p][0])
		k.drop(p, 0)
	}
}

func (k *parking) empty(p unsafe.Pointer) bool {
	if k.parked.Load() == 0 {
		return true
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.queues[p]) == 0
}

// await waits in the queue of p until try succeeds, or unwinds.
func (t *thread) await(p unsafe.Pointer, try func() bool) {
	ticket := parked.join(p, false)
	timer := time.NewTimer(firstLook)
	defer timer.Stop()
	for pause := firstLook; !try(); pause = min(2*pause, lastLook) {
		timer.Reset(pause)
		select {
		case <-ticket:
			ticket = parked.join(p, true)
		case <-timer.C:
		case <-t.wake():
			t.giveUp(p, ticket)
			t.poll()
		}
	}
	parked.leave(p, ticket)
}

// giveUp leaves the queue of p; a call that came meanwhile is for the next.
func (t *thread) giveUp(p unsafe.Pointer, ticket chan struct{}) {
	if !parked.leave(p, ticket) {
		parked.call(p)
	}
}
