package kernel

import (
	"path/filepath"
	"testing"
)

func TestGonbui(t *testing.T) {
	program := filepath.Join(t.TempDir(), "shows")
	if _, err := run(nil, "go", "build", "-o", program, "./testdata/shows"); err != nil {
		t.Fatal(err)
	}
	env := world.env
	world.env = append(world.env[:len(env):len(env)], "GRAFT_TEST_SHOWS="+program)
	defer func() { world.env = env }()
	unittest(t, "gonb.py")
}
