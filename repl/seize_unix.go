//go:build unix

package repl

import (
	"bytes"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"time"

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
	// drained gets a value for each mark that came out; a late one must not block.
	drained chan struct{}
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
	s := &seized{screen: os.NewFile(uintptr(fd), out.Name()), saved: map[int]int{}, read: r, write: w, drained: make(chan struct{}, 64)}
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
		var rest []byte
		buf := make([]byte, 32<<10)
		for {
			n, err := s.read.Read(buf)
			rest = s.deliver(append(rest, buf[:n]...), take)
			if err != nil {
				return
			}
		}
	}()
}

// mark is what drain writes into the pipe to learn that everything before it has
// come out. No text holds it.
const mark = "\x00graft drain\x00"

// deliver hands text on up to the last mark, and beyond it unless a mark may have
// begun; it returns what must wait.
func (s *seized) deliver(text []byte, take func(string)) []byte {
	for {
		before, after, found := bytes.Cut(text, []byte(mark))
		if !found {
			break
		}
		if len(before) > 0 {
			take(string(before))
		}
		select {
		case s.drained <- struct{}{}:
		default: // nobody has waited for many of them
		}
		text = after
	}
	whole := len(text)
	if i := bytes.LastIndexByte(text, 0); i >= 0 && strings.HasPrefix(mark, string(text[i:])) {
		whole = i
	}
	if whole > 0 {
		take(string(text[:whole]))
	}
	return append([]byte(nil), text[whole:]...)
}

// drainTime is how long a full pipe may keep the end of a cell waiting.
const drainTime = time.Second

// drain returns when everything that was written so far has been handed on.
func (s *seized) drain() {
	if s.read == nil {
		return
	}
	if _, err := s.write.WriteString(mark); err != nil {
		return
	}
	select {
	case <-s.drained:
	case <-time.After(drainTime):
	}
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
