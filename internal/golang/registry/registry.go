// Package registry holds what the interpreter knows of native packages: their
// types, functions and variables, and the go/types description of each. Tables
// are generated (see internal/bindgen) and register themselves from init; the
// interpreter only reads, as opposed to internal/golang, which runs cells.
package registry

import (
	"context"
	"reflect"
	"sort"
	"sync"
)

// Package is the native side of one importable package.
type Package struct {
	Path string // import path, as a cell writes it
	Name string // package name
	// Export returns the package's export data (gcexportdata.Write's form,
	// uncompressed). It is called at most once, on the first use of the package.
	Export func() []byte
	// Source maps file name to Go source for the few generic packages that are
	// interpreted from source (slices, maps, cmp, iter). Export is nil then.
	Source func() map[string]string
	// Types maps the name of each exported, non-generic type to its type.
	Types map[string]reflect.Type
	// Funcs maps the name of each exported, non-generic function to its value.
	Funcs map[string]any
	// Vars maps the name of each exported variable to a pointer to it.
	Vars map[string]any
	// Generics maps an instance, "Name[arg,arg]" in go/types' package-path
	// qualified notation (for example "FromValue[[]float32]"), to its function,
	// or for a generic type to its reflect.Type.
	Generics map[string]any
	// Docs returns doc comments by "Func", "Type", "Type.Method", "Var"; the
	// package comment under "". May be nil.
	Docs func() map[string]string
	// WithContext, if set, makes the option value (of type Option) that calls
	// from a cell into a function or method whose last parameter is ...Option
	// get in front of the user's own: the cell's context and display sink.
	WithContext func(context.Context) any
	Option      reflect.Type
	// Verbs marks a package whose trailing error a top-level bare call may
	// ignore (package graft; DESIGN section 1).
	Verbs bool
}

var (
	mu       sync.RWMutex
	packages = map[string]*Package{}
)

// Register adds p, or replaces the package of the same path. It is meant for
// init functions of generated tables.
func Register(p *Package) {
	mu.Lock()
	defer mu.Unlock()
	packages[p.Path] = p
}

// Lookup returns the package of an import path, or nil.
func Lookup(path string) *Package {
	mu.RLock()
	defer mu.RUnlock()
	return packages[path]
}

// ByName returns the import paths whose package name is name, shortest first.
func ByName(name string) []string {
	var paths []string
	for _, path := range Paths() {
		if Lookup(path).Name == name {
			paths = append(paths, path)
		}
	}
	sort.SliceStable(paths, func(i, j int) bool { return len(paths[i]) < len(paths[j]) })
	return paths
}

// Paths returns every registered import path, sorted.
func Paths() []string {
	mu.RLock()
	defer mu.RUnlock()
	paths := make([]string, 0, len(packages))
	for path := range packages {
		paths = append(paths, path)
	}
	sort.Strings(paths)
	return paths
}
