package repl

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// Each transcript has the input, what is printed, and what the error stream gets.
func TestLineMode(t *testing.T) {
	for _, name := range []string{"cells", "errors", "live"} {
		t.Run(name, func(t *testing.T) {
			archive, err := txtar.ParseFile("testdata/lines-" + name + ".txtar")
			if err != nil {
				t.Fatal(err)
			}
			parts := map[string]string{}
			for _, f := range archive.Files {
				parts[f.Name] = string(f.Data)
			}
			out, errs, verdict := lines(t, parts["in"])
			if verdict != nil {
				errs += "exit: " + verdict.Error() + "\n"
			}
			if out != parts["out"] || errs != parts["err"] {
				t.Errorf("out\n%s\nwant\n%s\nerr\n%s\nwant\n%s", out, parts["out"], errs, parts["err"])
			}
			if strings.Contains(out+errs, "\x1b") {
				t.Errorf("escape codes in %q", out+errs)
			}
		})
	}
}

func lines(t *testing.T, in string) (out, errs string, err error) {
	t.Helper()
	var o, e bytes.Buffer
	l := &liner{ctx: context.Background(), engine: newFake(), in: readings(strings.NewReader(in)), out: &o, errs: &e}
	err = l.loop()
	return o.String(), e.String(), err
}

// The same through Run's own path, with pipes in place of a terminal.
func TestPipesAreLineMode(t *testing.T) {
	in, out := tempFile(t, "print hi\n"), tempFile(t, "")
	o := Options{In: in, Out: out, Err: out, Cells: []string{"print first"}}
	if interactive(o) {
		t.Fatal("files taken for a terminal")
	}
	if err := runLines(context.Background(), o, startFake); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(out.Name())
	if err != nil || string(got) != "first\nhi\n" {
		t.Errorf("%q, %v", got, err)
	}
}

func tempFile(t *testing.T, content string) *os.File {
	t.Helper()
	path := t.TempDir() + "/file"
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// Run over a real session, as `echo '1+1' | graft` does it.
func TestRunOverASession(t *testing.T) {
	t.Setenv("GRAFT_CACHE", t.TempDir())
	in, out := tempFile(t, "1+1\nfunc twice(x int) int {\n\treturn 2 * x\n}\nfmt.Println(twice(21))\nnope\n"), tempFile(t, "")
	err := Run(context.Background(), Options{In: in, Out: out, Err: out})
	if err == nil || err.Error() != "repl: 1 of 4 cells failed" {
		t.Errorf("error %v", err)
	}
	got, err := os.ReadFile(out.Name())
	if err != nil || !strings.HasPrefix(string(got), "2\n42\ncell[4]:1:1: undefined: nope") {
		t.Errorf("%q, %v", got, err)
	}
}
