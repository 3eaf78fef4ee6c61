//go:build full

package difftest

import (
	"bytes"
	"context"
	"go/ast"
	"go/format"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/go/ast/astutil"
)

// most is the number of programs within which every planted bug must be found.
const most = 2000

// TestPlantedBugs runs programs whose cells are changed as if the interpreter had
// a known bug, until the outputs differ, for one bug after the other. A change
// that does not compile finds nothing.
func TestPlantedBugs(t *testing.T) {
	if len(bugs) < 12 {
		t.Fatalf("%d bugs", len(bugs))
	}
	dir, found := t.TempDir(), map[string]uint64{}
	const batch = 20
	for seed := uint64(1); seed <= most && len(found) < len(bugs); seed += batch {
		programs := Programs(seed, batch)
		want, err := RunNative(t.Context(), dir, programs)
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range programs {
			for _, name := range applicable(t, p) {
				if found[name] == 0 && differs(t, p, name, want[i]) {
					found[name] = p.Seed
					t.Logf("%s: found by program %d", name, p.Seed)
				}
			}
		}
	}
	for name := range bugs {
		if found[name] == 0 {
			t.Errorf("%s: not found in %d programs", name, most)
		}
	}
}

// applicable returns the bugs that have a place in a program.
func applicable(t *testing.T, p Program) []string {
	_, file, info := check(t, p)
	var names []string
	for name, bug := range bugs {
		found := false
		astutil.Apply(file, nil, func(c *astutil.Cursor) bool {
			found = found || c.Node() != nil && bug(site{c, info}) != nil
			return !found
		})
		if found {
			names = append(names, name)
		}
	}
	return names
}

// differs reports whether the bug shows in a program's output.
func differs(t *testing.T, p Program, bug, want string) bool {
	mutant := plant(t, p, bugs[bug])
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	got := RunCells(ctx, mutant.Cells())
	return got != want && !strings.Contains(got, "CompileError: ")
}

// site is a place of a program where a bug may be planted.
type site struct {
	*astutil.Cursor
	info *types.Info
}

var std = importer.Default()

// check parses a program and finds its types.
func check(t *testing.T, p Program) (*token.FileSet, *ast.File, *types.Info) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", p.File(), 0)
	if err != nil {
		t.Fatal(err)
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{}}
	config := types.Config{Importer: std}
	if _, err := config.Check("main", fset, []*ast.File{file}, info); err != nil {
		t.Fatal(err)
	}
	return fset, file, info
}

// plant changes every place of a program where the bug would show.
func plant(t *testing.T, p Program, bug func(site) ast.Node) Program {
	fset, file, info := check(t, p)
	astutil.Apply(file, nil, func(c *astutil.Cursor) bool {
		if c.Node() == nil {
			return true
		}
		if n := bug(site{c, info}); n != nil {
			c.Replace(n)
		}
		return true
	})
	return Program{p.Seed, units(t, fset, file)}
}

// units takes a file of a program apart.
func units(t *testing.T, fset *token.FileSet, file *ast.File) []Unit {
	var list []Unit
	add := func(n ast.Node, decl bool) {
		var b bytes.Buffer
		if err := format.Node(&b, fset, n); err != nil {
			t.Fatal(err)
		}
		list = append(list, Unit{Text: b.String(), Decl: decl})
	}
	for _, d := range file.Decls[1+len(imports):] {
		if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name == "main" {
			for _, s := range f.Body.List {
				add(s, false)
			}
			continue
		}
		add(d, true)
	}
	return list
}

// basic returns the basic type below e's, or nil.
func (s site) basic(e ast.Expr) *types.Basic {
	if t := s.info.TypeOf(e); t != nil {
		b, _ := t.Underlying().(*types.Basic)
		return b
	}
	return nil
}

func (s site) constant(e ast.Expr) bool { return s.info.Types[e].Value != nil }

// inList reports whether the node is one of a block's statements.
func (s site) inList() bool { return s.Index() >= 0 }

// builtin returns the name of the builtin that a statement calls.
func (s site) builtin(e ast.Expr) string {
	if call, ok := e.(*ast.CallExpr); ok {
		if id, ok := call.Fun.(*ast.Ident); ok && s.info.Types[call.Fun].IsBuiltin() {
			return id.Name
		}
	}
	return ""
}

func call(fun string, args ...ast.Expr) *ast.CallExpr {
	return &ast.CallExpr{Fun: ast.NewIdent(fun), Args: args}
}

// nothing is a statement without effect.
func nothing() ast.Stmt { return &ast.BlockStmt{} }

// captured returns the local variables of basic type that a function literal
// shares with the code around it.
func (s site) captured(lit *ast.FuncLit) []string {
	seen := map[string]bool{}
	var names []string
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		v, ok := s.info.Uses[id].(*types.Var)
		if !ok || v.IsField() || v.Parent() == nil || v.Parent() == v.Pkg().Scope() || v.Pos() >= lit.Pos() && v.Pos() < lit.End() || seen[v.Name()] {
			return true
		}
		if _, ok := v.Type().Underlying().(*types.Basic); ok {
			seen[v.Name()] = true
			names = append(names, v.Name())
		}
		return true
	})
	return names
}
