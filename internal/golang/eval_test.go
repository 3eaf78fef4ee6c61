package golang

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/go/gcexportdata"

	"graft/internal/golang/registry"
	"graft/internal/golang/vm"
)

// fail evaluates a cell that must fail with an error of kind.
func (s session) fail(t *testing.T, env *Env, source string, kind Kind) *Error {
	t.Helper()
	_, err := s.Eval(env, Cell{Name: "cell", Source: source})
	var e *Error
	if !errors.As(err, &e) || e.Kind != kind {
		t.Fatalf("%s: got %v, want an error of kind %s", source, err, kind)
	}
	return e
}

// startWriter calls stop at the first write.
func startWriter(stop func()) writerFunc {
	return func(p []byte) (int, error) {
		stop()
		return len(p), nil
	}
}

func TestInterrupt(t *testing.T) {
	in := newInterp(t)
	in.mustEval(t, "n := 0\ncount := func() int { n++; return n }")
	for _, loop := range []string{"for { n++ }", "select {}", "time.Sleep(time.Hour)", "<-make(chan int)",
		"defer func() { recover() }()\nfor {\n}"} {
		ctx, cancel := context.WithCancel(context.Background())
		env := &Env{Context: ctx, Stdout: startWriter(cancel)}
		e := in.fail(t, env, "fmt.Println()\nfunc() {\n"+loop+"\n}()", Interrupt)
		if !errors.Is(e, context.Canceled) {
			t.Errorf("%s: cause %v", loop, e.Cause)
		}
	}
	in.mustEval(t, "n = 0")
	if got := in.mustEval(t, "count() + n").Values[0].Int(); got != 2 {
		t.Errorf("a closure of an earlier cell gave %d", got)
	}
}

func TestExit(t *testing.T) {
	in := newInterp(t)
	in.mustEval(t, "x := 1")
	e := in.fail(t, &Env{}, "x = 2\nos.Exit(3)\nx = 3", Failed)
	var exit *vm.Exit
	if !errors.As(e, &exit) || exit.Code != 3 || e.Line != 2 {
		t.Errorf("got %v, line %d", e.Cause, e.Line)
	}
	if got := in.mustEval(t, "x").Values[0].Int(); got != 2 {
		t.Errorf("x is %d", got)
	}
}

func TestBackgroundPanic(t *testing.T) {
	in := newInterp(t)
	told := make(chan *vm.Panic)
	env := &Env{Background: func(p *vm.Panic) { told <- p }}
	if _, err := in.Eval(env, Cell{Name: "cell[1]", Source: "gate := make(chan int)\ngo func() {\n\t<-gate\n\tpanic(\"late\")\n}()"}); err != nil {
		t.Fatal(err)
	}
	in.mustEval(t, "close(gate)")
	e := in.PanicError(<-told)
	if e.Kind != Panic || e.Cell != "cell[1]" || e.Line != 4 || !strings.Contains(e.Message, "late") {
		t.Errorf("got %+v", e)
	}
}

func TestVars(t *testing.T) {
	in := newInterp(t)
	in.mustEval(t, "b, a := \"text\", []int{1}\nconst c = 1\nfunc f() {}\nvar t time.Duration = 5")
	var got []string
	for _, v := range in.Vars() {
		got = append(got, fmt.Sprintf("%s %s %v", v.Name, v.Type, v.Value))
	}
	if want := "a []int [1]; b string text; t time.Duration 5ns"; strings.Join(got, "; ") != want {
		t.Errorf("got %q", got)
	}
	in.Vars()[1].Value.SetString("set")
	if got := in.mustEval(t, "b").Values[0].String(); got != "set" {
		t.Errorf("b is %q", got)
	}
}

func TestTraceback(t *testing.T) {
	in := newInterp(t)
	if _, err := in.Eval(&Env{}, Cell{Name: "cell[1]", Source: "func inner(i int) int {\n\tvar a []int\n\treturn a[i]\n}\nfunc outer() int { return inner(2) }"}); err != nil {
		t.Fatal(err)
	}
	_, err := in.Eval(&Env{}, Cell{Name: "cell[2]", Source: "x := 1\n\nouter() + x"})
	want := "cell[1]:3:9: runtime error: index out of range [2] with length 0\n" +
		"\treturn a[i]\n\t       ^^^^\n" +
		"\tinner at cell[1]:3:10\n\touter at cell[1]:5:32\n\tcell[2] at cell[2]:3:6"
	if got := err.(*Error).Pretty(); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// TestPositionsOfWideText checks that carets stand below what they mean.
func TestPositionsOfWideText(t *testing.T) {
	in := newInterp(t)
	e := in.fail(t, &Env{}, "s := \"写真\" + nope", Compile)
	if e.Caret != "s := \"写真\" + nope\n              ^^^^" || e.Col != 17 {
		t.Errorf("column %d\n%s", e.Col, e.Caret)
	}
}

const verbSource = `package verbs
type M struct{}
func New(ok bool) (*M, error) { return nil, nil }
func (*M) Fit(ok bool) (int, error) { return 0, nil }
func (*M) Save(ok bool) error { return nil }
func Split() (int, string, error) { return 0, "", nil }`

type verbModel struct{}

func (*verbModel) Fit(ok bool) (int, error) { return 7, verbError(ok) }
func (*verbModel) Save(ok bool) error       { return verbError(ok) }

func verbError(ok bool) error {
	if ok {
		return nil
	}
	return errors.New("verbs: no (say true)")
}

// registerVerbs adds a package as lib is one, whose bare calls may ignore errors.
func registerVerbs(t *testing.T) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "verbs.go", verbSource, 0)
	if err != nil {
		t.Fatal(err)
	}
	pkg, err := new(types.Config).Check("example/verbs", fset, []*ast.File{file}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var export bytes.Buffer
	if err := gcexportdata.Write(&export, fset, pkg); err != nil {
		t.Fatal(err)
	}
	model := registry.Package{Path: "example/verbs", Name: "verbs", Verbs: true, Export: export.Bytes}
	model.Types = map[string]reflect.Type{"M": reflect.TypeFor[verbModel]()}
	model.Funcs = map[string]any{
		"New":   func(ok bool) (*verbModel, error) { return &verbModel{}, verbError(ok) },
		"Split": func() (int, string, error) { return 1, "two", nil },
	}
	registry.Register(&model)
}

func TestVerbs(t *testing.T) {
	registerVerbs(t)
	in := newInterp(t)
	tests := []struct{ cell, want string }{
		{"import \"example/verbs\"\nm := verbs.New(true)\nm.Fit(true)", "= 7 (int)\n"},
		{"m.Fit(true);", ""},
		{"m.Save(true)", ""},
		{"m.Fit(false)", "! Error: cell:1:1: verbs: no (say true)\n! m.Fit(false)\n! ^^^^^^^^^^^^\n"},
		{"m.Fit(false)\nfmt.Println(\"not reached\")", "! Error: cell:1:1: verbs: no (say true)\n! m.Fit(false)\n! ^^^^^^^^^^^^\n"},
		{"m.Save(false)", "! Error: cell:1:1: verbs: no (say true)\n! m.Save(false)\n! ^^^^^^^^^^^^^\n"},
		{"_, err := m.Fit(false)\nerr", "= verbs: no (say true) (error)\n"},
		{"k := m.Fit(false)", "! Error: cell:1:6: verbs: no (say true)\n! k := m.Fit(false)\n!      ^^^^^^^^^^^^\n"},
		{"a, b := verbs.Split()\nfmt.Println(a, b)", "1 two\n"},
		{"for i := 0; i < 1; i++ {\n\tm.Save(false)\n}\n\"plain Go inside\"", "= plain Go inside (string)\n"},
		{"err := m.Save(false)\nerr != nil", "= true (bool)\n"},
	}
	for _, test := range tests {
		if got := in.events(Cell{Name: "cell", Source: test.cell}); got != test.want {
			t.Errorf("%s\ngot:\n%swant:\n%s", test.cell, got, test.want)
		}
	}
}

// TestCellsOneAfterAnother evaluates from several goroutines.
func TestCellsOneAfterAnother(t *testing.T) {
	in := newInterp(t)
	in.mustEval(t, "n := 0")
	done := make(chan error)
	for range 8 {
		go func() {
			_, err := in.Eval(&Env{}, Cell{Name: "cell", Source: "n++"})
			in.Complete("n.", 2)
			done <- err
		}()
	}
	for range 8 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if got := in.mustEval(t, "n").Values[0].Int(); got != 8 {
		t.Errorf("n is %d", got)
	}
}

// TestLongSession keeps a session working through many redefinitions.
func TestLongSession(t *testing.T) {
	in := newInterp(t)
	in.mustEval(t, "func use() int { return get() }\nfunc get() int { return -1 }")
	start := time.Now()
	for i := range 300 {
		in.mustEval(t, fmt.Sprintf("func get() int { return %d }\nlast := %d", i, i))
		if got := in.mustEval(t, "use() - last").Values[0].Int(); got != 0 {
			t.Fatalf("round %d: an earlier caller is off by %d", i, got)
		}
	}
	t.Logf("600 cells in %v", time.Since(start))
}
