//go:build !linux

package session

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// children lists the processes that this one started and that have not ended. The
// pgrep that looks for them is not among them.
func children() []int {
	cmd := exec.Command("pgrep", "-P", strconv.Itoa(os.Getpid()))
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
