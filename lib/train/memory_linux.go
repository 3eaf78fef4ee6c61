package train

import (
	"fmt"
	"os"
)

// resident is the memory that the process holds, in bytes; 0 if the kernel does not
// say.
func resident() uint64 {
	f, err := os.Open("/proc/self/statm")
	if err != nil {
		return 0
	}
	defer f.Close()
	var size, pages uint64
	if _, err := fmt.Fscan(f, &size, &pages); err != nil {
		return 0
	}
	return pages * uint64(os.Getpagesize())
}
