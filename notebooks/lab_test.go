//go:build full

package notebooks

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A user's hour in JupyterLab: testdata/jupyterlab.py says what happens. With
// -artifacts, the pictures of its stages are kept.
func TestLessonInJupyterLab(t *testing.T) {
	shown := lessons[0].pictures
	name, text := lessons[0].text(t)
	dir := t.ArtifactDir()
	lesson := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(lesson, text, 0o644); err != nil {
		t.Fatal(err)
	}
	j := installed(t)
	for _, out := range []string{j.command("../scripts/apt.sh", "chromium --version", "chromium"),
		j.command(j.command("../scripts/lab-venv.sh"), "testdata/jupyterlab.py", lesson, dir)} {
		if out != "" {
			t.Log("\n" + out)
		}
	}
	pictures(t, filepath.Join(dir, filepath.Base(name)), shown[:len(shown)-1]...) // the last cell did not run
}

// jupyter is a Jupyter whose only kernel of its own is this graft.
type jupyter struct {
	t     *testing.T
	graft string
	env   []string
}

func installed(t *testing.T) jupyter {
	dir := t.TempDir()
	j := jupyter{t, filepath.Join(dir, "graft"), append(os.Environ(), "JUPYTER_DATA_DIR="+filepath.Join(dir, "jupyter"), "JUPYTER_RUNTIME_DIR="+filepath.Join(dir, "run"))}
	j.command("go", "build", "-o", j.graft, "graft/cmd/graft")
	j.command(j.graft, "kernel", "install", "--user")
	return j
}

// command runs a command to its end and returns what it prints.
func (j jupyter) command(name string, args ...string) string {
	j.t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = j.env
	out, err := cmd.Output()
	if err != nil {
		stderr := ""
		if e, ok := err.(*exec.ExitError); ok {
			stderr = string(e.Stderr)
		}
		j.t.Fatalf("%s %s: %v\n%s%s", name, strings.Join(args, " "), err, out, stderr)
	}
	return strings.TrimSpace(string(out))
}
