package vm

import (
	"fmt"
	"reflect"
	"sync"
	"unsafe"
)

// checkPrinted panics if an argument holds itself: package fmt would print it until
// the stack is full, which ends the process.
func checkPrinted(args []any) {
	for _, arg := range args {
		if arg != nil && cyclic(reflect.TypeOf(arg)) && endless(reflect.ValueOf(arg), true, map[part]bool{}) {
			panic(fatalText("stack overflow: a value to print holds itself"))
		}
	}
}

// part is a slice or map on the way to a part of a value.
type part struct {
	typ  reflect.Type
	data unsafe.Pointer
	len  int
}

// endless reports whether fmt does not come to an end of v, which lies below the
// parts on path. fmt follows a pointer at the top only.
func endless(v reflect.Value, top bool, path map[part]bool) bool {
	if v.Kind() == reflect.Interface {
		if v.IsNil() {
			return false
		}
		v = v.Elem()
	}
	t := v.Type()
	if !cyclic(t) || t.Implements(formatterType) || t.Implements(errorType) || t.Implements(stringerType) {
		return false
	}
	switch v.Kind() {
	case reflect.Pointer:
		return top && !v.IsNil() && endless(v.Elem(), false, path)
	case reflect.Slice, reflect.Map:
		here := part{t, v.UnsafePointer(), v.Len()}
		if path[here] {
			return here.len > 0
		}
		path[here] = true
		defer delete(path, here)
	}
	return endlessParts(v, path)
}

func endlessParts(v reflect.Value, path map[part]bool) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if endless(v.Index(i), false, path) {
				return true
			}
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			if endless(it.Value(), false, path) {
				return true
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if endless(v.Field(i), false, path) {
				return true
			}
		}
	}
	return false
}

var (
	formatterType = reflect.TypeFor[fmt.Formatter]()
	stringerType  = reflect.TypeFor[fmt.Stringer]()
)

// cyclicTypes holds what cyclic found for the types asked about.
var cyclicTypes sync.Map // reflect.Type -> bool

// cyclic reports whether a value of type t might be a part of itself.
func cyclic(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Slice, reflect.Map, reflect.Array, reflect.Struct, reflect.Pointer:
	default:
		return t.Kind() == reflect.Interface
	}
	if known, ok := cyclicTypes.Load(t); ok {
		return known.(bool)
	}
	is := reaches(t, nil)
	cyclicTypes.Store(t, is)
	return is
}

// reaches reports whether the parts of a value of type t, which lies below those of
// the types on path, can hold an interface or a value of such a type.
func reaches(t reflect.Type, path []reflect.Type) bool {
	for _, p := range path {
		if p == t {
			return true
		}
	}
	path = append(path, t)
	switch t.Kind() {
	case reflect.Interface:
		return true
	case reflect.Slice, reflect.Array, reflect.Map:
		return reaches(t.Elem(), path)
	case reflect.Pointer:
		return len(path) == 1 && reaches(t.Elem(), path)
	case reflect.Struct:
		for i := range t.NumField() {
			if reaches(t.Field(i).Type, path) {
				return true
			}
		}
	}
	return false
}
