package session

import (
	"os"
	"syscall"
	"time"
)

// grace is how long a child program has to end after an interrupt.
const grace = time.Second

// farewell is how long it has when the session ends, and look how often we look.
const (
	farewell = 300 * time.Millisecond
	look     = 5 * time.Millisecond
)

// family is a set of processes that this one started, directly or not.
type family map[int]bool

// relatives are those that live.
func relatives() family {
	f := family{}
	f.add(os.Getpid())
	return f
}

func (f family) add(parent int) {
	for _, pid := range children(parent) {
		if !f[pid] { // pids may be given to others while we look
			f[pid] = true
			f.add(pid)
		}
	}
}

// signal sends to all that still are relatives: the pid of one that is gone may
// have gone to a stranger.
func (f family) signal(sig syscall.Signal) (alive int) {
	for pid := range relatives() {
		if f[pid] {
			alive++
			_ = syscall.Kill(pid, sig)
		}
	}
	return alive
}

// interrupt sends SIGINT to the relatives that came later, as a terminal does, and
// kills those that are still there after a moment.
func (f family) interrupt() {
	late := relatives()
	for pid := range f {
		delete(late, pid)
	}
	if len(late) > 0 && late.signal(syscall.SIGINT) > 0 {
		time.AfterFunc(grace, func() { late.signal(syscall.SIGKILL) })
	}
}

// EndPrograms ends all programs that cells started and that still run: politely,
// then not. What cells leave in the background ends with the session.
func (s *Session) EndPrograms() {
	all := relatives()
	if len(all) == 0 {
		return
	}
	all.signal(syscall.SIGTERM)
	for end := time.Now().Add(farewell); time.Now().Before(end) && all.signal(0) > 0; {
		time.Sleep(look)
	}
	all.signal(syscall.SIGKILL)
}
