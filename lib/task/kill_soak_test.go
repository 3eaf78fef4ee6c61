//go:build soak

package task

import "testing"

// TestKilledLesson kills the fit of lesson 1 fifty times, at least ten of them while
// it writes a checkpoint.
func TestKilledLesson(t *testing.T) { jobs["lesson"].kill(t, 50, 10) }
