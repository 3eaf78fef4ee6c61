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
	"fmt"
	"go/token"
	"go/types"
	"reflect"
	"sync"
	"unsafe"

	"golang.org/x/tools/go/ssa"

	"graft/internal/golang/registry"
)

// Options are the settings of a machine. The zero value is useful.
type Options struct {
	MaxDepth int   // nested calls at which a goroutine panics; 0 means DefaultDepth
	MaxAlloc int64 // bytes above which make, new, append and such panic; 0 means a quarter of the memory, at most DefaultMaxAlloc
	MaxHeap  int64 // bytes of all values above which a large allocation panics; 0 means three quarters of the memory
	Strict   bool  // program mode: the goroutines of an evaluation end with it
}

// Machine runs the functions of one ssa.Program. Its methods are safe for use by
// several goroutines.
type Machine struct {
	prog       *ssa.Program
	opts       Options
	quota      *quota
	mu         sync.Mutex
	types      typeTable
	codes      map[*ssa.Function]*code
	globals    map[*ssa.Global]reflect.Value // pointers
	intrinsics map[string]intrinsic
}

// New returns a machine for prog.
func New(prog *ssa.Program, opts Options) *Machine {
	if opts.MaxDepth <= 0 {
		opts.MaxDepth = DefaultDepth
	}
	m := &Machine{
		prog: prog, opts: opts, quota: newQuota(opts), codes: map[*ssa.Function]*code{},
		globals: map[*ssa.Global]reflect.Value{}, intrinsics: intrinsics,
	}
	m.types = typeTable{
		m: m, learned: map[*types.Named]reflect.Type{}, studied: map[string]bool{},
		implicit: map[*types.TypeName][]types.Type{}, locals: map[*types.Package][]token.Pos{},
	}
	selfTest()
	routeLog()
	return m
}

// Guard runs change, which creates or builds packages of the program, while no
// goroutine that an earlier cell left running looks for a method: the program's
// maps have no lock of their own, and Go ends a process that reads and writes a map
// at once.
func (m *Machine) Guard(change func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change()
}

// AddPackage makes storage for the variables of a built package. Calling it
// again for the same package changes nothing.
func (m *Machine) AddPackage(pkg *ssa.Package) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for name, member := range pkg.Members {
		g, ok := member.(*ssa.Global)
		if !ok {
			continue
		}
		if err := m.fits(g); err != nil {
			return err
		}
		if !m.global(g).IsValid() {
			return fmt.Errorf("vm: variable %q of package %s is not in the native tables", name, pkg.Pkg.Path())
		}
	}
	return nil
}

// fits refuses a variable that is above the limit of one allocation.
func (m *Machine) fits(g *ssa.Global) error {
	if m.globals[g].IsValid() || m.nativeVar(g).IsValid() {
		return nil
	}
	if size := int64(m.types.of(elemOf(g.Type())).Size()); size > m.quota.one {
		return fmt.Errorf("vm: variable %q takes %d bytes (the limit of one allocation is %d)", g.Name(), size, m.quota.one)
	}
	return nil
}

// global returns a pointer to the variable g. The machine's lock is held.
func (m *Machine) global(g *ssa.Global) reflect.Value {
	if v, ok := m.globals[g]; ok {
		return v
	}
	v := m.nativeVar(g)
	if !v.IsValid() {
		v = reflect.New(m.types.of(elemOf(g.Type())))
	}
	m.globals[g] = v
	return v
}

func (m *Machine) nativeVar(g *ssa.Global) reflect.Value {
	if g.Pkg == nil {
		return reflect.Value{}
	}
	if p := registry.Lookup(g.Pkg.Pkg.Path()); p != nil {
		if v, ok := p.Vars[g.Name()]; ok {
			return reflect.ValueOf(v)
		}
	}
	return reflect.Value{}
}

func (m *Machine) globalAddr(g *ssa.Global) unsafe.Pointer { return m.global(g).UnsafePointer() }

// Global returns the variable of g, addressable.
func (m *Machine) Global(g *ssa.Global) reflect.Value {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.global(g).Elem()
}

// Share makes g use the storage of earlier, a variable of the same type. It must
// come before the first run of a function that uses g.
func (m *Machine) Share(g, earlier *ssa.Global) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.globals[g] = m.global(earlier)
}

// Replace makes callers and function values of earlier run the body of fn,
// which has the same signature, from now on. Calls that are running go on with
// the old body.
func (m *Machine) Replace(earlier, fn *ssa.Function) {
	m.mu.Lock()
	defer m.mu.Unlock()
	old, next := m.codeOf(earlier), m.codes[fn]
	if next != nil && next != old {
		old.peers = append(old.peers, append(next.peers, next)...)
	}
	m.codes[fn] = old
	for _, c := range append(old.peers, old) {
		c.fn = fn
		c.body.Store(nil)
	}
}
