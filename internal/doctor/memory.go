package doctor

import (
	"bufio"
	"fmt"
	"os"
)

// memory returns the machine's main memory in bytes as Linux tells it, and 0
// where there is no /proc/meminfo.
func memory() int64 {
	f, err := os.Open("/proc/meminfo")
	if err != nil {
		return 0
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var kib int64
		if n, _ := fmt.Sscanf(lines.Text(), "MemTotal: %d kB", &kib); n == 1 {
			return kib << 10
		}
	}
	return 0
}
