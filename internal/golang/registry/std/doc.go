// Package std registers the tables of the standard library. It is imported for
// that effect only; package registry serves the tables, as opposed to
// internal/session/bindings, which registers those of graft and GoMLX.
//
//	import _ "graft/internal/golang/registry/std"
//
//	strings := registry.Lookup("strings")
package std
