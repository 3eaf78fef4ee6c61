package device

// #include "heap.h"
// #include <stdlib.h>
import "C"

import (
	"os"
	"time"
	"unsafe"
)

// idleAfter is long beside the pause between two steps, or between two short cells.
const idleAfter = 3 * time.Second

var idle = func() *time.Timer {
	t := time.AfterFunc(idleAfter, trim)
	t.Stop()
	return t
}()

// keepBlocks has XLA on the CPU get its large blocks of memory from heap.c.
//
// XLA (PJRT 0.106) allocates what a program needs for its time anew whenever it
// runs. glibc maps blocks of that size from the system and unmaps them, so that at
// each step every page is cleared and faulted in again: a fifth of the time of
// ResNet-18's training step, nearly a third of MobileNetV2's (bench/NOTES.md, "The
// heap"). PJRT's interface has no allocator to set; glibc keeps large blocks only in
// its main arena, and one arena for all threads makes XLA compile 1.4 times as long.
// So the plugin's own table of functions leads to blocks that wait for the next
// step, until [Idle].
func (p Plugin) keepBlocks() {
	if p.Kind != CPU || os.Getenv(EnvHeap) == "libc" {
		return
	}
	path := C.CString(p.Path)
	defer C.free(unsafe.Pointer(path))
	C.graft_heap(path)
}

func trim() { C.graft_heap_trim() }

// Idle says that a piece of work is over. Memory that XLA no longer uses goes back to
// the system when no other piece ends within three seconds; one that runs by then
// loses nothing but the time to get some pages again.
func Idle() { idle.Reset(idleAfter) }

// blocks says how much memory XLA's large blocks take, and how much of it is free.
func blocks() (all, free uint64) {
	var unused C.size_t
	size := C.graft_heap_size(&unused)
	return uint64(size), uint64(unused)
}
