//go:build unix

package gonbhost

import (
	"io"
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// back ends the name of the pipe that goes to programs.
const back = "-back"

// patience is how long Drain waits for a program that goes on sending.
const patience = time.Second

// nobody is the descriptor of a pipe that no program has opened.
const nobody = -1

// line is a pair of pipes that one program after the other opens. It reads without
// Go's poller, which does not see the end of a named pipe everywhere.
type line struct {
	path string

	mu      sync.Mutex
	changed *sync.Cond
	in      int  // descriptor, or nobody
	waiting bool // for more to read
	closed  bool

	children unix.Rusage // of the children that ended before the last drain
}

// newLine makes the pipes and serves them.
func newLine(path string) (*line, error) {
	for _, name := range []string{path, path + back} {
		if err := syscall.Mkfifo(name, 0o600); err != nil {
			return nil, &os.PathError{Op: "mkfifo", Path: name, Err: err}
		}
	}
	l := &line{path: path, in: nobody}
	l.changed = sync.NewCond(&l.mu)
	go l.serve()
	return l, nil
}

// serve talks with one program after the other.
func (l *line) serve() {
	for {
		// Waits for a program. It opens the other pipe next, and waits there for us;
		// opened for both directions, that pipe never makes us wait.
		in, err := retry(func() (int, error) { return unix.Open(l.path, unix.O_RDONLY|unix.O_CLOEXEC, 0) })
		if err != nil || !l.begin(in) {
			return
		}
		answers, err := os.OpenFile(l.path+back, os.O_RDWR, 0)
		for err == nil {
			talk(l, answers)
			if l.end() {
				_ = answers.Close()
				break
			}
		}
	}
}

// begin takes the pipe of a program; ok is false if the line was closed.
func (l *line) begin(in int) (ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		_ = unix.Close(in)
		return false
	}
	l.in, l.waiting = in, false
	l.changed.Broadcast()
	return true
}

// end closes the pipe, unless the next program has begun to send meanwhile.
func (l *line) end() (closed bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !empty(l.in) {
		return false
	}
	_ = unix.Close(l.in)
	l.in = nobody
	l.changed.Broadcast()
	return true
}

// Read reads what the program sends. To take bytes out of the pipe and to be no
// longer waiting is one step for drain.
func (l *line) Read(b []byte) (n int, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting = true
	l.changed.Broadcast()
	l.mu.Unlock()
	_, err = retry(func() (int, error) {
		return unix.Poll([]unix.PollFd{{Fd: int32(l.in), Events: unix.POLLIN}}, -1)
	})
	l.mu.Lock()
	l.waiting = false
	if err == nil {
		n, err = retry(func() (int, error) { return unix.Read(l.in, b) })
	}
	if n == 0 && err == nil {
		err = io.EOF
	}
	return max(0, n), err
}

// retry calls f again when a signal came in between.
func retry(f func() (int, error)) (n int, err error) {
	for {
		if n, err = f(); err != unix.EINTR {
			return n, err
		}
	}
}

// drain waits until everything in the pipe has been dealt with.
func (l *line) drain() {
	l.mu.Lock()
	defer l.mu.Unlock()
	late := false
	timer := time.AfterFunc(patience, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		late = true
		l.changed.Broadcast()
	})
	defer timer.Stop()
	for sent := l.sent(); sent && l.in == nobody && !late; {
		l.changed.Wait()
	}
	for l.in != nobody && !late && !(l.waiting && empty(l.in) && !left(l.in)) {
		l.changed.Wait()
	}
}

// sent reports whether a program that has ended left something in the pipe. serve
// may not have noticed yet that the program opened it. To ask is to open the pipe as a
// program does, which makes serve look, so it is asked only after a child has ended.
func (l *line) sent() bool {
	var now unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_CHILDREN, &now); err != nil || now == l.children {
		return false
	}
	l.children = now
	out, err := unix.Open(l.path, unix.O_WRONLY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return false // nobody reads, so nobody could write
	}
	defer unix.Close(out)
	return !empty(out)
}

// left reports whether no program has a pipe open any more: serve is about to end.
func left(in int) bool {
	p := []unix.PollFd{{Fd: int32(in)}}
	n, err := retry(func() (int, error) { return unix.Poll(p, 0) })
	return err == nil && n > 0 && p[0].Revents&unix.POLLHUP != 0
}

// empty reports whether nothing is in a pipe.
func empty(in int) bool {
	n, err := unix.IoctlGetInt(in, readable)
	return err != nil || n == 0
}

// close ends serve: a program that opens the pipe only to let it go.
func (l *line) close() {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	if f, err := os.OpenFile(l.path, os.O_WRONLY|syscall.O_NONBLOCK, 0); err == nil {
		_ = f.Close()
	}
}
