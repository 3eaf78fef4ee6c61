package golang

import (
	"fmt"
	"go/ast"
	"go/types"
	"math"
	"reflect"
	"slices"

	"golang.org/x/tools/go/ssa"

	"graft/internal/golang/vm"
)

// allReached is the progress of a cell that ran to its end; see bind.
const allReached = math.MaxInt

// run builds and runs a checked unit and makes its names those of the session.
// A variable whose definition was not reached keeps its former meaning.
func (in *Interp) run(env *Env, c *checked, result *Result) (failed error) {
	view := in.scope.Load()
	pkg, err := in.build(c)
	if err != nil {
		return err
	}
	in.inherit(c, view)
	_, ended := in.machine.Run(env, pkg.Func("init"))
	reached := allReached
	if ended != nil {
		reached = int(in.machine.Global(pkg.Var(stepVar)).Int())
	}
	in.scope.Store(c.bind(view, reached))
	result.Notes = append(result.Notes, c.unit.notes...)
	if ended != nil {
		return in.runError(ended)
	}
	in.results(c, pkg, result)
	return nil
}

// build makes the SSA package of c.
func (in *Interp) build(c *checked) (pkg *ssa.Package, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &Error{Kind: Compile, Message: fmt.Sprintf("golang: the cell cannot be compiled: %v", r)}
		}
	}()
	for _, dep := range c.pkg.Imports() {
		if err := ensure(in.prog, in.machine, in.imports, dep); err != nil {
			return nil, &Error{Kind: Compile, Message: err.Error(), Cause: err}
		}
	}
	c.sortInitializers()
	rangeUnread(c.file, c.info)
	in.machine.Guard(func() {
		pkg = in.prog.CreatePackage(c.pkg, []*ast.File{c.file}, c.info, false)
		pkg.Build()
	})
	if err := in.machine.AddPackage(pkg); err != nil {
		return nil, &Error{Kind: Compile, Message: err.Error(), Cause: err}
	}
	return pkg, nil
}

// sortInitializers makes the initialisers run in the order of the text.
func (c *checked) sortInitializers() {
	slices.SortStableFunc(c.info.InitOrder, func(a, b *types.Initializer) int {
		return int(a.Lhs[0].Pos()) - int(b.Lhs[0].Pos())
	})
}

// ensure makes the SSA package of an imported package: without bodies for a
// native one; built and initialised for one that is interpreted from source.
func ensure(prog *ssa.Program, m *vm.Machine, im *importer, pkg *types.Package) error {
	if prog.Package(pkg) != nil {
		return nil
	}
	src := im.source(pkg)
	if src == nil {
		m.Guard(func() { prog.CreatePackage(pkg, nil, nil, true) })
		return nil
	}
	for _, dep := range pkg.Imports() {
		if err := ensure(prog, m, im, dep); err != nil {
			return err
		}
	}
	var p *ssa.Package
	m.Guard(func() {
		p = prog.CreatePackage(pkg, src.files, src.info, true)
		p.Build()
	})
	if err := m.AddPackage(p); err != nil {
		return err
	}
	_, err := m.Run(&Env{}, p.Func("init"))
	return err
}

// inherit ties the objects of c to the former ones: variables take over their
// storage, functions and methods their callers.
func (in *Interp) inherit(c *checked, view *scope) {
	for name, p := range c.unit.declared() {
		former, now := view.object(name), c.pkg.Scope().Lookup(name)
		if v, ok := now.(*types.Var); ok {
			in.globals.Store(v, in.global(v))
		}
		if former == nil || former.Pkg() == c.pkg {
			continue
		}
		switch now := now.(type) {
		case *types.Var:
			if _, ok := former.(*types.Var); ok && (p.kind == sharePiece || types.Identical(former.Type(), now.Type())) {
				in.machine.Share(in.global(now), in.global(former))
			}
		case *types.Func:
			in.replace(former, now)
		case *types.TypeName:
			in.replaceMethods(former, now)
		}
	}
}

func (in *Interp) global(v types.Object) *ssa.Global {
	return in.prog.Package(v.Pkg()).Var(v.Name())
}

// replace makes callers of the function former run now, if that takes and gives
// the same.
func (in *Interp) replace(former types.Object, now *types.Func) {
	old, ok := former.(*types.Func)
	if !ok || generic(old) || generic(now) || !sameLayout(old.Type(), now.Type()) {
		return
	}
	from, to := in.prog.FuncValue(old), in.prog.FuncValue(now)
	if from != nil && to != nil {
		in.machine.Replace(from, to)
	}
}

func generic(f *types.Func) bool {
	sig := f.Signature()
	return sig.TypeParams() != nil || sig.RecvTypeParams() != nil
}

// replaceMethods makes values of a former type, which may live on inside others,
// run the methods of the new one.
func (in *Interp) replaceMethods(former types.Object, now *types.TypeName) {
	if _, ok := former.(*types.TypeName); !ok || !sameLayout(former.Type(), now.Type()) {
		return
	}
	old, ok1 := former.Type().(*types.Named)
	named, ok2 := now.Type().(*types.Named)
	if !ok1 || !ok2 {
		return
	}
	for m := range named.Methods() {
		for o := range old.Methods() {
			if o.Name() == m.Name() && pointerReceiver(o) == pointerReceiver(m) {
				in.replace(o, m)
			}
		}
	}
}

func pointerReceiver(f *types.Func) bool {
	_, ok := f.Signature().Recv().Type().(*types.Pointer)
	return ok
}

// bind returns view with the names of c, as they stand when the cell has come
// as far as reached.
func (c *checked) bind(view *scope, reached int) *scope {
	next := view.copy()
	for name, path := range c.unit.imports {
		if b := next.names[name]; b == nil || b.auto {
			next.names[name] = &binding{path: path, auto: c.unit.auto[name] || b != nil}
		}
	}
	for _, p := range c.unit.pieces {
		if p.kind == importPiece {
			c.bindImport(next, p)
		}
		if p.from != nil {
			for i := range p.names {
				delete(next.names, p.from.numbered(tempName, i))
			}
		}
	}
	for name := range c.unit.excluded {
		if b := next.names[name]; b != nil && b.decl != nil {
			stale := *b
			stale.stale = true
			next.names[name] = &stale
		}
	}
	for name, why := range c.unit.dropped {
		next.names[name] = &binding{gone: "dropped: " + why}
	}
	for name, p := range c.unit.declared() {
		if obj := c.pkg.Scope().Lookup(name); obj != nil {
			c.bindObject(next, name, obj, p, reached)
		}
	}
	c.bindMethods(next)
	return next
}

func (c *checked) bindImport(next *scope, p *piece) {
	for _, name := range p.importNames() {
		switch name {
		case "_":
		case ".":
			if !slices.Contains(next.dots, p.path) {
				next.dots = append(slices.Clip(next.dots), p.path)
			}
		default:
			next.names[name] = &binding{path: p.path}
		}
	}
}

func (c *checked) bindObject(next *scope, name string, obj types.Object, p *piece, reached int) {
	b := &binding{obj: obj}
	switch {
	case p.kind == varPiece || p.kind == definePiece:
		if reached <= p.end {
			if former := next.names[name]; former == nil || former.obj == nil {
				next.names[name] = &binding{gone: "its definition in " + p.src.name + " did not finish"}
			}
			return
		}
	case p.kind != sharePiece:
		b.decl, b.uses = p, c.usedNames(p)
	}
	next.names[name] = b
}

// bindMethods records the methods of the types that c declares.
func (c *checked) bindMethods(next *scope) {
	for _, p := range c.unit.pieces {
		b := next.names[p.recv]
		if p.kind != methodPiece || b == nil || b.obj == nil || b.obj.Pkg() != c.pkg {
			continue
		}
		if b.methods == nil {
			b.methods = map[string]*piece{}
		}
		b.methods[p.names[0].name] = p
		for name := range c.usedNames(p) {
			if name != p.recv {
				b.uses[name] = true
			}
		}
	}
}

// results takes the values of the cell's last expression out of the session, which
// would keep them for ever.
func (in *Interp) results(c *checked, pkg *ssa.Package, result *Result) {
	p := c.unit.shown()
	if p == nil {
		return
	}
	for i := range p.results {
		g := pkg.Var(fmt.Sprintf("%s%d", resultName, i))
		t := g.Type().(*types.Pointer).Elem()
		kept := in.machine.Global(g)
		v := reflect.New(kept.Type()).Elem()
		v.Set(kept)
		kept.SetZero()
		if i == p.results-1 && isError(t) && v.IsNil() {
			break
		}
		result.Values = append(result.Values, v)
		result.Types = append(result.Types, t)
	}
	result.Show = len(result.Values) > 0 && !p.quiet && !p.hidden
}

// shown returns the last expression of the cell if it is in this unit.
func (u *unit) shown() *piece {
	for _, p := range u.pieces {
		if p.show && p.results > 0 {
			return p
		}
	}
	return nil
}
