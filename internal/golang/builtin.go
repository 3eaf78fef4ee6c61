package golang

import "strings"

// builtins are the predeclared functions as package builtin declares them, and what
// they do: they have no types of their own.
var builtins = map[string]struct{ params, results, doc string }{
	"append":  {"slice []T, elems ...T", "[]T", "append returns the slice with elems behind its last element. It may have a new array: keep the result."},
	"cap":     {"v T", "int", "cap returns how many elements v has room for: a slice, an array or a channel."},
	"clear":   {"t T", "", "clear deletes all entries of a map, or sets all elements of a slice to zero."},
	"close":   {"c chan<- T", "", "close ends a channel: receivers get what was sent, then zero values."},
	"complex": {"r, i float", "complex", "complex makes a complex number of its real and its imaginary part."},
	"copy":    {"dst, src []T", "int", "copy copies as many elements as both slices have and returns their number."},
	"delete":  {"m map[K]V, key K", "", "delete removes the entry of key from a map, if there is one."},
	"imag":    {"c complex", "float", "imag returns the imaginary part of c."},
	"len":     {"v T", "int", "len returns the length of v: bytes of a string, elements of a slice, an array, a map, or waiting in a channel."},
	"make":    {"t Type, size ...int", "Type", "make returns a slice, map or channel of type t; size is the length, and then the capacity, of a slice, or the room of a channel."},
	"max":     {"x T, y ...T", "T", "max returns the largest of its arguments, which are numbers or strings."},
	"min":     {"x T, y ...T", "T", "min returns the smallest of its arguments, which are numbers or strings."},
	"new":     {"Type or value", "*Type", "new returns a pointer to a zero value of the type, or to a copy of the value."},
	"panic":   {"v any", "", "panic ends the function, and those that called it, up to one that recovers."},
	"print":   {"args ...T", "", "print writes its arguments to standard error."},
	"println": {"args ...T", "", "println writes its arguments to standard error, with blanks between and a line end."},
	"real":    {"c complex", "float", "real returns the real part of c."},
	"recover": {"", "any", "recover ends a panic, in a deferred function, and returns its value; nil without one."},
}

// builtinText declares the predeclared function name.
func builtinText(name string) string {
	b := builtins[name]
	return strings.TrimRight(name+"("+b.params+") "+b.results, " ")
}

// builtinCall describes a call of the predeclared function name.
func builtinCall(name string, arg int) Call {
	b, known := builtins[name]
	if !known {
		return Call{}
	}
	c := Call{Text: builtinText(name)}
	list := strings.Split(b.params, ", ")
	if strings.Contains(list[len(list)-1], "...") {
		arg = min(arg, len(list)-1)
	}
	at := len(name) + 1
	for i, p := range list {
		if i == arg {
			c.Start, c.End = at, at+len(p)
		}
		at += len(p) + len(", ")
	}
	return c
}
