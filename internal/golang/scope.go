package golang

import (
	"go/types"
	"maps"
	"sort"
	"strings"
)

// binding is what a name of the session stands for.
type binding struct {
	obj  types.Object // nil for imports and for names that are gone
	path string       // of an import
	auto bool         // the import was never written
	gone string       // why the name cannot be used, for its error message

	decl    *piece            // of a function, type or constant
	methods map[string]*piece // of a type, by name
	stale   bool              // decl no longer compiles with the session's names
	uses    map[string]bool   // session names that decl and methods mention
}

// scope is the names of the session at one moment. It is never changed once
// others can see it: completion reads one scope while a cell makes the next.
type scope struct {
	names map[string]*binding
	dots  []string // paths of dot imports
}

// copy returns a scope to change.
func (s *scope) copy() *scope {
	return &scope{names: maps.Clone(s.names), dots: s.dots}
}

// object returns the object of a usable name, or nil.
func (s *scope) object(name string) types.Object {
	if b := s.names[name]; b != nil {
		return b.obj
	}
	return nil
}

// defines reports whether name stands for an object.
func (s *scope) defines(name string) bool { return s.object(name) != nil }

// list returns the usable names, sorted.
func (s *scope) list() []string {
	var names []string
	for name, b := range s.names {
		if b.gone == "" && !strings.HasPrefix(name, "ˑ") {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names
}

// fromCell reports whether obj is a package-level object of a cell.
func fromCell(obj types.Object) bool {
	return obj != nil && obj.Pkg() != nil && obj.Pkg().Path() == cellPath && obj.Parent() == obj.Pkg().Scope()
}

// cellPath is the import path of every cell, so that its types print as in a
// program: main.T.
const cellPath = "main"

// writeCells qualifies types for users: those of cells by name alone, those of
// packages by package name.
func writeCells(pkg *types.Package) string {
	if pkg.Path() == cellPath {
		return ""
	}
	return pkg.Name()
}

// typeText returns t as users write it.
func typeText(t types.Type) string { return types.TypeString(t, writeCells) }
