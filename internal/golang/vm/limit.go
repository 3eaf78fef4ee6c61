package vm

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
)

// What ends a process and not only a goroutine is refused before it happens:
// allocations that no memory can hold, and values that package fmt would print
// until the stack is full.

var limitIntrinsics = map[string]intrinsic{
	"strings.Repeat": func(s *callState) {
		text, n := arg[string](s, 0), arg[int](s, 1)
		s.fits(len(text), n)
		give(s, 0, strings.Repeat(text, n))
	},
	"bytes.Repeat": func(s *callState) {
		b, n := arg[[]byte](s, 0), arg[int](s, 1)
		s.fits(len(b), n)
		give(s, 0, bytes.Repeat(b, n))
	},
	"(*strings.Builder).Grow": func(s *callState) {
		s.fits(1, arg[int](s, 1))
		arg[*strings.Builder](s, 0).Grow(arg[int](s, 1))
	},
	"(*bytes.Buffer).Grow": func(s *callState) {
		s.fits(1, arg[int](s, 1))
		arg[*bytes.Buffer](s, 0).Grow(arg[int](s, 1))
	},
	"reflect.MakeSlice": func(s *callState) {
		t, n := arg[reflect.Type](s, 0), arg[int](s, 2)
		if t != nil && t.Kind() == reflect.Slice {
			s.fits(int(t.Elem().Size()), n)
		}
		give(s, 0, reflect.MakeSlice(t, arg[int](s, 1), n))
	},
}

// fits refuses n elements of a size that are above the limits of allocations. A
// product that overflows is left to the callee, which knows it.
func (s *callState) fits(size, n int) {
	if size > 0 && n > 0 && n*size/size == n && n*size > 0 {
		s.thread().m.quota.check(n, int64(size))
	}
}

// printDepth is how deep values may be nested that are printed; package fmt has
// room for many times as much.
const printDepth = 20_000

var errEndless = errors.New("a value that contains itself cannot be printed (print a part of it)")

// refuseEndless panics if a value contains itself through slices, maps and
// interfaces, where package fmt follows it.
func refuseEndless(args []any) {
	for _, a := range args {
		switch a.(type) {
		case nil, string, int, float64, bool, error, fmt.Stringer, fmt.Formatter:
			continue
		}
		v := reflect.ValueOf(a)
		if v.Kind() == reflect.Pointer {
			v = v.Elem() // printed as & and what it points to
		}
		if v.IsValid() && deeper(v, printDepth) {
			panic(errEndless)
		}
	}
}

// deeper reports whether v is nested deeper than depth.
func deeper(v reflect.Value, depth int) bool {
	if depth == 0 {
		return true
	}
	if !follows(v.Type()) {
		return false
	}
	switch v.Kind() {
	case reflect.Interface:
		return !v.IsNil() && deeper(v.Elem(), depth-1)
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if deeper(v.Index(i), depth-1) {
				return true
			}
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			if deeper(it.Value(), depth-1) {
				return true
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if deeper(v.Field(i), depth-1) {
				return true
			}
		}
	}
	return false
}

var followed sync.Map // reflect.Type to bool

var methodTypes = []reflect.Type{reflect.TypeFor[error](), reflect.TypeFor[fmt.Stringer](), reflect.TypeFor[fmt.Formatter]()}

// follows reports whether a value of type t may contain itself and is printed by
// its parts.
func follows(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Interface:
		return true
	case reflect.Slice, reflect.Array, reflect.Map, reflect.Struct:
	default:
		return false
	}
	if known, ok := followed.Load(t); ok {
		return known.(bool)
	}
	found := leads(t, map[reflect.Type]bool{})
	for _, m := range methodTypes {
		found = found && !t.Implements(m)
	}
	followed.Store(t, found)
	return found
}

// leads reports whether parts of t are interfaces or of a type in seen.
func leads(t reflect.Type, seen map[reflect.Type]bool) bool {
	if t.Kind() == reflect.Interface || seen[t] {
		return true
	}
	switch t.Kind() {
	case reflect.Slice, reflect.Array, reflect.Map:
		seen[t] = true
		return leads(t.Elem(), seen)
	case reflect.Struct:
		seen[t] = true
		for i := range t.NumField() {
			if leads(t.Field(i).Type, seen) {
				return true
			}
		}
	}
	return false
}
