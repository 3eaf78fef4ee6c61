//go:build unix

package gonbhost

import (
	"errors"
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

// line is a pair of pipes that one program after the other opens.
type line struct {
	path string

	mu      sync.Mutex
	changed *sync.Cond
	in      *os.File // nil while no program is there
	waiting bool     // for more to read
	closed  bool
}

// newLine makes the pipes and serves them.
func newLine(path string) (*line, error) {
	for _, name := range []string{path, path + back} {
		if err := syscall.Mkfifo(name, 0o600); err != nil {
			return nil, &os.PathError{Op: "mkfifo", Path: name, Err: err}
		}
	}
	l := &line{path: path}
	l.changed = sync.NewCond(&l.mu)
	go l.serve()
	return l, nil
}

// serve talks with one program after the other.
func (l *line) serve() {
	for {
		// Waits for a program. It opens the other pipe next, and waits there for us;
		// opened for both directions, that pipe never makes us wait.
		in, err := os.OpenFile(l.path, os.O_RDONLY, 0)
		if err != nil || !l.begin(in) {
			return
		}
		answers, err := os.OpenFile(l.path+back, os.O_RDWR, 0)
		if err == nil {
			talk(l, answers)
			_ = answers.Close()
		}
		l.end()
	}
}

// begin takes the pipe of a program; ok is false if the line was closed.
func (l *line) begin(in *os.File) (ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		_ = in.Close()
		return false
	}
	l.in, l.waiting = in, false
	return true
}

// end drops what a program left that could not be understood.
func (l *line) end() {
	_, _ = io.Copy(io.Discard, l)
	l.mu.Lock()
	defer l.mu.Unlock()
	_ = l.in.Close()
	l.in = nil
	l.changed.Broadcast()
}

// Read reads what the program sends.
func (l *line) Read(b []byte) (int, error) {
	l.wait(true)
	n, err := l.in.Read(b)
	l.wait(false)
	return n, err
}

func (l *line) wait(yes bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting = yes
	l.changed.Broadcast()
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
	for l.in != nil && !late && !(l.waiting && empty(l.in)) {
		l.changed.Wait()
	}
}

// empty reports whether nothing is in a pipe.
func empty(f *os.File) bool {
	conn, err := f.SyscallConn()
	if err != nil {
		return true
	}
	n := 0
	err = conn.Control(func(fd uintptr) { n, _ = unix.IoctlGetInt(int(fd), readable) })
	return err != nil || n == 0
}

// close ends serve: a program that opens the pipe only to let it go.
func (l *line) close() {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	if f, err := os.OpenFile(l.path, os.O_WRONLY|syscall.O_NONBLOCK, 0); err == nil || errors.Is(err, syscall.ENXIO) {
		_ = f.Close()
	}
}
