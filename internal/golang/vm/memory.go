package vm

import (
	"fmt"
	"math"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"sync/atomic"
	"unsafe"
)

// DefaultMaxAlloc is the size of the largest single allocation on a machine with
// memory enough: elsewhere it is a quarter of the memory.
const DefaultMaxAlloc = 8 << 30

// quota is how much the values of a machine may take. What is above that, the Go
// runtime or the system could only answer by ending the process.
type quota struct {
	one  int64        // bytes of the largest single allocation
	heap int64        // bytes of all values together
	free int64        // bytes of an allocation that is not looked at
	kept atomic.Int64 // what was alive when an evaluation was ended last for it
}

// large is the size from which on an allocation is looked at.
const large = 16 << 20

func newQuota(opts Options) *quota {
	q := &quota{one: opts.MaxAlloc, heap: opts.MaxHeap}
	total := machineMemory()
	if q.one <= 0 {
		q.one = min(total/4, DefaultMaxAlloc)
	}
	if q.heap <= 0 {
		q.heap = total / 4 * 3
	}
	q.free = min(large, q.one)
	return q
}

// MaxAlloc returns the size in bytes of the largest single allocation.
func (m *Machine) MaxAlloc() int64 { return m.quota.one }

// machineMemory returns the bytes of memory that the process may use, or a huge
// number where that is not known.
var machineMemory = sync.OnceValue(func() int64 {
	if n := systemMemory(); n > 0 {
		collectEarlier(n / 4 * 3)
		return n
	}
	return math.MaxInt64
})

// collectEarlier makes the garbage collector work harder when the heap comes near
// limit, unless GOMEMLIMIT or the program has chosen another limit: else it would
// let a heap of half of the memory grow to all of it.
func collectEarlier(limit int64) {
	if debug.SetMemoryLimit(-1) == math.MaxInt64 {
		debug.SetMemoryLimit(limit)
	}
}

// check panics if n elements of size bytes, which the address space has room for,
// are more than may be allocated.
func (q *quota) check(n int, size int64) {
	bytes := int64(n) * size
	if bytes <= q.free {
		return
	}
	if bytes > q.one {
		panic(&allocError{bytes, q.one})
	}
	q.checkHeap(bytes)
}

// checkHeap panics if bytes more are above the limit of the heap.
func (q *quota) checkHeap(bytes int64) {
	if bytes <= q.heap-heapInUse() {
		return
	}
	runtime.GC()
	if used := heapInUse(); bytes > q.heap-used {
		panic(&heapError{bytes, used, q.heap})
	}
}

func heapInUse() int64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return int64(sample[0].Value.Uint64())
}

type allocError struct{ bytes, limit int64 }

func (e *allocError) Error() string {
	return fmt.Sprintf("runtime error: an allocation of %d bytes is above the limit of %d"+
		" (a quarter of the memory, at most 8 GiB): use several smaller values", e.bytes, e.limit)
}

// RuntimeError marks it as an error of the runtime.
func (e *allocError) RuntimeError() {}

type heapError struct{ bytes, used, limit int64 }

func (e *heapError) Error() string {
	if e.bytes == 0 {
		return fmt.Sprintf("runtime error: out of memory: values take %d bytes, and the limit is %d"+
			" (three quarters of the memory): set large variables that are no longer needed to nil", e.used, e.limit)
	}
	return fmt.Sprintf("runtime error: no room for %d bytes more: values take %d already, and the limit is %d"+
		" (three quarters of the memory): set large variables that are no longer needed to nil", e.bytes, e.used, e.limit)
}

// RuntimeError marks it as an error of the runtime.
func (e *heapError) RuntimeError() {}

// concat compiles the sum of two strings.
//
//go:noinline
func (c *compiler) concat(o operands) instr {
	q := c.m.quota
	return func(fp unsafe.Pointer) {
		x, y := *at[string](fp, o.x), *at[string](fp, o.y)
		q.check(len(x)+len(y), 1)
		*at[string](fp, o.dst) = x + y
	}
}
