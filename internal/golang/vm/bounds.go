package vm

import (
	"fmt"
	"go/types"
	"reflect"
	"sync"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

// boundsError mirrors runtime.boundsError.
type boundsError struct {
	x      int64
	y      int
	signed bool
	code   uint8
}

// The codes of the runtime, by what x and y are out of bounds of.
const (
	codeIndex      = iota // s[x], of length y
	codeSliceLen          // s[:x], of length y
	codeSliceCap          // s[:x], of capacity y
	codeSlice             // s[x:y]
	codeSlice3Len         // s[::x], of length y
	codeSlice3Cap         // s[::x], of capacity y
	codeSlice3High        // s[:x:y]
	codeSlice3Low         // s[x:y:]
	codeConvert           // a slice of length y, to an array of length x
)

// boundsType is the type of the runtime's errors.
var boundsType = sync.OnceValue(func() (t *rtype) {
	defer func() { t = efaceOf(recover()).typ }()
	outOfRange(1, 0)
	return nil
})

// outside panics as the runtime does.
func outside(e boundsError) {
	mem := unsafeNew(boundsType())
	*(*boundsError)(mem) = e
	panic(eface{boundsType(), mem}.any())
}

func boundsWork() (ok bool) {
	if boundsType().size != unsafe.Sizeof(boundsError{}) {
		return false
	}
	defer func() {
		text := fmt.Sprint(recover())
		ok = text == "runtime error: slice bounds out of range [:18446744073709551615:3]"
	}()
	outside(boundsError{-1, 3, false, codeSlice3High})
	return false
}

// isUint reports whether s is an unsigned number that an int may not hold.
func isUint(s *slot) bool {
	switch reflect.Kind(s.typ.kind) {
	case reflect.Uint, reflect.Uint64, reflect.Uintptr:
		return true
	}
	return false
}

// unsignedFirst puts before the index expression do, of x, the check of an unsigned
// index that no int holds: do would take it for a negative one.
func (c *compiler) unsignedFirst(x, index ssa.Value, do instr) instr {
	idx := c.slot(index)
	if !isUint(idx) {
		return do
	}
	off, length := idx.off, c.lengthOf(x)
	return func(fp unsafe.Pointer) {
		if i := *at[int](fp, off); i < 0 {
			outside(boundsError{int64(i), length(fp), false, codeIndex})
		}
		do(fp)
	}
}

// lengthOf returns the length of what an index expression indexes.
func (c *compiler) lengthOf(x ssa.Value) func(fp unsafe.Pointer) int {
	if n, ok := arrayValueLen(x.Type()); ok {
		return func(unsafe.Pointer) int { return n }
	}
	src := c.slot(x).off
	if _, ok := x.Type().Underlying().(*types.Slice); ok {
		return func(fp unsafe.Pointer) int { return at[sliceHeader](fp, src).len }
	}
	return func(fp unsafe.Pointer) int { return len(*at[string](fp, src)) }
}
