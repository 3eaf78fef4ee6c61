package session

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
)

// children lists the processes that a process started and that have not ended, as
// the kernel keeps them per thread.
func children(of int) []int {
	tasks, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", of))
	if err != nil {
		return nil
	}
	var pids []int
	for _, t := range tasks {
		list, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/children", of, t.Name()))
		if err != nil {
			continue // the thread ended meanwhile
		}
		for _, word := range bytes.Fields(list) {
			if pid, err := strconv.Atoi(string(word)); err == nil {
				pids = append(pids, pid)
			}
		}
	}
	return pids
}
