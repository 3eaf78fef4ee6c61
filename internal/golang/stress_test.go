//go:build lists && (full || soak)

package golang

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// everyStressed is 21 for a sample of forty programs, and 1 with the build tag soak.
var everyStressed = 21

// TestListsUnderStress runs programs of the lists while the garbage collector works
// all the time, overwrites what it frees and stops at a pointer to nothing: values
// of cells lie where it must find them.
func TestListsUnderStress(t *testing.T) {
	limit = 3 * time.Minute
	defer func() { limit = 30 * time.Second }()
	var names []string
	for _, list := range lists {
		names = append(names, listed(t, list.name)...)
	}
	names = slices.Collect(sample(names, everyStressed))
	dir := testFolder(t)
	failed := runList(t, dir, names, "GOGC=1", "GODEBUG=clobberfree=1,invalidptr=1")
	calm := programs(runList(t, dir, programs(failed))) // what differs without stress is TestLists' affair
	for i, name := range programs(failed) {
		if !slices.Contains(calm, name) {
			t.Errorf("only under stress: %s", failed[i])
		}
	}
	t.Logf("%d programs, %d differ, as without stress", len(names), len(calm))
}

// programs returns the names in front of what runList says of them.
func programs(failed []string) (names []string) {
	for _, f := range failed {
		name, _, _ := strings.Cut(f, ":")
		names = append(names, name)
	}
	return names
}
