//go:build full

package notebooks

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"graft/internal/notebook"
)

// TestLessonInGoNB runs a short form of the compiled lesson under GoNB v0.11.5.
func TestLessonInGoNB(t *testing.T) {
	dir := t.TempDir()
	env := goNB(t, dir)
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	lesson, err := os.ReadFile("gonb/01-first-transfer.ipynb")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(lessons[0].shorter.Replace(string(lesson)), `$(cd \"$GONB_DIR/../..\" && pwd)`, root)
	file, out := filepath.Join(dir, "lesson.ipynb"), filepath.Join(dir, "done.ipynb")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	python := execute(t, nil, "", "../scripts/jupyter-venv.sh")
	execute(t, env, dir, python, "-m", "nbconvert", "--to", "notebook", "--execute", "--ExecutePreprocessor.timeout=600", "--output", out, file)
	nb, err := notebook.Read(out)
	if err != nil {
		t.Fatal(err)
	}
	for call, n := range map[string]int{"cells.Health()": 2, "m, err := frozen()": 4, "graft.Load(file())": 2, "graft.FromScratch()": 1} {
		if got := pages(nb, call); got < n {
			t.Errorf("%s shows %d times HTML, want %d", call, got, n)
		}
	}
}

// pages counts what the cell that holds call shows as HTML.
func pages(nb *notebook.Notebook, call string) (n int) {
	for _, c := range nb.Cells {
		for _, o := range c.Outputs {
			data, _ := o["data"].(map[string]any)
			if strings.Contains(c.Source, call) && data["text/html"] != nil {
				n++
			}
		}
	}
	return n
}

// goNB builds GoNB and what it needs into dir and returns the environment in which
// Jupyter finds it.
func goNB(t *testing.T, dir string) []string {
	t.Helper()
	mod := "module x\n\ngo 1.26\n\nrequire (\n\tgithub.com/janpfeifer/gonb v0.11.5\n\tgolang.org/x/tools v0.52.0\n)\n"
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte(mod), 0o600); err != nil {
		t.Fatal(err)
	}
	bin := filepath.Join(dir, "bin")
	env := append(os.Environ(), "JUPYTER_DATA_DIR="+filepath.Join(dir, "jupyter"), "JUPYTER_RUNTIME_DIR="+filepath.Join(dir, "run"),
		"PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	for name, pkg := range map[string]string{"gonb": "github.com/janpfeifer/gonb", "goimports": "golang.org/x/tools/cmd/goimports"} {
		execute(t, env, dir, "go", "build", "-mod=mod", "-o", filepath.Join(bin, name), pkg)
	}
	execute(t, env, dir, filepath.Join(bin, "gonb"), "--install", "--force_deps")
	return env
}

// execute runs a command in dir and returns its standard output.
func execute(t *testing.T, env []string, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env, cmd.Dir = env, dir
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, errs.String())
	}
	return strings.TrimSpace(string(out))
}
