//go:build soak

package hostile

import (
	"flag"
	"testing"

	"graft/internal/golang"
)

var (
	first = flag.Uint64("first", 1, "seed of the first session")
	count = flag.Int("n", 10, "how many sessions")
)

// TestSoak types cells into as many sessions as the flags ask for, with the usual
// depth of calls; see scripts/soak.sh, which starts a process for each batch.
func TestSoak(t *testing.T) {
	for i := range *count {
		session(t, golang.Options{}, *first+uint64(i), cells)
	}
}
