package vm

import "testing"

// TestKeptMemory lets a session that keeps too much run cells, as long as they add
// little to it.
func TestKeptMemory(t *testing.T) {
	q := newQuota(Options{MaxHeap: 3200})
	for i, step := range []struct {
		live int64
		over bool
	}{{3000, false}, {3300, true}, {3300, false}, {3350, false}, {3450, true}, {3450, false}, {3000, false}, {3301, true}} {
		if got := q.exceeded(step.live); got != step.over {
			t.Errorf("step %d: %d bytes are too many: %v", i, step.live, got)
		}
	}
}
