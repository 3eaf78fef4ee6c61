//go:build soak

package difftest

import (
	"flag"
	"testing"
)

var (
	first = flag.Uint64("first", 1, "seed of the first program")
	count = flag.Int("n", 100, "how many programs")
)

// TestSoak compares as many programs as the flags ask for; see scripts/soak.sh,
// which starts a process for each batch.
func TestSoak(t *testing.T) {
	dir := t.TempDir()
	const batch = 50
	for done := 0; done < *count; done += batch {
		compare(t, dir, *first+uint64(done), min(batch, *count-done))
	}
}
