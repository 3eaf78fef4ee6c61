// Package registry holds what the interpreter knows of native packages: their
// types, functions and variables, and the go/types description of each. Tables
// are generated (see internal/bindgen) and register themselves from init; the
// interpreter only reads, as opposed to internal/golang, which runs cells.
//
//	p := registry.Lookup("strings")
//	upper := p.Funcs["ToUpper"].(func(string) string)
//	data := p.Export() // for gcexportdata.Read
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
	// uncompressed, without positions). Call it once, on the first use of the
	// package; nil for package unsafe and for packages that have Source.
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
	// Generics maps InstanceKey's string of an instance (for example
	// "FromValue[[]float32]") to its function, or for a generic type to its
	// reflect.Type.
	Generics map[string]any
	// Docs returns doc comments by "Func", "Type", "Type.Method", "Type.Field",
	// "Var" and "Const"; the package comment under "". May be nil.
	Docs func() map[string]string
	// WithContext, if set, makes the option value (of type Option) that calls
	// from a cell into a function or method whose last parameter is ...Option
	// get in front of the user's own: the cell's context and display sink.
	WithContext func(context.Context) any
	Option      reflect.Type
	// Verbs marks a package whose trailing error a top-level bare call may
	// ignore (graft/lib and below; DESIGN section 1).
	Verbs bool
}

// entry is one registered package: its table until the first Lookup, then the
// Package built from it.
type entry struct {
	name  string
	build func() *Package
}

var (
	mu       sync.RWMutex
	packages = map[string]entry{}
)

// Register adds p, or replaces the package of the same path. Generated tables
// use RegisterTable, which costs less at start-up.
func Register(p *Package) {
	add(p.Path, p.Name, func() *Package { return p })
}

// RegisterTable adds the package that t describes, or replaces the package of
// the same path. Its maps are built by the first Lookup.
func RegisterTable(t *Table) {
	add(t.Path, t.Name, sync.OnceValue(t.expand))
}

func add(path, name string, build func() *Package) {
	mu.Lock()
	defer mu.Unlock()
	packages[path] = entry{name, build}
}

// Lookup returns the package of an import path, or nil.
func Lookup(path string) *Package {
	mu.RLock()
	e, ok := packages[path]
	mu.RUnlock()
	if !ok {
		return nil
	}
	return e.build()
}

// ByName returns the import paths whose package name is name, shortest first.
// It does not build the packages.
func ByName(name string) []string {
	mu.RLock()
	defer mu.RUnlock()
	var paths []string
	for path, e := range packages {
		if e.name == name {
			paths = append(paths, path)
		}
	}
	sort.Slice(paths, func(i, j int) bool {
		if len(paths[i]) != len(paths[j]) {
			return len(paths[i]) < len(paths[j])
		}
		return paths[i] < paths[j]
	})
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
