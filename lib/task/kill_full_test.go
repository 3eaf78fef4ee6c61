//go:build full

package task

import "testing"

// TestKilled kills a small fit with a stage unfrozen five times, at least two of
// them while it writes a checkpoint.
func TestKilled(t *testing.T) { jobs["small"].kill(t, 5, 2) }
