package kernel

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"graft/internal/notebook"
)

// papermill runs testdata/parameters.ipynb and returns what its last cell printed,
// and the cell that papermill made.
func papermill(t *testing.T, env []string, args ...string) (printed, injected string, err error) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "out.ipynb")
	all := append([]string{"-m", "papermill", "--no-progress-bar", "--kernel", "graft-test", "testdata/parameters.ipynb", out}, args...)
	if _, err := run(append(append([]string{}, world.env...), env...), world.python, all...); err != nil {
		return "", "", err
	}
	nb, err := notebook.Read(out)
	if err != nil {
		t.Fatal(err)
	}
	last := nb.Cells[len(nb.Cells)-1]
	text := fmt.Sprint(last.Outputs[0]["text"]) // a list of lines
	return strings.TrimSpace(text[1 : len(text)-1]), nb.Cells[len(nb.Cells)-2].Source, nil
}

// papermill has no translator for Go: it says so, and its C# is Go as far as
// numbers and plain text go.
func TestPapermillAlone(t *testing.T) {
	_, _, err := papermill(t, nil, "-p", "epochs", "3")
	if err == nil || !strings.Contains(err.Error(), "No parameter translator functions specified for kernel 'graft-test' or language 'go'") {
		t.Errorf("without a translator: %v", err)
	}
	got, _, err := papermill(t, nil, "--language", ".net-csharp", "-p", "epochs", "3", "-p", "lr", "0.5", "-p", "name", `a "b"`, "-p", "fast", "true")
	if want := `int 3, float64 0.5, "a \"b\"", true, []`; err != nil || got != want {
		t.Errorf("as C#: %s, %v, want %s", got, err, want)
	}
}

func TestPapermill(t *testing.T) {
	wheel := strings.Fields(graft(t, "kernel", "papermill", t.TempDir()))[0]
	site := t.TempDir()
	if _, err := run(nil, world.python, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--target", site, wheel); err != nil {
		t.Fatal(err)
	}
	env := []string{"PYTHONPATH=" + site}
	got, cell, err := papermill(t, env, "-p", "epochs", "3", "-p", "lr", "1", "-p", "name", "é🚀 \"b\"\\", "-y", "fast: true", "-y", "folders: [a, b/c]", "-p", "extra", "7")
	if err != nil {
		t.Fatal(err)
	}
	if want := `int 3, float64 1, "é🚀 \"b\"\\", true, ["a" "b/c"]`; got != want {
		t.Errorf("printed %s, want %s", got, want)
	}
	if want := `// Parameters
fast = true
folders = []string{"a", "b/c"}
epochs = 3
lr = 1
name = "é🚀 \"b\"\\"
extra := 7
`; cell != want {
		t.Errorf("cell:\n%s\nwant:\n%s", cell, want)
	}
	// A value of another type is an error that says which.
	if _, _, err := papermill(t, env, "-p", "epochs", "half"); err == nil || !strings.Contains(err.Error(), "epochs") || !strings.Contains(err.Error(), "as int value") {
		t.Errorf("text for a number: %v", err)
	}
	help, err := run(append(append([]string{}, world.env...), env...), world.python, "-m", "papermill", "--help-notebook", "testdata/parameters.ipynb")
	if err != nil || !strings.Contains(help, "epochs") || !strings.Contains(help, "how often") || !strings.Contains(help, "folders") {
		t.Errorf("help: %v\n%s", err, help)
	}
}
