//go:build !linux

package session

import (
	"os/exec"
	"strconv"
	"strings"
)

// children lists the processes that a process started and that have not ended. The
// pgrep that looks for them is not among them.
func children(of int) []int {
	cmd := exec.Command("pgrep", "-P", strconv.Itoa(of))
	list, err := cmd.Output()
	if err != nil {
		return nil
	}
	var pids []int
	for _, word := range strings.Fields(string(list)) {
		if pid, err := strconv.Atoi(word); err == nil && pid != cmd.Process.Pid {
			pids = append(pids, pid)
		}
	}
	return pids
}
