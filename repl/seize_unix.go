//go:build unix

package repl

import (
	"fmt"
	"os"
	"runtime/debug"
	"strings"

	"golang.org/x/sys/unix"
)

// seized is the terminal while a screen is drawn on it. The process's own
// standard output and error lead into a pipe meanwhile: native libraries write
// there without asking, and a single line of theirs would break the screen.
type seized struct {
	screen *os.File // the terminal itself
	saved  map[int]int
	read   *os.File
	write  *os.File
}

// seize takes the terminal out of the way of everybody else. Only a screen on
// the process's own standard output needs that.
func seize(out *os.File) (*seized, error) {
	if out.Fd() != os.Stdout.Fd() {
		return &seized{screen: out}, nil
	}
	fd, err := unix.FcntlInt(out.Fd(), unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return nil, fmt.Errorf("repl: keeping the terminal: %w", err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("repl: a pipe for native output: %w", err)
	}
	s := &seized{screen: os.NewFile(uintptr(fd), out.Name()), saved: map[int]int{}, read: r, write: w}
	for _, std := range []int{1, 2} {
		if s.saved[std], err = unix.FcntlInt(uintptr(std), unix.F_DUPFD_CLOEXEC, 3); err == nil {
			err = dup2(int(w.Fd()), std)
		}
		if err != nil {
			s.release()
			return nil, fmt.Errorf("repl: catching native output: %w", err)
		}
	}
	// A crash of the runtime must still be seen: it goes to the terminal too.
	_ = debug.SetCrashOutput(s.screen, debug.CrashOptions{})
	return s, nil
}

// forward calls take with everything that is written to standard output or error.
func (s *seized) forward(take func(string)) {
	if s.read == nil {
		return
	}
	go func() {
		buf := make([]byte, 32<<10)
		for {
			n, err := s.read.Read(buf)
			if n > 0 {
				take(strings.ToValidUTF8(string(buf[:n]), "\ufffd"))
			}
			if err != nil {
				return
			}
		}
	}()
}

// release gives standard output and error back.
func (s *seized) release() {
	if s.read == nil {
		return
	}
	for std, fd := range s.saved {
		_ = dup2(fd, std)
		_ = unix.Close(fd)
	}
	_ = debug.SetCrashOutput(nil, debug.CrashOptions{})
	_ = s.write.Close()
	_ = s.read.Close()
	_ = s.screen.Close()
}
