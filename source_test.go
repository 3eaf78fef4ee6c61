package source

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// read lists the files of the module in dir that a build of graft and of bindgen
// reads, on any platform, relative to dir.
func read(t *testing.T, dir string) []string {
	t.Helper()
	format := `{{if and .Module .Module.Main}}{{$d := .Dir}}`
	for _, list := range []string{"GoFiles", "CgoFiles", "CFiles", "HFiles", "IgnoredGoFiles", "SFiles", "IgnoredOtherFiles"} {
		format += "{{range ." + list + "}}{{$d}}/{{.}}\n{{end}}"
	}
	format += `{{if ne .ImportPath "graft"}}{{range .EmbedFiles}}{{$d}}/{{.}}` + "\n{{end}}{{end}}{{end}}"
	cmd := exec.Command("go", "list", "-deps", "-f", format, "./cmd/graft", "./internal/bindgen")
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	cmd.Env = append(os.Environ(), "GOWORK=off")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"LICENSE", "go.mod", "go.sum", "internal/bindgen/packages.txt"}
	for _, file := range strings.Fields(string(out)) {
		name, err := filepath.Rel(dir, file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(name, "_test.go") {
			names = append(names, filepath.ToSlash(name))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func embedded(t *testing.T) (names []string) {
	t.Helper()
	err := fs.WalkDir(Tree(), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names) // a folder and a file may differ in the ending alone, where a walk has another order
	return names
}

// TestTree compares the tree with what the go command reads to build graft.
func TestTree(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	want, got := read(t, here), embedded(t)
	for _, name := range want {
		if !slices.Contains(got, name) {
			t.Errorf("%s is not embedded (add a pattern to source.go)", name)
		}
	}
	for _, name := range got {
		if !slices.Contains(want, name) {
			t.Errorf("%s is embedded, and no build reads it", name)
		}
	}
}

func TestWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	w, err := Write(dir)
	if err != nil || w.Files != len(embedded(t)) || w.Bytes < 1e6 {
		t.Fatalf("wrote %+v, %v", w, err)
	}
	if want, got := embedded(t), read(t, dir); !slices.Equal(got, want) {
		t.Errorf("a build of what was written reads %d files, %d were written", len(got), len(want))
	}
	for _, at := range []string{dir, filepath.Join(dir, "go.mod")} {
		if _, err := Write(at); err == nil || !strings.Contains(err.Error(), "(name a new or an empty folder)") {
			t.Errorf("Write(%q) again: %v", at, err)
		}
	}
}
