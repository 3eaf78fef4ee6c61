package golang

import (
	"go/types"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"graft/internal/golang/registry"
)

// assisted returns a session with some names in it.
func assisted(t *testing.T) session {
	in := newInterp(t)
	in.mustEval(t, `import str "strings"`)
	in.mustEval(t, "// Point is a place.\ntype Point struct{ X, Y int }\n\n// Norm is its length.\nfunc (p Point) Norm() int { return p.X + p.Y }")
	in.mustEval(t, "points := []Point{{1, 2}}\nvar now time.Time\nconst answer = 42")
	in.mustEval(t, "// scale makes n bigger.\nfunc scale(n int) int {\n\treturn n * 2\n}")
	return in
}

func (s session) mustEval(t testing.TB, source string) Result {
	t.Helper()
	res, err := s.Eval(&Env{}, Cell{Name: "cell", Source: source})
	if err != nil {
		t.Fatalf("%s\n%v", source, err)
	}
	return res
}

// TestComplete marks the cursor with | and lists texts that must be proposed;
// "-" before a text means that it must not be.
func TestComplete(t *testing.T) {
	in := assisted(t)
	tests := []struct{ src, want string }{
		{"points[0].|", "X Y Norm"},
		{"points[0].N|", "Norm -X"},
		{"points[0].n|", "Norm"},
		{"fmt.Printl|", "Println -Printf"},
		{"fmt.Println(points[0].|", "X Norm"},
		{"fmt.Println(points[0].|)", "X Norm"},
		{"for _, p := range points {\n\tp.|\n}", "X Norm"},
		{"func f(s string) {\n\tlocal := 1\n\tlo|", "local"},
		{"func f(first string) { fir|", "first"},
		{"poi|", "points -scale"},
		{"Point{|", "X Y points"},
		{"q := Point{X: 1, |}", "Y -X"},
		{"q := &Point{|", "X Y"},
		{"m := map[string]Point{\"a\": {|}}", "X Y"},
		{"s := http.Server{Ad|", "Addr"},
		{"Point.|", "Norm"},
		{"'p|'", "-points"},
		{"texttest.Open(\"re|\")", "resnet -strings"},
		{"x, err := texttest.Open(\"|", "resnet alexnet testdata/"},
		{"texttest.Open(\"resnet\", \"|\")", "-resnet complete.go testdata/"},
		{"texttest.Open(`al|`)", "alexnet"},
		{"texttest.Open(\"re|s\", 1)\nfmt.Println()", "resnet"},
		{"texttest.Open(fmt.Sprint(\"re|\"))", "-resnet redefine.go"},
		{"f, err := os.Open(\"testda|\")", "testdata/"},
		{"os.Open(\"testdata/li|", "testdata/lists/"},
		{"os.Open(\"./testdata/mi|", "./testdata/mixed.txtar"},
		{"os.Open(\"no/such/|", "-points"},
		{"os.Open(\"a\\|", "-points"},
		{"done := \"testdata\"|", "-testdata/"},
		{"[]Point{{|}}", "X"},
		{"str.ToU|", "ToUpper"},
		{"str|", "str string strings strconv struct"},
		{`import "enc|`, "encoding/json"},
		{`import "|`, "fmt os"},
		{"now.Wee|", "Weekday"},
		{"x := os.Open(\"f\")\nx.Na|", "Name"},
		{"os.Stdout.Wr|", "Write WriteString"},
		{"ret|", "return"},
		{"\"poi|\"", "-points"},
		{"// poi|", "-points"},
		{"nothing.|", "-points"},
		{"ans|", "answer"},
		{"sca|", "scale"},
		{"y := 3\nif y > 2 {\n\tpoints[0].|", "Norm"},
		{"a := points[0]\nb := a.|\nc := b", "X"},
	}
	for _, test := range tests {
		cursor := strings.IndexByte(test.src, '|')
		src := test.src[:cursor] + test.src[cursor+1:]
		list, start, end := in.Complete(src, cursor)
		if start > cursor || end < cursor {
			t.Errorf("%q: replaces [%d:%d]", test.src, start, end)
		}
		var texts []string
		for _, c := range list {
			texts = append(texts, c.Text)
		}
		for _, want := range strings.Fields(test.want) {
			name, unwanted := strings.CutPrefix(want, "-")
			if slices.Contains(texts, name) == unwanted {
				t.Errorf("%q: want %q; got %.200q", test.src, want, texts)
			}
		}
	}
}

// The table of a package with an argument whose texts are known.
func init() {
	registry.Register(&registry.Package{
		Path: "texttest", Name: "texttest",
		Source: func() map[string]string {
			return map[string]string{"t.go": "package texttest\n\nfunc Open(name string, more ...any) (int, error) { return 0, nil }\n"}
		},
	})
	registry.RegisterTexts("texttest", "Open", 0, func() []registry.Text {
		return []registry.Text{{Text: "resnet", Detail: "11 M"}, {Text: "alexnet"}}
	})
}

// TestCompleteText completes what a string holds up to the cursor.
func TestCompleteText(t *testing.T) {
	in := assisted(t)
	src := `texttest.Open("rest")`
	list, start, end := in.Complete(src, len(`texttest.Open("res`))
	if len(list) != 1 || src[:start]+list[0].Text+src[end:] != `texttest.Open("resnett")` || list[0].Type != "11 M" {
		t.Errorf("%v replaces [%d:%d]", list, start, end)
	}
	t.Chdir(t.TempDir())
	for _, name := range []string{"some/.hidden", "some/seen"} {
		if err := os.MkdirAll(name, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	for src, want := range map[string]string{`"some/`: "some/seen/", `"some/.h`: "some/.hidden/", `"so`: "some/"} {
		list, _, _ := in.Complete(src, len(src))
		if len(list) != 1 || list[0] != (Completion{Text: want, Kind: "folder"}) {
			t.Errorf("%s: %v", src, list)
		}
	}
}

func TestCompletionDescribes(t *testing.T) {
	in := assisted(t)
	for src, want := range map[string]Completion{
		"scal":            {Text: "scale", Kind: "func", Type: "func(n int) int"},
		"points[0].No":    {Text: "Norm", Kind: "method", Type: "func() int"},
		"points[0].":      {Text: "X", Kind: "field", Type: "int"},
		"point":           {Text: "points", Kind: "var", Type: "[]Point"},
		"Poin":            {Text: "Point", Kind: "type", Type: "struct"},
		"errors.":         {Text: "ErrUnsupported", Kind: "var", Type: "error"},
		"fmt.Stringe":     {Text: "Stringer", Kind: "type", Type: "interface"},
		"answ":            {Text: "answer", Kind: "const", Type: "untyped int"},
		"strc":            {Text: "strconv", Kind: "package", Type: "strconv"},
		"func g() { retu": {Text: "return", Kind: "keyword"},
	} {
		list, _, _ := in.Complete(src, len(src))
		if !slices.Contains(list, want) {
			t.Errorf("%q: want %v in %v", src, want, list)
		}
	}
}

// What fits the parameter at the cursor comes first.
func TestCompletePutsFirstWhatFits(t *testing.T) {
	in := assisted(t)
	for src, want := range map[string]string{
		"scale(points[0].|":                "Norm X Y",
		"strings.NewReader(time.|":         "ANSIC DateOnly",
		"scale(s|":                         "scale",
		"time.Sleep(time.|":                "Hour Microsecond",
		"fmt.Println(points[0].|":          "Norm X Y",
		"fmt.Fprintln(os.|":                "Create",
		"http.ListenAndServe(\"\", http.|": "AllowQuerySemicolons",
		"nothing(points[0].|":              "Norm X Y",
		"float64(points[0].|":              "Norm X Y",
	} {
		list, _, _ := in.Complete(strings.TrimSuffix(src, "|"), len(src)-1)
		var got []string
		for _, c := range list {
			got = append(got, c.Text)
		}
		if !strings.HasPrefix(strings.Join(got, " ")+" ", want+" ") {
			t.Errorf("%s: %.200q, want %s", src, got, want)
		}
	}
}

// TestCompleteDuringEval completes while a cell runs.
func TestCompleteDuringEval(t *testing.T) {
	in := assisted(t)
	entered, leave := make(chan bool), make(chan bool)
	done := make(chan error, 1)
	go func() {
		out := writerFunc(func(p []byte) (int, error) {
			entered <- true
			<-leave
			return len(p), nil
		})
		_, err := in.Eval(&Env{Stdout: out}, Cell{Name: "cell", Source: `fmt.Println("running")`})
		done <- err
	}()
	select {
	case <-entered:
	case err := <-done:
		t.Fatalf("the cell printed nothing: %v", err)
	}
	if list, _, _ := in.Complete("points[0].", 10); len(list) == 0 {
		t.Error("nothing proposed")
	}
	if len(in.Vars()) == 0 {
		t.Error("no variables listed")
	}
	leave <- true
	if err := <-done; err != nil {
		t.Error(err)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// TestInspect marks the cursor with | and names parts of the description, which
// is signature, doc and source joined by newlines.
func TestInspect(t *testing.T) {
	in := assisted(t)
	tests := []struct {
		src   string
		level int
		want  []string
	}{
		{"sca|le(3)", 0, []string{"func scale(n int) int", "scale makes n bigger.", "-return n * 2"}},
		{"scale|", 1, []string{"func scale(n int) int", "return n * 2"}},
		{"scale(3|)", 0, []string{"func scale(n int) int"}},
		{"scale(|", 0, []string{"func scale(n int) int"}},
		{"points[0].Norm|()", 1, []string{"Norm() int", "Norm is its length.", "func (p Point) Norm()"}},
		{"Poi|nt{}", 1, []string{"type Point struct", "Point is a place.", "X, Y int"}},
		{"points|", 0, []string{"var points []Point"}},
		{"answer|", 0, []string{"const answer untyped int = 42"}},
		{"strings.ToUp|per", 0, []string{"func strings.ToUpper(s string) string", "upper case"}},
		{"strin|gs.ToUpper", 0, []string{"package strings", "UTF-8"}},
		{"fmt.Println(strings.Fields|(\"a\"))", 0, []string{"func strings.Fields"}},
		{"now.Weekday|", 0, []string{"Weekday() time.Weekday", "day of the week"}},
		{"len|", 0, []string{"func len"}},
		{"time.Dura|tion(3)", 0, []string{"type time.Duration", "-func (Duration) Hours"}},
		{"strings.Rea|der{}", 0, []string{"type strings.Reader struct{ /* unexported fields */ }", "-prevRune"}},
		{"url.UR|L{}", 0, []string{"type url.URL struct {\n\tScheme string\n", "\tHost string\n"}},
		{"http.Clie|nt{}", 0, []string{"\tTransport http.RoundTripper\n"}},
		{"http.Serv|er{}", 0, []string{"\tAddr string\n", "\t// and unexported fields\n}"}},
		{"strings.Fields|(s)", 0, []string{"-FieldsFunc("}},
		{"http.Server{Ad|dr: x}", 0, []string{"field Addr string", "TCP address"}},
		{"func f(abc int) int { return ab|c }", 0, []string{"var abc int"}},
	}
	for _, test := range tests {
		cursor := strings.IndexByte(test.src, '|')
		doc, ok := in.Inspect(test.src[:cursor]+test.src[cursor+1:], cursor, test.level)
		text := strings.Join([]string{doc.Signature, doc.Doc, doc.Source}, "\n")
		for _, want := range test.want {
			part, unwanted := strings.CutPrefix(want, "-")
			if !ok || strings.Contains(text, part) == unwanted {
				t.Errorf("%q: want %q; got %v %.300q", test.src, want, ok, text)
			}
		}
	}
	if doc, ok := in.Inspect("nothingHere", 4, 0); ok {
		t.Errorf("an unknown name is %v", doc)
	}
}

// TestOutline is what level 1 shows of a type whose source is not at hand, and of
// one that is interpreted from source.
func TestOutline(t *testing.T) {
	in := assisted(t)
	pkg, err := in.imports.Import("net/url")
	if err != nil {
		t.Fatal(err)
	}
	got := outline(pkg.Scope().Lookup("URL").(*types.TypeName))
	for _, want := range []string{"type URL struct {\n", "\tHost string\n", "\tUser *url.Userinfo\n", "\n}\nfunc (*url.URL).AppendBinary("} {
		if !strings.Contains(got, want) {
			t.Errorf("want %q in\n%s", want, got)
		}
	}
	if got := outline(pkg.Scope().Lookup("Values").(*types.TypeName)); !strings.HasPrefix(got, "type url.Values map[string][]string\nfunc (url.Values).Add(") {
		t.Error(got)
	}
}

// TestSourceOfNames reads declarations of the Go tree that runs this test.
func TestSourceOfNames(t *testing.T) {
	in := assisted(t)
	for src, want := range map[string]string{
		"strings.ToUp|per":                     "func ToUpper(s string) string {",
		"now.Week|day":                         "func (t Time) Weekday() Weekday {",
		"time.Mon|th(1)":                       "type Month int",
		"time.January|":                        "const January Month = 1 + iota",
		"io.EOF|":                              "var EOF = errors.New(",
		"slices.Sort|Func(a, b)":               "func SortFunc[S ~[]E, E any]",
		"sync.OnceVal|ue(f)":                   "func OnceValue[T any]",
		"var p atomic.Pointer[int]\np.Lo|ad()": "func (x *Pointer[T]) Load() *T {",
		"http.Server{Ad|dr: \"\"}":             "type Server struct {",
	} {
		cursor := strings.IndexByte(src, '|')
		doc, ok := in.Inspect(strings.Replace(src, "|", "", 1), cursor, 1)
		if !ok || !strings.HasPrefix(doc.Source, want) {
			t.Errorf("%s: %v %.300q", src, ok, doc.Source)
		}
	}
	if doc, ok := in.Inspect("os.FileInfo", 5, 1); !ok || !strings.HasPrefix(doc.Source, "type FileInfo = fs.FileInfo\n\ntype FileInfo interface {") {
		t.Errorf("an alias and its type: %v %q", ok, doc.Source)
	}
}

// TestSourceOfPackages reads the declarations of a package outside the standard
// library where Options.Source says, of the files that are built here.
func TestSourceOfPackages(t *testing.T) {
	const path = "sourced"
	table := map[string]string{"a.go": "package sourced; type T struct{ N int }; func (T) Twice() int { return 0 }; func F() {}; func G() {}"}
	registry.Register(&registry.Package{Path: path, Name: "sourced", Source: func() map[string]string { return table }})
	files := fstest.MapFS{
		"a_test.go":  {Data: []byte("package sourced\n\nfunc F() { test }")},
		"b_other.go": {Data: []byte("//go:build !" + runtime.GOOS + "\n\npackage sourced\n\nfunc F() { other }")},
		"c.go":       {Data: []byte("package sourced\n\n// T is.\ntype T struct {\n\tN int // here\n}\n\nfunc (t T) Twice() int { return 2 * t.N }\n\nfunc F() { here }")},
	}
	in, err := New(Options{Source: func(p string) fs.FS {
		if p == path {
			return files
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"F": "func F() { here }", "T": "type T struct {\n\tN int // here\n}", "T{}.Twice": "func (t T) Twice() int { return 2 * t.N }",
		"G": "",
	} {
		src := "sourced." + name
		if doc, ok := in.Inspect(src, len(src), 1); !ok || doc.Source != want {
			t.Errorf("%s: %v %q", src, ok, doc.Source)
		}
	}
}

// A broken declaration leaves a type without a meaning.
func TestCompleteInBrokenTypes(t *testing.T) {
	in := newInterp(t)
	for _, text := range []string{"type T = T", "type T = *T", "type T[P T[P]] struct{}", "type A = B\ntype B = A", "func f() {\n\ttype T = T\n\t", "type T = interface{ M() T", "type G[P any] = G[G[P]]\n"} {
		for at := range len(text) + 1 {
			in.Complete(text, at)
			in.Inspect(text, at, 1)
		}
	}
}
