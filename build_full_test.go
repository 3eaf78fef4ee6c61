//go:build full

package source

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestBuild builds what Write writes, and has that graft write its source in turn.
func TestBuild(t *testing.T) {
	dir := t.TempDir()
	tree, again, graft := filepath.Join(dir, "tree"), filepath.Join(dir, "again"), filepath.Join(dir, "graft")
	if _, err := Write(tree); err != nil {
		t.Fatal(err)
	}
	build := exec.Command("go", "build", "-o", graft, "./cmd/graft")
	build.Dir, build.Env = tree, append(os.Environ(), "GOWORK=off")
	for _, cmd := range []*exec.Cmd{
		build, exec.Command(graft, "source", again), exec.Command("diff", "-r", tree, again),
	} {
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%q: %v\n%s", cmd.Args, err, out)
		}
	}
}
