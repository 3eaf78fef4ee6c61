package main

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	source "graft"
	"graft/internal/batch"
	"graft/internal/notebook"
)

func parse(t *testing.T, args ...string) (commands, string, error) {
	t.Helper()
	var c commands
	parser, err := kong.New(&c, kong.Vars{"version": version}, kong.Exit(func(int) {}))
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		return c, "", err
	}
	return c, parsed.Command(), nil
}

func TestCommandLine(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, "repl"}, {[]string{"demo"}, "demo"}, {[]string{"run", "f"}, "run <file>"},
		{[]string{"kernel", "install", "--sys-prefix"}, "kernel install"}, {[]string{"cache"}, "cache list"},
		{[]string{"extend", "golang.org/x/text/unicode/norm", "-o", "g"}, "extend <pkg>"},
		{[]string{"source", "d"}, "source <dir>"},
	} {
		if _, got, err := parse(t, c.args...); got != c.want {
			t.Errorf("%q is %q, %v; want %q", c.args, got, err, c.want)
		}
	}
	for _, args := range [][]string{{"nope"}, {"run"}, {"extend"}, {"source"}, {"kernel", "install", "--user", "--sys-prefix"}} {
		if _, got, err := parse(t, args...); err == nil {
			t.Errorf("%q was taken as %q", args, got)
		}
	}
}

func TestRunFlags(t *testing.T) {
	for _, args := range [][]string{{"run", "f", "--out", "/x"}, {"run", "--out", "/x", "f"}, {"run", "-o/x", "f"}} {
		if c, _, err := parse(t, args...); err != nil || c.Run.File != "f" || c.Run.Out != "/x" || len(c.Run.Args) != 0 {
			t.Errorf("%q: %+v, %v", args, c.Run, err)
		}
	}
	c, _, err := parse(t, "run", "f", "--", "-a", "--out", "b")
	if err != nil || c.Run.Out != "" || !slices.Equal(c.Run.programArgs(), []string{"-a", "--out", "b"}) {
		t.Errorf("%+v, %v", c.Run, err)
	}
}

func TestStatus(t *testing.T) {
	if got := []int{status(nil), status(exitError(7)), status(errors.New("told on stderr"))}; !slices.Equal(got, []int{0, 7, 1}) {
		t.Errorf("statuses %v", got)
	}
}

func TestSpoken(t *testing.T) {
	got := spoken(notebook.Split("//%% [markdown]\n// # One\n//\n// two\n//%%\nx := 1\n//%%\nx\n//%% [markdown]\n// end"))
	if want := []string{"// # One\n//\n// two\nx := 1", "x"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// TestHelpShowsSource asks for the source of the library, which the program carries.
func TestHelpShowsSource(t *testing.T) {
	var out bytes.Buffer
	exit, err := batch.Run(t.Context(), batch.Options{File: "help.cells", Source: []byte("graft.Dataset??"), Tree: source.Tree(), Stdout: &out})
	if want := "func Dataset(name string, opts ...Option) (*data.Set, error) {\n\ts, err := "; exit != 0 || err != nil || !strings.Contains(out.String(), want) {
		t.Errorf("%d, %v, %s", exit, err, &out)
	}
}
