package golang

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"runtime"
	"sort"
	"sync"

	"golang.org/x/tools/go/gcexportdata"

	"graft/internal/golang/registry"
)

// importer finds the go/types description of packages in the registry. It may
// be used by several goroutines. One importer serves all programs of a process's
// session, so that a type is the same in each.
type importer struct {
	fset    *token.FileSet
	ready   sync.Map // path to *types.Package: those that Import gave out
	sources sync.Map // *types.Package to *sourcePackage

	mu      sync.Mutex // held while a package is read
	pkgs    map[string]*types.Package
	loading map[string]bool
}

// sourcePackage is a checked package that is interpreted from its source.
type sourcePackage struct {
	files []*ast.File
	info  *types.Info
}

// fromSource lists the packages that the registry gives as source and that have
// types. They are read before any export data that mentions them; otherwise there
// would be two iter.Seq.
var fromSource = []string{"cmp", "iter"}

func newImporter(fset *token.FileSet) *importer {
	im := &importer{fset: fset, pkgs: map[string]*types.Package{}, loading: map[string]bool{}}
	for _, pkg := range []*types.Package{types.Unsafe, failPackage()} {
		im.pkgs[pkg.Path()] = pkg
		im.ready.Store(pkg.Path(), pkg)
	}
	return im
}

// Import returns the package of path, as [types.Importer] asks. It waits for other
// packages that are being read only if path was never imported.
func (im *importer) Import(path string) (*types.Package, error) {
	if pkg, ok := im.ready.Load(path); ok {
		return pkg.(*types.Package), nil
	}
	pkg, err := im.first(path)
	if err == nil {
		im.ready.Store(path, pkg)
	}
	return pkg, err
}

// first imports path for the first time.
func (im *importer) first(path string) (*types.Package, error) {
	im.mu.Lock()
	defer im.mu.Unlock()
	for _, p := range fromSource {
		if im.pkgs[p] == nil && registry.Lookup(p) != nil {
			if _, err := im.load(p); err != nil {
				return nil, err
			}
		}
	}
	return im.load(path)
}

// nested imports for a package that is being checked from source, when the lock
// is held.
type nested struct{ *importer }

func (n nested) Import(path string) (*types.Package, error) { return n.load(path) }

func (im *importer) load(path string) (*types.Package, error) {
	if pkg := im.pkgs[path]; pkg != nil && pkg.Complete() {
		return pkg, nil
	}
	native := registry.Lookup(path)
	if native == nil {
		return nil, unbound(path)
	}
	if im.loading[path] {
		return nil, fmt.Errorf("import cycle through %q", path)
	}
	im.loading[path] = true
	defer delete(im.loading, path)
	if native.Export == nil {
		return im.check(native)
	}
	pkg, err := gcexportdata.Read(bytes.NewReader(native.Export()), im.fset, im.pkgs, path)
	if err != nil {
		return nil, fmt.Errorf("export data of %q: %w (run go generate ./internal/bindgen)", path, err)
	}
	// The type checker follows imports of imports when it words an error, without our
	// lock, to packages that may be read just now.
	pkg.SetImports(nil)
	return pkg, nil
}

// check type-checks a package from its source.
func (im *importer) check(native *registry.Package) (*types.Package, error) {
	texts := native.Source()
	names := make([]string, 0, len(texts))
	for name := range texts {
		names = append(names, name)
	}
	sort.Strings(names)
	src := &sourcePackage{info: newInfo()}
	for _, name := range names {
		file, err := parser.ParseFile(im.fset, native.Path+"/"+name, texts[name], parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		src.files = append(src.files, file)
	}
	conf := types.Config{Importer: nested{im}, GoVersion: goVersion, Sizes: sizes}
	pkg, err := conf.Check(native.Path, im.fset, src.files, src.info)
	if err != nil {
		return nil, err
	}
	im.pkgs[native.Path] = pkg
	im.sources.Store(pkg, src)
	return pkg, nil
}

// source returns the syntax of a package interpreted from source, or nil.
func (im *importer) source(pkg *types.Package) *sourcePackage {
	if src, ok := im.sources.Load(pkg); ok {
		return src.(*sourcePackage)
	}
	return nil
}

// goVersion is the language version of cells.
const goVersion = "go1.26"

var sizes = types.SizesFor("gc", runtime.GOARCH)

func newInfo() *types.Info {
	return &types.Info{
		Types:        map[ast.Expr]types.TypeAndValue{},
		Defs:         map[*ast.Ident]types.Object{},
		Uses:         map[*ast.Ident]types.Object{},
		Implicits:    map[ast.Node]types.Object{},
		Instances:    map[*ast.Ident]types.Instance{},
		Scopes:       map[ast.Node]*types.Scope{},
		Selections:   map[*ast.SelectorExpr]*types.Selection{},
		FileVersions: map[*ast.File]string{},
	}
}

// failure is the panic value that ends a cell whose omitted error is not nil.
type failure struct{ err error }

func init() {
	registry.Register(&registry.Package{Path: failPath, Name: "fail",
		Funcs: map[string]any{"Check": endIf}})
}

// endIf ends the cell if a left-out error is not nil.
func endIf(err error) {
	if err != nil {
		panic(&failure{err})
	}
}

// failPackage describes the package that lowered code calls to end a cell: Check,
// and error under a name that no cell can define again.
func failPackage() *types.Package {
	pkg := types.NewPackage(failPath, "fail")
	pkg.Scope().Insert(types.NewTypeName(token.NoPos, pkg, "Error", errorType))
	param := types.NewParam(token.NoPos, pkg, "err", errorType)
	sig := types.NewSignatureType(nil, nil, nil, types.NewTuple(param), nil, false)
	pkg.Scope().Insert(types.NewFunc(token.NoPos, pkg, "Check", sig))
	pkg.MarkComplete()
	return pkg
}
