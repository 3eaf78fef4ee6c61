package golang

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"testing"
)

const layoutSource = `package main
type A struct{ n int; next *A }
type B struct{ n int; next *B }
type C struct{ m int; next *C }
type D struct{ n int; next *A; more int }
type I interface{ M() int }
type J interface{ M() int }
type K interface{ N() int }
var (
	a A; b B; c C; d D
	as []A; bs []B; cs []C
	ma map[string]*A; mb map[string]*B
	fa func(A) int; fb func(B) int; fc func(...A) int; fd func(...B) int
	i I; j J; k K; e any
	ca chan A; cb chan<- B
)`

func TestSameLayout(t *testing.T) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", layoutSource, 0)
	if err != nil {
		t.Fatal(err)
	}
	pkg, err := new(types.Config).Check("main", fset, []*ast.File{file}, nil)
	if err != nil {
		t.Fatal(err)
	}
	typ := func(name string) types.Type { return pkg.Scope().Lookup(name).Type() }
	for _, test := range []struct {
		x, y string
		want bool
	}{
		{"a", "a", true}, {"a", "b", true}, {"a", "c", false}, {"a", "d", false},
		{"as", "bs", true}, {"as", "cs", false}, {"ma", "mb", true}, {"fa", "fb", true},
		{"fa", "fc", false}, {"fc", "fd", true}, {"i", "j", true}, {"i", "k", false}, {"i", "e", false},
		{"ca", "cb", false}, {"a", "as", false},
	} {
		if got := sameLayout(typ(test.x), typ(test.y)); got != test.want {
			t.Errorf("%s and %s: %v", typ(test.x), typ(test.y), got)
		}
	}
}
