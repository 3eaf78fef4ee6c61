// Package bindings registers the tables of graft's own packages, of GoMLX and of
// a few libraries for numbers and images. It is imported for that effect only;
// it links lib and all that lib needs, as opposed to internal/golang/registry/std,
// which holds the standard library.
//
//	import _ "graft/internal/session/bindings"
//
//	graph := registry.Lookup("github.com/gomlx/gomlx/core/graph")
package bindings
