package vm_test

import (
	"fmt"
	"go/types"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"
	"time"

	"graft/internal/golang/vm"
)

const typeSource = `package main
import ("io"; "time"; "sync"; "strings")
type Node struct { Next *Node; Kids []Node; By map[string]Node; F func(Node) *Node; C chan Node; I interface{ Get() Node } }
type Tree map[string]Tree
type Rest []Rest
type Step func(Step) Step
type Pipe chan Pipe
type Loop *Loop
type A struct { B *B }
type B struct { A [2]A; S []A }
type Key struct { a, _ int; S string }
type Big struct { data [4096]*int; N int }
type Embeds struct { sync.Mutex; *strings.Builder; io.Reader; A }
type Pair[K comparable, V any] struct { Key K; Val V }
type Inst = Pair[string, []Node]
type Dur = time.Duration
type Err interface { error; Code() int }
type Word struct { m map[int]int }
func (w Word) String() string { return "word" }
func main() {}
`

func typesOf(t *testing.T) func(name string) reflect.Type {
	l := newLoader(t, vm.Options{})
	pkg := l.load(typeSource)
	return func(name string) reflect.Type { return l.m.Type(pkg.Pkg.Scope().Lookup(name).Type()) }
}

func TestTypes(t *testing.T) {
	of := typesOf(t)
	for name, want := range map[string]string{
		"Node": "main.Node", "Tree": "main.Tree", "Inst": "main.Pair[string,[]main.Node]", "Dur": "time.Duration", "Err": "main.Err",
	} {
		if got := of(name).String(); got != want {
			t.Errorf("%s is %s", name, got)
		}
	}
	node := of("Node")
	for i, want := range []reflect.Type{
		reflect.PointerTo(node), reflect.SliceOf(node), reflect.MapOf(reflect.TypeFor[string](), node),
	} {
		if got := node.Field(i).Type; got != want {
			t.Errorf("field %d is %v, want %v", i, got, want)
		}
	}
	if f := node.Field(3).Type; f.In(0) != node || f.Out(0) != reflect.PointerTo(node) {
		t.Errorf("function field is %v", f)
	}
	for _, name := range []string{"Tree", "Rest", "Pipe", "Loop"} {
		if r := of(name); r.Elem() != r {
			t.Errorf("element of %s is %v", name, r.Elem())
		}
	}
	if r := of("Step"); r.In(0) != r || r.Out(0) != r {
		t.Errorf("Step is %v", r)
	}
	if b := of("B"); b.Size() != 2*8+24 || b.Field(0).Type.Elem() != of("A") {
		t.Errorf("B has %d bytes, elements %v", b.Size(), b.Field(0).Type.Elem())
	}
	if of("Dur") != reflect.TypeFor[time.Duration]() {
		t.Error("a native type was made again")
	}
}

func TestFabricatedValues(t *testing.T) {
	of := typesOf(t)
	key := of("Key")
	x, y := reflect.New(key).Elem(), reflect.New(key).Elem()
	x.Field(2).SetString("k")
	y.Field(2).SetString("k")
	if !key.Comparable() || !x.Equal(y) {
		t.Error("equal keys differ")
	}
	m := reflect.MakeMap(reflect.MapOf(key, reflect.TypeFor[int]()))
	m.SetMapIndex(x, reflect.ValueOf(5))
	if v := m.MapIndex(y); !v.IsValid() || v.Int() != 5 {
		t.Error("an equal key was not found")
	}
	if of("Node").Comparable() || of("Tree").Comparable() || !of("B").Field(0).Type.Comparable() {
		t.Error("comparability is wrong")
	}
	embeds := of("Embeds")
	if f := embeds.Field(0); !f.Anonymous || f.Name != "Mutex" || embeds.Field(3).Type != of("A") {
		t.Errorf("embedded fields are %+v", f)
	}
	tree := reflect.MakeMap(of("Tree"))
	tree.SetMapIndex(reflect.ValueOf("a"), reflect.MakeMap(of("Tree")))
	if got := fmt.Sprint(tree); got != "map[a:map[]]" {
		t.Errorf("tree prints as %s", got)
	}
	word := reflect.New(of("Word"))
	if got := fmt.Sprint(word.Elem().Interface(), word.Interface()); got != "word word" {
		t.Errorf("a one-word struct prints as %s", got)
	}
	method := reflect.TypeOf(word.Elem().Interface()).Method(0)
	if got := method.Func.Call([]reflect.Value{word.Elem()})[0].String(); got != "word" {
		t.Errorf("method by reflection gives %s", got)
	}
}

func TestTypeIsStable(t *testing.T) {
	l := newLoader(t, vm.Options{})
	pkg := l.load(typeSource)
	node := pkg.Type("Node").Type()
	if l.m.Type(types.NewSlice(node)) != l.m.Type(types.NewSlice(node)) {
		t.Error("two calls gave two types")
	}
}

// TestMethodSlotsRunOut uses all slots, in a process of its own.
func TestMethodSlotsRunOut(t *testing.T) {
	if os.Getenv("GRAFT_TEST_SLOTS") == "" {
		cmd := exec.Command(os.Args[0], "-test.run=^TestMethodSlotsRunOut$", "-test.v")
		cmd.Env = append(os.Environ(), "GRAFT_TEST_SLOTS=1")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	var b strings.Builder
	b.WriteString("package main\nimport \"fmt\"\ntype S interface { String() string; M() int }\n")
	const n = 2000
	for i := range n {
		fmt.Fprintf(&b, "type T%d struct{ n int }\nfunc (t T%d) String() string { return fmt.Sprint(t.n) }\nfunc (t *T%d) M() int { return t.n }\n", i, i, i)
	}
	b.WriteString("func main() {\n\tsum := 0\n\tvar s S\n")
	for i := range n {
		fmt.Fprintf(&b, "\ts = &T%d{1}; sum += s.M() + len(s.String())\n", i)
	}
	b.WriteString("\tfmt.Println(sum)\n}\n")
	got := run(t, b.String(), vm.Options{})
	if got.err != nil || !strings.HasSuffix(got.out, fmt.Sprint(2*n, "\n")) {
		t.Errorf("got %q, %v", got.out, got.err)
	}
	if told := strings.Count(got.out, "method slots of this session are used up"); told != 1 {
		t.Errorf("told %d times: %s", told, got.out)
	}
}
