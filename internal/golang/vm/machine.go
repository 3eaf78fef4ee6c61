// Package vm executes the SSA of golang.org/x/tools/go/ssa. Every function is
// compiled once into Go closures that work on typed frames of real memory, so
// that a cell's []T is a slice that native code can index. It knows programs
// and packages only, as opposed to package golang, which knows cells.
//
//	m := vm.New(prog, vm.Options{})
//	m.AddPackage(pkg)
//	results, err := m.Run(env, pkg.Func("main"))
package vm

import (
	"errors"
	"go/types"
	"reflect"

	"golang.org/x/tools/go/ssa"
)

// Options are the settings of a machine. The zero value is useful.
type Options struct {
	MaxDepth int  // nested calls at which a goroutine panics; 0 means DefaultDepth
	Strict   bool // program mode: os.Exit and panics end the program as a process would
}

// Machine runs the functions of one ssa.Program.
type Machine struct {
	prog *ssa.Program
	opts Options
}

// New returns a machine for prog.
func New(prog *ssa.Program, opts Options) *Machine { return &Machine{prog: prog, opts: opts} }

var errSoon = errors.New("vm: not there yet")

// AddPackage makes storage for the variables of a built package. Calling it
// again for the same package changes nothing.
func (m *Machine) AddPackage(pkg *ssa.Package) error { return errSoon }

// Run calls fn in a goroutine of its own and returns its results. The error is
// a *Panic, an *Exit or an *Interrupted.
func (m *Machine) Run(env *Env, fn *ssa.Function, args ...reflect.Value) ([]reflect.Value, error) {
	return nil, errSoon
}

// Global returns the variable of g, addressable.
func (m *Machine) Global(g *ssa.Global) reflect.Value { return reflect.Value{} }

// Share makes g use the storage of earlier, a variable of the same type.
func (m *Machine) Share(g, earlier *ssa.Global) {}

// Replace makes callers and function values of earlier run the body of fn,
// which has the same signature, from now on.
func (m *Machine) Replace(earlier, fn *ssa.Function) {}

// Type returns the native type of t, or the type fabricated for it.
func (m *Machine) Type(t types.Type) reflect.Type { return nil }

func printed(v any) string { return "" }
