package vm

import (
	"sync/atomic"
	"unsafe"
)

// Go ends a process in which a map is written while another goroutine uses it. The
// operations of cells on maps look for that first, and panic instead. What native code
// does with a map is not seen here.

// running is how many goroutines of the process run cells: with one there is nothing
// to look for.
var running atomic.Int32

// mapUses has a word for each map in use: its address, how many goroutines read it,
// and whether one writes it. A map whose places are taken by others is not looked at.
var mapUses [4096]atomic.Uint64

// mapPlaces is how many places a map may have.
const mapPlaces = 4

const (
	mapWriter = 1
	mapReader = 2
	mapShift  = 16 // addresses have 47 bits, of which the last four are 0
)

// onMap compiles do, which reads or writes the map whose register is at m.
//
//go:noinline
func onMap(m uintptr, write bool, do instr) instr {
	return func(fp unsafe.Pointer) {
		if running.Load() < 2 {
			do(fp)
			return
		}
		guardMap(fp, uintptr(*at[unsafe.Pointer](fp, m)), write, do)
	}
}

func guardMap(fp unsafe.Pointer, m uintptr, write bool, do instr) {
	if place := placeFor(m, write); place != nil {
		defer leaveMap(place, write)
	}
	do(fp)
}

// placeFor notes the use of the map at m and returns where, or nil if there is no
// place for it.
func placeFor(m uintptr, write bool) *atomic.Uint64 {
	for i := range uintptr(mapPlaces) {
		place := &mapUses[(m>>4+i)%uintptr(len(mapUses))]
		if m != 0 && enterMap(place, uint64(m)<<mapShift, write) {
			return place
		}
	}
	return nil
}

// enterMap notes the use of a map; false means that another one has the place.
func enterMap(place *atomic.Uint64, m uint64, write bool) bool {
	for {
		use := place.Load()
		state := use & (1<<mapShift - 1)
		switch {
		case use == 0 && write:
			state = mapWriter
		case use == 0:
			state = mapReader
		case use^state != m:
			return false
		case write && state == mapWriter:
			panic(mapError("writes"))
		case write || state == mapWriter:
			panic(mapError("read and map write"))
		case state+mapReader >= 1<<mapShift:
			return false
		default:
			state += mapReader
		}
		if place.CompareAndSwap(use, m|state) {
			return true
		}
	}
}

func leaveMap(place *atomic.Uint64, write bool) {
	for {
		use := place.Load()
		next := use - mapReader
		if write || next&(1<<mapShift-1) == 0 {
			next = 0
		}
		if place.CompareAndSwap(use, next) {
			return
		}
	}
}

// mapError is the fault that Go ends a process for.
type mapError string

func (e mapError) Error() string {
	return "fatal error: concurrent map " + string(e) + " (guard the map with a sync.Mutex, or use a sync.Map)"
}

// RuntimeError marks it as an error of the runtime.
func (mapError) RuntimeError() {}
