package vm

import (
	"math"
	"slices"
	"testing"
)

func TestMachineMemory(t *testing.T) {
	if n := memTotal("MemTotal:       16318480 kB\nMemFree: 1 kB\n"); n != 16318480<<10 {
		t.Errorf("total %d", n)
	}
	if n := memTotal("none"); n != math.MaxInt64 {
		t.Errorf("total %d", n)
	}
	for text, want := range map[string]int64{"max\n": math.MaxInt64, "1073741824\n": 1 << 30, "": math.MaxInt64} {
		if n := limitOf([]byte(text)); n != want {
			t.Errorf("limit %q is %d", text, n)
		}
	}
	got := groupLimits("12:cpu,memory_x:/a\n5:memory:/docker/x\n0::/user.slice/b\n")
	want := []string{
		"/sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes",
		"/sys/fs/cgroup/memory/docker/memory.limit_in_bytes",
		"/sys/fs/cgroup/memory/memory.limit_in_bytes",
		"/sys/fs/cgroup/user.slice/b/memory.max",
		"/sys/fs/cgroup/user.slice/memory.max",
		"/sys/fs/cgroup/memory.max",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if n := systemMemory(); n < 1<<27 {
		t.Errorf("this machine has %d bytes", n)
	}
}
