package golang

import (
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// FuzzFront feeds texts to everything that reads a cell before it runs. Whatever
// the text is, there is no panic, and what is complete can be split.
func FuzzFront(f *testing.F) {
	for _, name := range []string{"cells1", "mixed", "errors"} {
		archive, err := txtar.ParseFile("testdata/" + name + ".txtar")
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			if file.Name == "cell" {
				f.Add(string(file.Data))
			}
		}
	}
	for _, src := range []string{"func(", "type T struct{ T }", "x.\n", "a:\nfor", "import (\n\"fmt\"\n.\"os\")", "`", "/*",
		"var ()", "const (\na = iota\nb)", "if x := T{1}; x {", "func (s S) f() {}", "//line x:1\nz", "\x00", "x := [...]int{1}[", "_ := 1",
		"func f[T any](T) {}\nf[int]", "type A = A", "var x = x", "L: L:", "package", "x := 1\nx := x", "go func() {}()"} {
		f.Add(src)
	}
	in := newInterp(f)
	f.Fuzz(func(t *testing.T, src string) {
		if len(src) > 2000 {
			return
		}
		status, _ := in.IsComplete(src)
		s := in.sources.add(Cell{Name: "cell", Source: src})
		units, err := in.plan(s)
		if err == nil {
			_, err = in.checkAll(units)
		} else if status == Complete && strings.HasPrefix(err.Message, "syntax error") {
			t.Errorf("complete, but %v", err)
		}
		if err != nil && err.Error() == "" {
			t.Error("an error without a text")
		}
		cursor := len(src) / 2
		in.Complete(src, cursor)
		in.Inspect(src, cursor, 1)
	})
}
