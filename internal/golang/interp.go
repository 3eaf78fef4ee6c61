package golang

import (
	"fmt"
	"go/token"
	"go/types"
	"sort"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/tools/go/ssa"

	"graft/internal/golang/vm"
)

// Interp is a session of cells. Its methods are safe for use by several
// goroutines; evaluations wait for each other, the other methods do not wait for
// an evaluation and see the session as it was before.
type Interp struct {
	opts    Options
	fset    *token.FileSet
	imports *importer
	sources sources
	scope   atomic.Pointer[scope]

	mu      sync.Mutex // held by Eval
	prog    *ssa.Program
	machine *vm.Machine
	units   atomic.Int64 // for package names
	globals sync.Map     // *types.Var to *ssa.Global: Vars must not read prog, which Eval changes
}

// New returns an interpreter with an empty session.
func New(opts Options) (*Interp, error) {
	in := &Interp{opts: opts, fset: token.NewFileSet()}
	in.imports = newImporter(in.fset)
	in.scope.Store(&scope{names: map[string]*binding{}})
	in.prog = newProgram(in.fset)
	in.machine = vm.New(in.prog, opts.machine())
	go in.imports.Import("fmt") // most cells need it, and what it brings takes a while
	return in, nil
}

// machine returns the settings of a machine.
func (o Options) machine() vm.Options {
	return vm.Options{MaxDepth: o.MaxDepth, MaxAlloc: o.MaxAlloc, MaxHeap: o.MaxHeap}
}

// newProgram returns an empty SSA program. Cells run the initialisation of the
// few packages that need it themselves (BareInits).
func newProgram(fset *token.FileSet) *ssa.Program {
	return ssa.NewProgram(fset, ssa.InstantiateGenerics|ssa.BareInits)
}

// Eval runs a cell and returns what its last expression gave. An error is always
// a [*Error]; the session keeps what the cell did before it failed. Nothing runs
// if the cell does not compile.
func (in *Interp) Eval(env *Env, cell Cell) (Result, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if env == nil {
		env = &Env{}
	}
	src := in.sources.add(cell)
	units, err := in.plan(src)
	if err != nil {
		return Result{}, err
	}
	list, err := in.checkAll(units)
	if err != nil {
		return Result{}, err
	}
	var result Result
	for _, c := range list {
		if err := in.run(env, c, &result); err != nil {
			return Result{Notes: result.Notes}, err
		}
	}
	return result, nil
}

// plan splits a cell into units.
func (in *Interp) plan(src *source) ([]*unit, *Error) {
	pieces, err := split(src)
	if err != nil {
		return nil, err
	}
	units := divide(callMain(pieces), in.scope.Load().defines)
	for _, u := range units {
		u.id = fmt.Sprintf("ˑ%d", in.units.Add(1))
	}
	return units, nil
}

// callMain makes a cell that is a whole program run its main function.
func callMain(pieces []*piece) []*piece {
	program := false
	for _, p := range pieces {
		program = program || p.kind == packagePiece
	}
	for _, p := range pieces {
		if program && p.kind == funcPiece && p.names[0].name == "main" {
			src := &source{id: "ˑ", text: "main()"}
			return append(pieces, &piece{kind: stmtPiece, src: src, end: len(src.text), mentions: map[string]bool{"main": true}})
		}
	}
	return pieces
}

// checkAll checks the units of a cell, each with the names that those before it
// will have defined.
func (in *Interp) checkAll(units []*unit) ([]*checked, *Error) {
	view := in.scope.Load()
	var list []*checked
	for i, u := range units {
		c := in.check(u, view)
		if len(c.errs) > 0 {
			return nil, in.compileError(c, view)
		}
		list = append(list, c)
		if i < len(units)-1 {
			view = c.bind(view, allReached)
		}
	}
	return list, nil
}

// Do calls native code that may call methods of the session's values, such as
// String, under the interrupt of env. After an error it may still run.
func (in *Interp) Do(env *Env, native func()) error {
	if err := in.machine.Do(env, native); err != nil {
		return in.runError(err)
	}
	return nil
}

// Vars lists the session's variables by name.
func (in *Interp) Vars() []Var {
	var list []Var
	for name, b := range in.scope.Load().names {
		v, ok := b.obj.(*types.Var)
		if !ok {
			continue
		}
		if g, ok := in.globals.Load(v); ok {
			value := in.machine.Global(g.(*ssa.Global))
			list = append(list, Var{Name: name, Type: typeText(v.Type()), Value: value})
		}
	}
	sort.Slice(list, func(i, j int) bool { return strings.Compare(list[i].Name, list[j].Name) < 0 })
	return list
}
