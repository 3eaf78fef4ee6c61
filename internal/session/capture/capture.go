//go:build unix

// Package capture catches what native code (XLA, C libraries, Go's own log)
// writes to the process's standard output and error, file descriptors 1 and 2. It
// does not see what cells print, as opposed to package event: the interpreter
// gives each cell streams of its own.
//
//	c, err := capture.Start(session.Native)
//	defer c.Close()
package capture

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// Capture is standard output and error led into pipes.
type Capture struct {
	take  func(stream string, text []byte)
	pipes []*pipe
}

// pipe is one of the two.
type pipe struct {
	name  string
	fd    int
	saved *os.File // the original
	read  *os.File
	write *os.File

	mu     sync.Mutex
	marks  int // that came out
	waiter *sync.Cond
}

// mark is written by Drain to learn that everything before it has come out. No
// text holds it.
var mark = []byte("\x00graft drain\x00")

// drainTime is how long Drain waits for a pipe that somebody keeps full.
const drainTime = time.Second

// Start leads standard output and error into take, until Close. stream is
// "stdout" or "stderr". A crash of the Go runtime still goes to the original.
func Start(take func(stream string, text []byte)) (*Capture, error) {
	c := &Capture{take: take}
	for fd, name := range map[int]string{1: "stdout", 2: "stderr"} {
		p, err := divert(fd, name)
		if err != nil {
			c.Close()
			return nil, fmt.Errorf("capture: %s: %w", name, err)
		}
		c.pipes = append(c.pipes, p)
		go c.forward(p)
	}
	_ = debug.SetCrashOutput(c.Stderr(), debug.CrashOptions{})
	return c, nil
}

func divert(fd int, name string) (*pipe, error) {
	old, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return nil, err
	}
	p := &pipe{name: name, fd: fd, saved: os.NewFile(uintptr(old), name)}
	p.waiter = sync.NewCond(&p.mu)
	if p.read, p.write, err = os.Pipe(); err != nil {
		return nil, errors.Join(err, p.saved.Close())
	}
	if err := dup2(int(p.write.Fd()), fd); err != nil {
		return nil, errors.Join(err, p.saved.Close(), p.read.Close(), p.write.Close())
	}
	return p, nil
}

// Stdout is the original standard output, where a screen can be drawn.
func (c *Capture) Stdout() *os.File { return c.original(1, os.Stdout) }

// Stderr is the original standard error.
func (c *Capture) Stderr() *os.File { return c.original(2, os.Stderr) }

func (c *Capture) original(fd int, none *os.File) *os.File {
	for _, p := range c.pipes {
		if p.fd == fd {
			return p.saved
		}
	}
	return none
}

// forward hands text on, without the marks.
func (c *Capture) forward(p *pipe) {
	var rest []byte
	buf := make([]byte, 32<<10)
	for {
		n, err := p.read.Read(buf)
		rest = c.deliver(p, append(rest, buf[:n]...))
		if err != nil {
			return
		}
	}
}

// deliver passes text on and returns what may be the beginning of a mark.
func (c *Capture) deliver(p *pipe, text []byte) []byte {
	for {
		before, after, found := bytes.Cut(text, mark)
		if !found {
			break
		}
		c.give(p.name, before)
		p.mu.Lock()
		p.marks++
		p.waiter.Broadcast()
		p.mu.Unlock()
		text = after
	}
	whole := len(text)
	for i := bytes.IndexByte(text, 0); i >= 0 && i < len(text); i++ {
		if bytes.HasPrefix(mark, text[i:]) {
			whole = i
			break
		}
	}
	c.give(p.name, text[:whole])
	return append([]byte(nil), text[whole:]...)
}

func (c *Capture) give(name string, text []byte) {
	if len(text) > 0 {
		c.take(name, text)
	}
}

// Drain returns when everything written so far has been handed on.
func (c *Capture) Drain() {
	for _, p := range c.pipes {
		p.drain()
	}
}

func (p *pipe) drain() {
	p.mu.Lock()
	defer p.mu.Unlock()
	want := p.marks + 1
	p.mu.Unlock()
	_, err := p.write.Write(mark)
	p.mu.Lock()
	late := false
	timer := time.AfterFunc(drainTime, func() {
		p.mu.Lock()
		late = true
		p.waiter.Broadcast()
		p.mu.Unlock()
	})
	defer timer.Stop()
	for err == nil && p.marks < want && !late {
		p.waiter.Wait()
	}
}

// Close gives standard output and error back.
func (c *Capture) Close() {
	for _, p := range c.pipes {
		_ = dup2(int(p.saved.Fd()), p.fd)
		_ = p.write.Close()
		_ = p.saved.Close()
	}
	c.pipes = nil
	_ = debug.SetCrashOutput(nil, debug.CrashOptions{})
}
