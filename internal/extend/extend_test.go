package extend

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// tree makes a source tree in small: a bindgen that writes the packages of its
// list's last group into a table, and a graft that prints the table.
func tree(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":                        "module graft\n\ngo 1.26\n",
		".git/config":                   "not copied",
		"internal/bindgen/packages.txt": "group std internal/std\nfmt\n",
		"internal/bindgen/main.go": `package main

import (
	"fmt"
	"os"
	"strings"
)

func main() {
	list, err := os.ReadFile("internal/bindgen/packages.txt")
	_, extra, ok := strings.Cut(string(list), "\ngroup "+os.Args[2]+" internal/session/bindings\n")
	if _, hidden := os.Stat(".git"); err != nil || !ok || os.Args[1] != "-only" || hidden == nil {
		panic(fmt.Sprint(err, os.Args, string(list)))
	}
	os.WriteFile("cmd/graft/table.go", []byte(fmt.Sprintf("package main\n\nfunc init() { table = %q }\n", extra)), 0o666)
}
`,
		"cmd/graft/main.go": "package main\n\nvar table string\n\nfunc main() { print(table) }\n",
	} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestBuild(t *testing.T) {
	source, out := tree(t), filepath.Join(t.TempDir(), "wide"+exe())
	var log bytes.Buffer
	err := Build(t.Context(), Options{Packages: []string{"encoding/json", "unicode"}, Source: source, Out: out, Log: &log})
	if err != nil {
		t.Fatalf("%v\n%s", err, &log)
	}
	if got, err := exec.Command(out).CombinedOutput(); err != nil || string(got) != "encoding/json\nunicode\n" {
		t.Errorf("the program has %q, %v", got, err)
	}
	if _, err := os.Stat(filepath.Join(source, "cmd/graft/table.go")); err == nil {
		t.Error("the source tree was changed")
	}
}

func exe() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}

func TestBuildFails(t *testing.T) {
	t.Setenv("GOPROXY", "off")
	for _, c := range []struct {
		opts Options
		want string
	}{
		{Options{Source: tree(t)}, "extend: no packages"},
		{Options{Source: tree(t), Packages: []string{"no/such"}}, `extend: no package "no/such"`},
		{Options{Source: t.TempDir(), Packages: []string{"fmt"}}, "is not graft's source tree"},
	} {
		c.opts.Log, c.opts.Out = &bytes.Buffer{}, filepath.Join(t.TempDir(), "out")
		if err := Build(t.Context(), c.opts); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %q", err, c.want)
		}
	}
}

// TestBuildFromTree extends the source that a program carries, twice, as the
// extended program does.
func TestBuildFromTree(t *testing.T) {
	source := tree(t)
	if err := os.RemoveAll(filepath.Join(source, ".git")); err != nil { // no program carries it
		t.Fatal(err)
	}
	t.Setenv("GRAFT_SOURCE", "")
	t.Chdir(t.TempDir())
	list := filepath.Join(source, marks[1])
	for want, more := range map[string]string{"unicode\n": "", "encoding/json\nunicode\n": "\ngroup extra internal/session/bindings\nencoding/json\n"} {
		if err := os.WriteFile(list, []byte("group std internal/std\nfmt\n"+more), 0o666); err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		if err := Build(t.Context(), Options{Packages: []string{"unicode"}, Tree: os.DirFS(source), Out: "wide" + exe(), Log: &log}); err != nil {
			t.Fatalf("%v\n%s", err, &log)
		}
		if got, err := exec.Command("./wide" + exe()).CombinedOutput(); err != nil || strings.ReplaceAll(string(got), "\n\n", "\n") != want {
			t.Errorf("the program has %q, %v, want %q", got, err, want)
		}
	}
}

// TestUnable is a machine that cannot build graft.
func TestUnable(t *testing.T) {
	source := tree(t)
	o := Options{Packages: []string{"fmt"}, Source: source, Out: filepath.Join(t.TempDir(), "out"), Log: &bytes.Buffer{}}
	t.Setenv("CGO_ENABLED", "0")
	if err := Build(t.Context(), o); err == nil || !strings.Contains(err.Error(), "no C compiler (install gcc") {
		t.Errorf("without cgo: %v", err)
	}
	t.Setenv("GOTOOLCHAIN", "local")
	if err := os.WriteFile(filepath.Join(source, "go.mod"), []byte("module graft\n\ngo 1.999\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := Build(t.Context(), o); err == nil || !strings.Contains(err.Error(), "(install the Go toolchain, version 1.26") {
		t.Errorf("with an old Go: %v", err)
	}
}

// TestFind looks for the tree where nothing names it.
func TestFind(t *testing.T) {
	source := tree(t)
	t.Setenv("GRAFT_SOURCE", "")
	t.Chdir(filepath.Join(source, "cmd"))
	if got, err := find(""); err != nil || !isSource(got) {
		t.Errorf("found %q, %v", got, err)
	}
	t.Chdir(t.TempDir())
	if got, err := find(""); err != nil || got != "" {
		t.Errorf("found %q, %v", got, err)
	}
	if err := Build(t.Context(), Options{Packages: []string{"fmt"}}); err == nil || !strings.Contains(err.Error(), "GRAFT_SOURCE") {
		t.Errorf("without a tree: %v", err)
	}
	t.Setenv("GRAFT_SOURCE", source)
	if got, err := find(""); err != nil || got != source {
		t.Errorf("found %q, %v", got, err)
	}
	t.Setenv("PATH", "")
	if err := Build(t.Context(), Options{Packages: []string{"fmt"}}); err == nil || !strings.Contains(err.Error(), "no go command") {
		t.Errorf("got %v", err)
	}
}
