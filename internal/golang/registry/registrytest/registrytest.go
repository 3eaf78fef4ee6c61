// Package registrytest checks registered tables against the export data and
// source they carry: it is the shared contract test of all tables, as opposed to
// the tests of package registry, which check how tables are served.
//
//	func TestTables(t *testing.T) { registrytest.Run(t, registry.Paths()) }
package registrytest

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"reflect"
	"sort"
	"strings"
	"testing"

	"golang.org/x/tools/go/gcexportdata"

	"graft/internal/golang/registry"
)

// Run checks each package of paths: its export data or source can be read, every
// exported non-generic name of it has an entry whose reflect type agrees with
// the go/types one, every generic instance agrees, and its docs cover it.
func Run(t *testing.T, paths []string) {
	c := &checker{t: t, fset: token.NewFileSet(), imports: map[string]*types.Package{"unsafe": types.Unsafe}, seen: map[pair]bool{}}
	for _, path := range registry.Paths() {
		if registry.Lookup(path).Source != nil {
			c.load(path) // before export data that mentions it
		}
	}
	for _, path := range paths {
		c.path(path)
	}
	t.Logf("%d packages, %d pairs of types", len(paths), len(c.seen))
}

type pair struct {
	static  types.Type
	dynamic reflect.Type
}

type checker struct {
	t       *testing.T
	fset    *token.FileSet
	imports map[string]*types.Package
	seen    map[pair]bool
}

// Import implements types.Importer for packages that are read from source.
func (c *checker) Import(path string) (*types.Package, error) { return c.load(path), nil }

func (c *checker) load(path string) *types.Package {
	if p := c.imports[path]; p != nil && p.Complete() {
		return p
	}
	native := registry.Lookup(path)
	if native == nil {
		c.t.Fatalf("no package %q", path)
	}
	pkg, err := c.read(native)
	if err != nil {
		c.t.Fatalf("%s: %v", path, err)
	}
	c.imports[path] = pkg
	return pkg
}

func (c *checker) read(native *registry.Package) (*types.Package, error) {
	if native.Source == nil {
		return gcexportdata.Read(bytes.NewReader(native.Export()), c.fset, c.imports, native.Path)
	}
	var files []*ast.File
	for name, text := range native.Source() {
		f, err := parser.ParseFile(c.fset, name, text, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	sort.Slice(files, func(i, j int) bool { return c.fset.File(files[i].Pos()).Name() < c.fset.File(files[j].Pos()).Name() })
	conf := types.Config{Importer: c}
	return conf.Check(native.Path, c.fset, files, nil)
}

func (c *checker) path(path string) {
	native, pkg := registry.Lookup(path), c.load(path)
	if pkg.Name() != native.Name {
		c.t.Errorf("%s: named %s in the table, %s in its export data", path, native.Name, pkg.Name())
	}
	c.docs(native, pkg)
	if native.Source != nil {
		return
	}
	found := 0
	for _, name := range pkg.Scope().Names() {
		if obj := pkg.Scope().Lookup(name); obj.Exported() && !generic(obj) {
			found += c.object(native, obj)
		}
	}
	if have := len(native.Types) + len(native.Funcs) + len(native.Vars); have != found && path != "unsafe" {
		c.t.Errorf("%s: %d entries, %d names in its export data", path, have, found)
	}
	for key, value := range native.Generics {
		c.instance(pkg, key, value)
	}
}

func generic(obj types.Object) bool {
	switch t := obj.Type().(type) {
	case *types.Signature:
		return t.TypeParams().Len() > 0
	case *types.Named:
		return t.TypeParams().Len() > 0 && t.TypeArgs().Len() == 0
	case *types.Alias:
		return t.TypeParams().Len() > 0 && t.TypeArgs().Len() == 0
	}
	return false
}

// object checks the entry of obj and returns how many entries it has.
func (c *checker) object(native *registry.Package, obj types.Object) int {
	where := native.Path + "." + obj.Name()
	switch obj := obj.(type) {
	case *types.TypeName:
		if iface, ok := obj.Type().Underlying().(*types.Interface); ok && !iface.IsMethodSet() {
			return 0
		}
		c.same(where, obj.Type(), native.Types[obj.Name()])
	case *types.Func:
		c.same(where, obj.Type(), reflect.TypeOf(native.Funcs[obj.Name()]))
	case *types.Var:
		c.same(where, types.NewPointer(obj.Type()), reflect.TypeOf(native.Vars[obj.Name()]))
	default:
		return 0
	}
	return 1
}

// instance checks an instance: its key must be the one that the interpreter
// computes from the type arguments. The arguments are found by evaluating the
// key, so keys that name other packages are read with their import paths
// replaced by names.
func (c *checker) instance(pkg *types.Package, key string, value any) {
	name, args, _ := strings.Cut(key, "[")
	obj := pkg.Scope().Lookup(name)
	if obj == nil {
		c.t.Errorf("%s: instance %s of nothing", pkg.Path(), key)
		return
	}
	targs, err := c.evaluate(strings.TrimSuffix(args, "]"))
	if err != nil {
		c.t.Errorf("%s: instance %s: %v", pkg.Path(), key, err)
		return
	}
	if again := registry.InstanceKey(name, targs); again != key {
		c.t.Errorf("%s: instance %s has the key %s", pkg.Path(), key, again)
	}
	inst, err := types.Instantiate(nil, obj.Type(), targs, true)
	if err != nil {
		c.t.Errorf("%s: instance %s: %v", pkg.Path(), key, err)
		return
	}
	dynamic, ok := value.(reflect.Type)
	if !ok {
		dynamic = reflect.TypeOf(value)
	}
	c.same(pkg.Path()+"."+key, inst, dynamic)
}

// evaluate reads the type arguments of a key.
func (c *checker) evaluate(args string) ([]types.Type, error) {
	scope := types.NewPackage("registrytest/scope", "scope")
	for i, path := range mentioned(args) {
		name := fmt.Sprintf("p%d", i)
		scope.Scope().Insert(types.NewPkgName(token.NoPos, scope, name, c.load(path)))
		args = strings.ReplaceAll(args, path+".", name+".")
	}
	expr, err := parser.ParseExpr("F[" + args + "]")
	if err != nil {
		return nil, err
	}
	list := []ast.Expr{}
	switch x := expr.(type) {
	case *ast.IndexExpr:
		list = append(list, x.Index)
	case *ast.IndexListExpr:
		list = x.Indices
	}
	var targs []types.Type
	for _, x := range list {
		info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
		if err := types.CheckExpr(c.fset, scope, token.NoPos, x, info); err != nil {
			return nil, err
		}
		targs = append(targs, info.Types[x].Type)
	}
	return targs, nil
}

// mentioned lists the registered import paths in a key, longest first, so that
// replacing one never cuts another.
func mentioned(args string) []string {
	var paths []string
	for _, path := range registry.Paths() {
		if strings.Contains(args, path+".") {
			paths = append(paths, path)
		}
	}
	sort.Slice(paths, func(i, j int) bool { return len(paths[i]) > len(paths[j]) })
	return paths
}

// docs checks that a package with exported functions documents some of them, and
// that every key names something.
func (c *checker) docs(native *registry.Package, pkg *types.Package) {
	docs := native.Docs()
	for key := range docs {
		name, _, _ := strings.Cut(key, ".")
		if name != "" && pkg.Scope().Lookup(name) == nil && native.Path != "unsafe" && native.Path != "builtin" {
			c.t.Errorf("%s: docs of %q, which is not there", native.Path, key)
		}
	}
	if len(native.Funcs) > 3 && len(docs) < 2 {
		c.t.Errorf("%s: %d functions, %d docs", native.Path, len(native.Funcs), len(docs))
	}
}
