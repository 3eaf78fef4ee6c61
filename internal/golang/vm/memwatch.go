package vm

import (
	"runtime"
	"runtime/metrics"
	"sync"
)

// Small allocations are not counted one by one: after each garbage collection the
// evaluations are ended whose machine's limit of the heap is below what is alive.

// watched are the evaluations that run.
var watched = struct {
	sync.Mutex
	list map[*evaluation]bool
}{list: map[*evaluation]bool{}}

// watch adds e to the watched evaluations until the result is called.
func (e *evaluation) watch() func() {
	everyCollection()
	watched.Lock()
	defer watched.Unlock()
	watched.list[e] = true
	return func() {
		watched.Lock()
		defer watched.Unlock()
		delete(watched.list, e)
	}
}

// sentinel is garbage that the next collection finds. Its pointer gives it a place in
// memory of its own.
type sentinel struct{ _ *int }

// everyCollection calls checkLive after each garbage collection from now on.
var everyCollection = sync.OnceFunc(armSentinel)

func armSentinel() {
	runtime.SetFinalizer(&sentinel{}, func(*sentinel) {
		checkLive(liveHeap())
		armSentinel()
	})
}

// liveHeap returns the bytes that the last collection found in use.
func liveHeap() int64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return int64(sample[0].Value.Uint64())
}

func checkLive(live int64) {
	watched.Lock()
	var over []*evaluation
	for e := range watched.list {
		if e.m.quota.exceeded(live) {
			over = append(over, e)
		}
	}
	watched.Unlock()
	for _, e := range over {
		full := &heapError{0, live, e.m.quota.heap}
		e.end(&Panic{Value: full, text: full.Error()})
	}
}

// exceeded reports whether live bytes are too many. What a session keeps may be so
// much that it is above the limit: then only what comes on top counts, so that a cell
// can still let it go.
func (q *quota) exceeded(live int64) bool {
	kept := q.kept.Load()
	if live <= q.heap {
		q.kept.Store(0)
		return false
	}
	if live <= kept+q.heap/32 {
		return false
	}
	q.kept.Store(live)
	return true
}
