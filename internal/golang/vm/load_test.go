package vm_test

import (
	"bytes"
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"sort"
	"testing"

	"golang.org/x/tools/go/gcexportdata"
	"golang.org/x/tools/go/ssa"

	"graft/internal/golang/registry"
	_ "graft/internal/golang/registry/std"
	"graft/internal/golang/vm"
)

// loader turns source text into built packages over the registered tables.
type loader struct {
	t       testing.TB
	fset    *token.FileSet
	imports map[string]*types.Package
	sources map[string][]*ast.File
	infos   map[string]*types.Info
	prog    *ssa.Program
	m       *vm.Machine
}

func newLoader(t testing.TB, opts vm.Options) *loader {
	l := &loader{
		t: t, fset: token.NewFileSet(), imports: map[string]*types.Package{"unsafe": types.Unsafe},
		sources: map[string][]*ast.File{}, infos: map[string]*types.Info{},
	}
	l.prog = ssa.NewProgram(l.fset, ssa.InstantiateGenerics|ssa.BareInits)
	l.m = vm.New(l.prog, opts)
	for _, path := range []string{"cmp", "iter", "maps", "slices"} {
		l.Import(path) // before export data that mentions them
	}
	return l
}

// Import implements types.Importer.
func (l *loader) Import(path string) (*types.Package, error) {
	if p := l.imports[path]; p != nil && p.Complete() {
		return p, nil
	}
	native := registry.Lookup(path)
	if native == nil {
		l.t.Fatalf("no package %q", path)
	}
	if native.Export != nil {
		return gcexportdata.Read(bytes.NewReader(native.Export()), l.fset, l.imports, path)
	}
	texts := native.Source()
	var names []string
	for name := range texts {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		l.sources[path] = append(l.sources[path], l.parse(name, texts[name]))
	}
	pkg := l.check(path, l.sources[path])
	l.imports[path] = pkg
	return pkg, nil
}

func (l *loader) parse(name, text string) *ast.File {
	file, err := parser.ParseFile(l.fset, name, text, parser.SkipObjectResolution)
	if err != nil {
		l.t.Fatal(err)
	}
	return file
}

func (l *loader) check(path string, files []*ast.File) *types.Package {
	info := &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{},
		Uses: map[*ast.Ident]types.Object{}, Implicits: map[ast.Node]types.Object{},
		Instances: map[*ast.Ident]types.Instance{}, Scopes: map[ast.Node]*types.Scope{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, FileVersions: map[*ast.File]string{},
	}
	conf := types.Config{Importer: l, GoVersion: "go1.26"}
	pkg, err := conf.Check(path, l.fset, files, info)
	if err != nil {
		l.t.Fatal(err)
	}
	l.infos[path] = info
	return pkg
}

// create makes the ssa package of p and, first, of what it imports.
func (l *loader) create(p *types.Package) {
	if l.prog.Package(p) != nil {
		return
	}
	for _, dep := range p.Imports() {
		l.create(dep)
	}
	files := l.sources[p.Path()]
	if files == nil {
		l.prog.CreatePackage(p, nil, nil, true)
		return
	}
	pkg := l.prog.CreatePackage(p, files, l.infos[p.Path()], true)
	pkg.Build()
	l.init(pkg)
}

func (l *loader) init(pkg *ssa.Package) {
	if err := l.m.AddPackage(pkg); err != nil {
		l.t.Fatal(err)
	}
	if _, err := l.m.Run(nil, pkg.Func("init")); err != nil {
		l.t.Fatalf("init of %s: %v", pkg.Pkg.Path(), err)
	}
}

// load builds a package of the text and initialises it.
func (l *loader) load(text string) *ssa.Package {
	l.t.Helper()
	file := l.parse("test.go", text)
	p := l.check("main", []*ast.File{file})
	for _, dep := range p.Imports() {
		l.create(dep)
	}
	pkg := l.prog.CreatePackage(p, []*ast.File{file}, l.infos["main"], false)
	pkg.Build()
	if err := l.m.AddPackage(pkg); err != nil {
		l.t.Fatal(err)
	}
	return pkg
}

// result is how a program ended.
type result struct {
	out string
	err error
}

// run loads the text and runs its init and main.
func run(t testing.TB, text string, opts vm.Options) result {
	t.Helper()
	l := newLoader(t, opts)
	return l.run(context.Background(), l.load(text))
}

func (l *loader) run(ctx context.Context, pkg *ssa.Package) result {
	var out syncBuffer
	env := &vm.Env{Context: ctx, Stdout: &out, Stderr: &out}
	_, err := l.m.Run(env, pkg.Func("init"))
	if err == nil {
		_, err = l.m.Run(env, pkg.Func("main"))
	}
	return result{out.String(), err}
}
