//go:build full

package difftest

import "testing"

// TestMoreSeeds compares programs that TestSeeds does not have.
func TestMoreSeeds(t *testing.T) {
	compare(t, t.TempDir(), 1000, 60)
}
