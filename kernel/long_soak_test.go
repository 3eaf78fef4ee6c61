//go:build soak

package kernel

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// A session of thousands of cells with fits stays as it is: testdata/soak.py. It
// needs lesson 1's photographs and weights, which are in the user's own cache.
func TestLongSession(t *testing.T) {
	cmd := exec.Command(world.python, "-B", "testdata/soak.py")
	cmd.Env = slices.DeleteFunc(slices.Clone(world.env), func(s string) bool { return strings.HasPrefix(s, "GRAFT_CACHE=") })
	if cache := os.Getenv("GRAFT_CACHE"); cache != "" {
		cmd.Env = append(cmd.Env, "GRAFT_CACHE="+cache)
	}
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		t.Error(err)
	}
}
