package batch

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"graft/internal/notebook"
	"graft/internal/session"
)

type ran struct {
	exit      int
	err       error
	out, errs string
}

func runText(t *testing.T, o Options, name, text string) ran {
	t.Helper()
	var out, errs bytes.Buffer
	if name != "-" {
		o.File = filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(o.File, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	} else {
		o.File, o.Stdin = "-", strings.NewReader(text)
	}
	if o.Stdin == nil {
		o.Stdin = strings.NewReader("")
	}
	o.Stdout, o.Stderr = &out, &errs
	r := ran{}
	r.exit, r.err = Run(t.Context(), o)
	r.out, r.errs = out.String(), strings.ReplaceAll(errs.String(), filepath.Dir(o.File)+"/", "")
	return r
}

func TestCells(t *testing.T) {
	for name, c := range map[string]struct {
		file, text string
		want       ran
	}{
		"text and values": {"a.go", "fmt.Print(\"no end\")\n7\n//%%\nvar s string\nfmt.Scan(&s)\ns", ran{0, nil, "no end\n7\n\"\"\n", ""}},
		"empty":           {"a.go", "", ran{}},
		"commands":        {"a.go", "x := 3\n//%%\n!echo shell\n:who\n//%%\n:help cd", ran{0, nil, "shell\nname  type  value\n────  ────  ─────\nx     int       3\n:cd [FOLDER]\n    go to a folder; home without one, - goes back\n", ""}},
		"no screen":       {"a.go", ":theme dark", ran{1, nil, "", "Error: session: :theme: this front end has no such setting (graft in a terminal has)\nbatch: a.go:1:1: cell[1] failed\n"}},
		"standard input":  {"-", "1+1", ran{0, nil, "2\n", ""}},
		"a cell fails": {"a.go", "fmt.Println(1)\n//%% [markdown]\n// words\n//%%\nx := 1\ny := nope\n//%%\nfmt.Println(2)",
			ran{1, nil, "1\n", "CompileError: cell[2]:2:6: undefined: nope\ny := nope\n     ^^^^\nbatch: a.go:6:6: cell[2] failed\n"}},
		"a notebook fails": {"a.ipynb", `{"nbformat":4,"cells":[{"cell_type":"markdown","source":"x"},{"cell_type":"code","source":"panic(\"boom\")"}]}`,
			ran{1, nil, "", "Panic: cell[1]:1:1: boom\npanic(\"boom\")\n^^^^^^^^^^^^^\nbatch: a.ipynb: cell[1], cell 2 of the notebook's 2, failed\n"}},
	} {
		if got := runText(t, Options{}, c.file, c.text); got != c.want {
			t.Errorf("%s: %+v\nwant %+v", name, got, c.want)
		}
	}
}

func TestEcho(t *testing.T) {
	got := runText(t, Options{Echo: true}, "a.go", "//%% [markdown]\n// # Words\n//%%\n1+1")
	if want := "\n# Words\n\n\n    1+1\n\n2\n"; got.out != want {
		t.Errorf("%q, want %q", got.out, want)
	}
}

func TestOutIsWrittenAfterAFailure(t *testing.T) {
	out := filepath.Join(t.TempDir(), "done.ipynb")
	got := runText(t, Options{Out: out}, "a.go", "fmt.Println(\"x\")\n5\n//%%\nnope\n//%%\n6")
	nb, err := notebook.Read(out)
	if err != nil || got.exit != 1 || len(nb.Cells) != 3 {
		t.Fatalf("%+v, %v", got, err)
	}
	raw, _ := json.Marshal(nb.Cells[0].Outputs)
	if want := `[{"name":"stdout","output_type":"stream","text":["x\n"]},{"data":{"text/plain":"5"},"execution_count":1,"metadata":{},"output_type":"execute_result"}]`; string(raw) != want {
		t.Errorf("outputs: %s", raw)
	}
	if c := nb.Cells[1]; c.Outputs[0]["output_type"] != "error" || c.Count != 2 || len(nb.Cells[2].Outputs) != 0 {
		t.Errorf("failed cell: %+v", c)
	}
}

func TestPrograms(t *testing.T) {
	const program = "package main\n\nimport (\"fmt\"; \"os\")\n\nfunc main() {\n\tvar s string\n\tfmt.Scan(&s)\n\tfmt.Println(os.Args[1:], s)\n\tos.Exit(7)\n}\n"
	o := Options{Args: []string{"-a", "b"}, Stdin: strings.NewReader("in")}
	if got := runText(t, o, "p.go", program); got != (ran{7, nil, "[-a b] in\n", ""}) {
		t.Errorf("program: %+v", got)
	}
	for name, c := range map[string]struct {
		o          Options
		file, text string
		want       string
	}{
		"arguments for cells": {Options{Args: []string{"x"}}, "a.go", "1", "is no program"},
		"out of a program":    {Options{Out: "x.ipynb"}, "p.go", program, "no notebook"},
		"program as input":    {Options{}, "-", program, "standard input"},
		"bad notebook":        {Options{}, "a.ipynb", "{", "not JSON"},
	} {
		if got := runText(t, c.o, c.file, c.text); got.exit != 1 || got.err == nil || !strings.Contains(got.err.Error(), c.want) {
			t.Errorf("%s: %+v, want %s", name, got, c.want)
		}
	}
	if _, err := Run(t.Context(), Options{File: "no/such.go"}); err == nil {
		t.Error("a missing file ran")
	}
}

// A session that is handed in keeps its names, for whoever goes on with it.
func TestSessionIsKept(t *testing.T) {
	s := session.New(session.Options{History: "-"})
	defer s.Close()
	runText(t, Options{Session: s}, "a.go", "x := 42")
	if got := runText(t, Options{Session: s}, "b.go", "x"); got.out != "42\n" {
		t.Errorf("%+v", got)
	}
}
