package difftest

import (
	"context"
	"testing"

	_ "graft/internal/golang/registry/std"
)

// TestSeeds compares a few programs.
func TestSeeds(t *testing.T) {
	compare(t, t.TempDir(), 1, 20)
}

func compare(t *testing.T, dir string, first uint64, n int) {
	diffs, err := Compare(context.Background(), dir, Programs(first, n))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range diffs {
		t.Error(d)
	}
}
