package archtest

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

const root = "../.."

func TestImports(t *testing.T) {
	problems, err := Check(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Error(p)
	}
}

func TestFaces(t *testing.T) {
	problems, err := CheckFaces(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Error(p)
	}
}

// The checks find what they are for.
func TestChecksFind(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"kernel/a.go":          "package kernel\nimport (\n\t\"graft/repl\"\n\ts \"graft/internal/session\"\n\t\"github.com/go-zeromq/zmq4\"\n)\ntype T struct { S s.Session; hidden s.Session }\nfunc F() *s.Session { return nil }\nfunc f() *s.Session { return nil }",
		"kernel/a_test.go":     "package kernel\nimport _ \"graft/repl\"",
		"kernel/gen.go":        "//go:build ignore\n\npackage main\nimport _ \"graft/repl\"",
		"kernel/testdata/x.go": "package x\nimport _ \"graft/repl\"",
		"lib/data/d.go":        "package data\nimport _ \"graft/internal/session\"",
		"util/u.go":            "package util",
		"root.go":              "package root\nimport _ \"graft/lib\"",
		"lib/hub/h.go":         "package hub\nimport _ \"graft\"",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := Check(dir)
	want := []string{
		". imports lib (rule: .)",
		"kernel imports github.com/go-zeromq/zmq4 (only kernel/socket may)",
		"kernel imports repl (rule: kernel)",
		"lib/data imports internal/session (rule: lib/data)",
		"lib/hub imports . (rule: lib/hub)",
		"util: no rule names it",
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("imports: %q, %v", got, err)
	}
	got, err = CheckFaces(dir)
	want = []string{"kernel.F shows graft/internal/session", "kernel.T.S shows graft/internal/session"}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("faces: %q, %v", got, err)
	}
}
