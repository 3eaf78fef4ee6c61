package registry

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"reflect"
	"strings"
	"testing"
)

func TestLookupBuildsTheTableOnce(t *testing.T) {
	RegisterTable(&Table{
		Path: "example/letters", Name: "letters",
		Types:     []Entry{{"Builder", (*strings.Builder)(nil)}},
		Funcs:     []Entry{{"ToUpper", strings.ToUpper}},
		Instances: []Entry{{"Pair[int]", strings.ToLower}},
		TypeInsts: []Entry{{"Box[int]", (*[]int)(nil)}},
	})
	p := Lookup("example/letters")
	if p != Lookup("example/letters") {
		t.Error("two lookups gave two packages")
	}
	if p.Types["Builder"] != reflect.TypeFor[strings.Builder]() {
		t.Errorf("type Builder is %v", p.Types["Builder"])
	}
	if got := p.Funcs["ToUpper"].(func(string) string)("a"); got != "A" {
		t.Errorf("ToUpper gave %q", got)
	}
	if p.Generics["Box[int]"] != reflect.TypeFor[[]int]() {
		t.Errorf("instance Box[int] is %v", p.Generics["Box[int]"])
	}
	if got := ByName("letters"); len(got) != 1 || got[0] != "example/letters" {
		t.Errorf("ByName gave %q", got)
	}
	if Lookup("example/missing") != nil {
		t.Error("an unknown package was found")
	}
}

func TestByNamePrefersTheShortestPath(t *testing.T) {
	for _, path := range []string{"b/long/rand", "c/rand", "a/rand"} {
		Register(&Package{Path: path, Name: "rand9"})
	}
	want := []string{"a/rand", "c/rand", "b/long/rand"}
	if got := ByName("rand9"); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

const keySource = `package p
import ("time"; "unsafe")
type N int
type G[T any] struct{ v T }
type A = map[string][]byte
type (
	T1 = []byte
	T2 = func(x, y rune, rest ...*N) (ok bool, err error)
	T3 = A
	T4 = chan<- time.Duration
	T5 = any
	T6 = [3]G[N]
	T7 = func() unsafe.Pointer
	T8 = func(int) func()
)`

func TestInstanceKey(t *testing.T) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", keySource, 0)
	if err != nil {
		t.Fatal(err)
	}
	conf := types.Config{Importer: importer.ForCompiler(fset, "source", nil)}
	pkg, err := conf.Check("example/p", fset, []*ast.File{file}, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"T1": "[]uint8",
		"T2": "func(int32, int32, ...*example/p.N) (bool, error)",
		"T3": "map[string][]uint8",
		"T4": "chan<- (time.Duration)",
		"T5": "interface{}",
		"T6": "[3]example/p.G[example/p.N]",
		"T7": "func() unsafe.Pointer",
		"T8": "func(int) func()",
	}
	for name, key := range want {
		targ := pkg.Scope().Lookup(name).Type()
		if got := InstanceKey("F", []types.Type{targ, types.Typ[types.Int]}); got != "F["+key+",int]" {
			t.Errorf("%s: got %s, want F[%s,int]", name, got, key)
		}
	}
}
