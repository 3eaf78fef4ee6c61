package session

import (
	"syscall"
	"time"
)

// grace is how long a child program has to end after an interrupt.
const grace = time.Second

// family is the set of child processes that were there before a cell ran.
type family map[int]bool

func relatives() family {
	f := family{}
	for _, pid := range children() {
		f[pid] = true
	}
	return f
}

// interrupt sends SIGINT to the children that came later, as a terminal does, and
// kills those that are still there after a moment.
func (f family) interrupt() {
	late := family{}
	for _, pid := range children() {
		if !f[pid] {
			late[pid] = true
			_ = syscall.Kill(pid, syscall.SIGINT)
		}
	}
	if len(late) == 0 {
		return
	}
	time.AfterFunc(grace, func() {
		// Only what is still our child: its pid cannot have gone to another process.
		for _, pid := range children() {
			if late[pid] {
				_ = syscall.Kill(pid, syscall.SIGKILL)
			}
		}
	})
}
