package kernel

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"graft/kernel/wire"
)

// graft runs a command of ours and returns all that it says.
func graft(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command(world.graft, args...)
	cmd.Env = world.env
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%q: %v", args, err)
	}
	return string(out)
}

// An installed kernel is listed by us and by Jupyter, and starts with its settings.
func TestInstalledKernel(t *testing.T) {
	out := graft(t, "kernel", "install", "--user", "--name", "second", "--display-name", "Second", "--env", "GRAFT_WORD=a;b=c", "--env", "OTHER=2")
	if strings.Contains(out, "warning") || !strings.Contains(out, "jupyter console --kernel second") {
		t.Errorf("install: %s", out)
	}
	list := graft(t, "kernel", "list")
	for _, want := range []string{"graft-test", "second", "starts " + filepath.Dir(filepath.Dir(world.graft))} {
		if !strings.Contains(list, want) {
			t.Errorf("%q is not in the list:\n%s", want, list)
		}
	}
	theirs, err := run(world.env, world.python, "-m", "jupyter", "kernelspec", "list")
	if err != nil || !strings.Contains(theirs, "second") {
		t.Errorf("Jupyter's list: %v\n%s", err, theirs)
	}
	cmd := exec.Command(world.python, "-m", "jupyter_console", "--kernel", "second", "--simple-prompt")
	cmd.Env, cmd.Stdin = world.env, strings.NewReader("os.Getenv(\"GRAFT_WORD\") + os.Getenv(\"OTHER\")\n")
	if said, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(said), `"a;b=c2"`) {
		t.Errorf("console: %v\n%s", err, said)
	}
	graft(t, "kernel", "uninstall", "--name", "second")
	if list := graft(t, "kernel", "list"); strings.Contains(list, "second") {
		t.Errorf("after uninstall:\n%s", list)
	}
}

func TestInstallWarns(t *testing.T) {
	prefix := t.TempDir()
	out := graft(t, "kernel", "install", "--prefix", prefix, "--profile", "nosuch")
	for _, want := range []string{"Jupyter does not search there", "JUPYTER_PATH=" + filepath.Join(prefix, "share", "jupyter"), `profile "nosuch": no file`} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
}

// What the cells of a profile define is there, and what they say is seen.
func TestProfile(t *testing.T) {
	config := t.TempDir()
	if err := os.MkdirAll(filepath.Join(config, "graft", "profile"), 0o755); err != nil {
		t.Fatal(err)
	}
	cells := "//%%\nimport \"image\"\nsize := image.Pt(3, 4)\n//%%\nfmt.Println(\"profile\")\n//%%\nnope()\n//%%\nsize.X = 9"
	if err := os.WriteFile(filepath.Join(config, "graft", "profile", "mine.go"), []byte(cells), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][2]string{
		"mine":   {`busy execute_input stdout="profile\n" stderr="profile[3]:1:1: undefined: nope\nnope()\n^^^^\n" execute_result idle`, "busy execute_input execute_result idle"},
		"nosuch": {`busy execute_input stderr="graft: profile \"nosuch\": no file`, "busy execute_input error idle"},
	} {
		c := local(t)
		l := launchWith(t, []string{connectionFile(t, c, 0o600), "--profile", name}, "XDG_CONFIG_HOME="+config)
		l.conn, l.key = c, wire.NewKey(c.Key)
		l.connect()
		if a, out := l.cell("1"); a.fields["execution_count"] != 1.0 || !strings.HasPrefix(words(out), want[0]) {
			t.Errorf("%s: %s", name, words(out))
		}
		if _, out := l.cell("size.X"); words(out) != want[1] {
			t.Errorf("%s, second cell: %s", name, words(out))
		}
	}
}
