//go:build unix

package repl

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// process is the front end over the fake session as a process of its own, which a pty
// and a terminal emulator are the terminal of.
type process struct {
	t     *testing.T
	cmd   *exec.Cmd
	keys  *os.File
	note  string // the file that tells that the session was closed
	ended chan error
	pace  int // bytes that the terminal takes at once

	mu   sync.Mutex
	em   *vt.Emulator
	held sync.Mutex // stops the terminal from taking output
}

// newProcess starts it; through leads to a program that starts it in turn.
func newProcess(t *testing.T, width, height int, env []string, through ...string) *process {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, note: filepath.Join(t.TempDir(), "closed"), ended: make(chan error, 1), pace: 1 << 16, em: vt.NewEmulator(width, height)}
	words := append(through, exe)
	p.cmd = exec.Command(words[0], words[1:]...)
	p.cmd.Env = append(os.Environ(), append([]string{"GRAFT_REPL_FAKE=1", "GRAFT_REPL_CLOSED=" + p.note, "TERM=xterm-256color", "LANG=C.UTF-8", "LC_ALL="}, env...)...)
	keys, err := pty.StartWithSize(p.cmd, &pty.Winsize{Rows: uint16(height), Cols: uint16(width)})
	if err != nil {
		t.Fatal(err)
	}
	p.keys = closable(t, keys)
	go func() { p.ended <- p.cmd.Wait() }()
	go p.draw()
	go func() { _, _ = io.Copy(p.keys, p.em) }()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		_ = p.keys.Close()
		_ = p.em.Close()
	})
	return p
}

// closable is f as a file that is closed at once, even while it is read.
func closable(t *testing.T, f *os.File) *os.File {
	t.Helper()
	fd, err := syscall.Dup(int(f.Fd()))
	if err == nil {
		err = syscall.SetNonblock(fd, true)
	}
	if err != nil {
		t.Fatal(err)
	}
	_ = f.Close()
	return os.NewFile(uintptr(fd), "pty")
}

func (p *process) draw() {
	for rest := []byte(nil); ; {
		buf := make([]byte, p.pace)
		n, err := p.keys.Read(buf)
		if err != nil {
			return
		}
		text := append(rest, buf[:n]...)
		whole := bytes.TrimRightFunc(text, func(r rune) bool { return r >= utf8.RuneSelf })
		rest = bytes.Clone(text[len(whole):])
		p.held.Lock()
		p.mu.Lock()
		_, _ = p.em.Write(whole)
		p.mu.Unlock()
		p.held.Unlock()
	}
}

func (p *process) screen() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var rows []string
	for row := range strings.Lines(p.em.String()) {
		rows = append(rows, strings.TrimRight(row, " \n"))
	}
	return strings.TrimRight(strings.Join(rows, "\n"), "\n")
}

// shows waits until the screen ends in want.
func (p *process) shows(want string) {
	p.t.Helper()
	for deadline := time.Now().Add(patienceOfTests); !strings.HasSuffix(p.screen(), want); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			p.t.Fatalf("screen\n%s\nwant at its end\n%s", p.screen(), want)
		}
	}
}

func (p *process) typed(keys string) {
	p.t.Helper()
	if _, err := p.keys.WriteString(keys); err != nil {
		p.t.Fatal(err)
	}
}

func (p *process) signal(s os.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
}

// ends waits for the process, and for the session to have been closed.
func (p *process) ends(note string) {
	p.t.Helper()
	select {
	case err := <-p.ended:
		if err != nil {
			p.t.Errorf("ended with %v", err)
		}
	case <-time.After(patienceOfTests):
		p.t.Fatal("the process goes on")
	}
	if got, err := os.ReadFile(p.note); string(got) != note {
		p.t.Errorf("note %q, %v; want %q", got, err, note)
	}
}

// However the terminal goes, the running cell is interrupted, the session closed, and
// the process ends.
func TestALostTerminal(t *testing.T) {
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP) // the processes do not inherit then that nohup ignores it
	defer signal.Stop(hangups)
	for _, c := range []struct {
		name    string
		through []string
		lose    func(*process)
	}{
		{"hangup", nil, func(p *process) { p.signal(syscall.SIGHUP) }},
		{"termination", nil, func(p *process) { p.signal(syscall.SIGTERM) }},
		{"closed pty", nil, func(p *process) { _ = p.keys.Close() }},
		{"end of input, hangup ignored", []string{"/bin/sh", "-c", `trap "" HUP; exec "$0"`}, func(p *process) { _ = p.keys.Close() }},
		{"termination with output held", nil, func(p *process) {
			p.held.Lock()
			p.typed("count x\r")
			p.signal(syscall.SIGTERM)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newProcess(t, 60, 16, nil, c.through...)
			p.shows("In [1]:")
			p.typed("print a\r")
			p.shows("a\nIn [2]:")
			c.lose(p)
			p.ends("closed after 0 interrupted")
			if c.name == "termination with output held" {
				p.held.Unlock()
				return
			}
			p = newProcess(t, 60, 16, nil, c.through...)
			p.shows("In [1]:")
			p.typed("wait\r")
			p.shows("ctrl+c interrupts")
			c.lose(p)
			p.ends("closed after 1 interrupted")
		})
	}
}

// Who is told to leave closes the pager, and prints what waits behind it.
func TestTerminationBehindThePager(t *testing.T) {
	p := newProcess(t, 60, 16, nil)
	p.shows("In [1]:")
	p.typed("lines 100\r")
	p.shows("h keys")
	p.signal(syscall.SIGTERM)
	p.ends("closed after 0 interrupted")
	for deadline := time.Now().Add(patienceOfTests); !strings.Contains(p.screen(), "(:pager off prints all)"); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("screen\n%s", p.screen())
		}
	}
}

// kill -INT is what ctrl+c is, as often as it comes.
func TestInterruptsFromOutside(t *testing.T) {
	p := newProcess(t, 60, 16, nil)
	p.shows("In [1]:")
	for n := 2; n < 5; n++ {
		p.typed("wait\r")
		p.shows("ctrl+c interrupts")
		p.signal(os.Interrupt)
		p.shows(fmt.Sprintf("interrupted\nIn [%d]:", n))
	}
}

// Without a shell above, ctrl+z does not stop the process for ever.
func TestCtrlZWithoutAShell(t *testing.T) {
	p := newProcess(t, 60, 16, nil)
	p.shows("In [1]:")
	p.typed("\x1a")
	p.shows("In [1]:\nthere is no shell to go back to")
	p.typed("print on\r")
	p.shows("on\nIn [2]:")
}

// Megabytes of anything can be pasted; ctrl+c takes them away, and the prompt lives.
func TestPastesOfMegabytes(t *testing.T) {
	random := make([]byte, 1<<20)
	state := uint32(1)
	for i := range random {
		state = state*1664525 + 1013904223
		random[i] = byte(state >> 24)
	}
	random = bytes.ReplaceAll(random, []byte("\x1b[201~"), nil)
	for name, content := range map[string]string{
		"text":    strings.Repeat("x := 写 + \"y\" // a line of a program\n", 10<<20/36),
		"binary":  string(random),
		"one row": strings.Repeat("0123456789", 1<<20),
	} {
		t.Run(name, func(t *testing.T) {
			p := newProcess(t, 60, 16, nil)
			p.shows("In [1]:")
			p.typed("\x1b[200~" + content + "\x1b[201~")
			p.typed("\x03")
			p.shows("In [1]:")
			p.typed("print alive\r")
			p.shows("alive\nIn [2]:")
		})
	}
}

// A terminal that takes few bytes at a time, such as over a slow line, gets them all.
func TestASlowTerminal(t *testing.T) {
	p := newProcess(t, 60, 16, nil)
	p.pace = 7
	p.shows("In [1]:")
	p.typed("count x\r")
	p.shows("line 198 x\nline 199 x\nIn [2]:")
}

// Sequences in single bytes and halves of sequences leave the prompt usable.
func TestBrokenSequences(t *testing.T) {
	p := newProcess(t, 60, 16, nil)
	p.shows("In [1]:")
	for _, b := range []byte("pr\x1b[Dxint a\x1b[1;5D\x1b[3~") {
		p.typed(string(b))
	}
	p.shows("In [1]: pxint r")
	p.typed("\x03")
	for _, half := range broken {
		p.typed(half)
	}
	p.typed("\x03")
	p.typed("print on\r")
	p.shows("on\nIn [2]:")
}

// From no room at all to more than anybody has.
func TestWindowsOfAllSizes(t *testing.T) {
	p := newProcess(t, 60, 16, nil)
	p.shows("In [1]:")
	p.typed("if {\rprint a\r}\x1b[D")
	for _, size := range [][2]int{{1, 1}, {2, 5}, {20, 5}, {5, 2}, {300, 100}, {17, 3}, {80, 24}} {
		p.mu.Lock()
		p.em.Resize(size[0], size[1])
		p.mu.Unlock()
		if err := pty.Setsize(p.keys, &pty.Winsize{Rows: uint16(size[1]), Cols: uint16(size[0])}); err != nil {
			t.Fatal(err)
		}
		p.typed(" ")
	}
	p.typed("\x03print done\r")
	p.shows("done\nIn [2]:")
}

// What native code writes, past Go's own os.Stdout, stands above the prompt.
func TestNativeOutput(t *testing.T) {
	p := newProcess(t, 60, 16, nil)
	p.shows("In [1]:")
	p.typed("native from C\r")
	p.shows("In [1]: native from C\nfrom C\nIn [2]:")
}

// Terminals and locales of all kinds show a prompt and run a cell.
func TestTerminalsAndLocales(t *testing.T) {
	for _, env := range [][]string{
		{"TERM=vt100"}, {"TERM=linux"}, {"TERM=screen"}, {"TERM="}, {"TERM=no-such-terminal"}, {"LANG=C"}, {"LANG=", "LC_ALL=POSIX"},
		{"NO_COLOR=1"}, {"SSH_TTY=/dev/pts/9"}, {"TERM_PROGRAM=Apple_Terminal"},
	} {
		p := newProcess(t, 60, 16, env)
		p.shows("In [1]:")
		p.typed("print é写\r")
		p.shows("é写\nIn [2]:")
	}
	p := newProcess(t, 60, 16, []string{"LC_ALL=de_DE.ISO-8859-1"})
	p.shows("LC_ALL=de_DE.ISO-8859-1: graft reads and writes UTF-8 (set\nLC_ALL=C.UTF-8 if characters look wrong)\nIn [1]:")
	p = newProcess(t, 60, 16, []string{"TERM=dumb"})
	p.typed("print a\n")
	p.shows("a\nIn [2]:")
	if strings.Contains(p.screen(), "\x1b") {
		t.Errorf("escape codes for a dumb terminal: %q", p.screen())
	}
}
