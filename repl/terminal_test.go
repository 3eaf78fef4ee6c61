//go:build full

package repl

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// terminal is a program in tmux, which is a terminal emulator that tells what is
// on its screen.
type terminal struct {
	t      *testing.T
	socket string
}

// newTerminal runs command in a window of the given size.
func newTerminal(t *testing.T, width, height int, command string, env ...string) *terminal {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Fatal("the terminal tests need tmux (apt-get install tmux)")
	}
	term := &terminal{t: t, socket: fmt.Sprintf("graft-%d-%s", os.Getpid(), strings.ReplaceAll(t.Name(), "/", "-"))}
	args := []string{"-f", "/dev/null", "new-session", "-d", "-x", fmt.Sprint(width), "-y", fmt.Sprint(height)}
	for _, e := range env {
		args = append(args, "-e", e)
	}
	term.tmux(append(args, command+"; echo gone $?; exec cat")...)
	t.Cleanup(func() { _ = exec.Command("tmux", "-L", term.socket, "kill-server").Run() })
	return term
}

// fakeTerminal runs the front end over the fake session.
func fakeTerminal(t *testing.T, width, height int) *terminal {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return newTerminal(t, width, height, "'"+exe+"'", "GRAFT_REPL_FAKE=1", "LANG=C.UTF-8")
}

func (x *terminal) tmux(args ...string) string {
	x.t.Helper()
	out, err := exec.Command("tmux", append([]string{"-u", "-L", x.socket}, args...)...).CombinedOutput()
	if err != nil {
		x.t.Fatalf("tmux %q: %v\n%s", args, err, out)
	}
	return string(out)
}

// text types text, key presses keys by tmux's names.
func (x *terminal) text(s string) { x.tmux("send-keys", "-l", s) }

func (x *terminal) key(names ...string) { x.tmux(append([]string{"send-keys"}, names...)...) }

// screen is what is visible, all is that with the scrollback.
func (x *terminal) screen() string { return strings.TrimRight(x.tmux("capture-pane", "-p"), "\n") }

func (x *terminal) all() string {
	return strings.TrimRight(x.tmux("capture-pane", "-p", "-S", "-"), "\n")
}

func (x *terminal) cursor() string {
	return strings.TrimSpace(x.tmux("display-message", "-p", "#{cursor_x},#{cursor_y}"))
}

// until waits for the screen to look as it should.
func (x *terminal) until(what string, ok func() bool) {
	x.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !ok(); {
		if time.Now().After(deadline) {
			x.t.Fatalf("%s: not within 30 s; cursor %s, screen\n%s", what, x.cursor(), x.screen())
		}
	}
}

func (x *terminal) shows(s string) {
	x.t.Helper()
	x.until("shows "+s, func() bool { return strings.Contains(x.all(), s) })
}

func (x *terminal) last(s string) {
	x.t.Helper()
	x.until("ends in "+s, func() bool { return strings.HasSuffix(x.screen(), s) })
}

func TestTerminal(t *testing.T) {
	x := fakeTerminal(t, 60, 16)
	x.last("In [1]:")
	x.text("print hello")
	x.key("Enter")
	x.last("hello\nIn [2]:")
	x.text("count x")
	x.key("Enter")
	x.last("line 199 x\nIn [3]:")
	for i := range 200 {
		if want := fmt.Sprintf("line %03d x\nline %03d x", i, i+1); i < 199 && strings.Count(x.all(), want) != 1 {
			t.Fatalf("lines %d and %d are not once in the scrollback\n%s", i, i+1, x.all())
		}
	}
	wide := strings.Repeat("0123456789", 12)
	x.text("print " + wide[:60])
	x.key("Enter")
	x.last(wide[:59] + "\n9\nIn [4]:")
	x.text("native from C")
	x.key("Enter")
	x.last("from C\nIn [5]:")
	x.text("fit 2")
	x.key("Enter")
	x.last("✓ done: 2 epochs\nIn [6]:")
	if n := strings.Count(x.all(), "train_loss"); n != 1 {
		t.Errorf("%d boards in the scrollback, want 1\n%s", n, x.all())
	}
	x.text("if {")
	x.key("Enter")
	x.until("second line", func() bool { return x.cursor() == "12,14" })
	x.text("print y")
	x.key("C-c")
	x.shows("^C")
	x.key("C-l")
	x.until("clear screen", func() bool { return x.screen() == "In [6]:" })
	x.key("C-d")
	x.last("press ctrl+d again to leave")
	x.key("C-d")
	x.last("gone 0")
	if strings.Contains(x.all(), "\ufffd") {
		t.Error("a broken character on the screen")
	}
}

// What was on the screen before stays there.
func TestTheShellAboveIsLeftAlone(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	x := newTerminal(t, 60, 16, "echo from the shell; '"+exe+"'", "GRAFT_REPL_FAKE=1", "LANG=C.UTF-8")
	x.last("In [1]:")
	x.text("print a")
	x.key("Enter")
	x.last("a\nIn [2]:")
	if got := x.screen(); !strings.HasPrefix(got, "from the shell\ngraft test") {
		t.Errorf("screen\n%s", got)
	}
}

// R3 of the field cases, drawn by a terminal emulator 20 cells wide.
func TestWideCharactersOnATerminal(t *testing.T) {
	x := fakeTerminal(t, 20, 30)
	x.shows("In [1]:")
	x.text(`s := "写真é🚀x"`)
	x.last("In [1]: s := \"写真é\n        🚀x\"")
	x.until("cursor behind the last cell", func() bool { return strings.HasPrefix(x.cursor(), "12,") })
	x.key("Left", "Left", "BSpace")
	x.text("ok")
	x.last("In [1]: s := \"写真é\n        okx\"")
	x.until("cursor before x", func() bool { return strings.HasPrefix(x.cursor(), "10,") })
	x.key("C-a")
	x.until("home", func() bool { return strings.HasPrefix(x.cursor(), "8,") })
	x.key("C-e", "Enter")
	x.last("In [2]:")
	x.text("value 6")
	x.key("Enter")
	x.last("Out[2]: 6\nIn [3]:")
	x.key("Up", "Up")
	x.last("In [3]: s := \"写真é\n        okx\"")
	x.key("Enter")
	x.last("In [3]: s := \"写真é\n        okx\"\nIn [4]:")
	if strings.Contains(x.all(), "\ufffd") {
		t.Error("a broken character on the screen")
	}
}
