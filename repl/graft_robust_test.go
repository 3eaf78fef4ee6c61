//go:build full

package repl

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// hungUp loses its terminal while a cell runs; the next session has the cells.
func hungUp(t *testing.T, exe string) {
	cache := t.TempDir()
	x := newTerminal(t, 80, 24, "'"+exe+"'", "LANG=C.UTF-8", "GRAFT_CACHE="+cache, "GRAFT_OFFLINE=1")
	x.shows("In [1]:")
	x.text("answer := 40 + 2")
	x.key("Enter")
	x.last("In [2]:")
	x.text("for {}")
	x.key("Enter")
	x.shows("ctrl+c interrupts")
	x.tmux("respawn-pane", "-k", "'"+exe+"'") // which hangs up
	x.shows("In [1]:")
	x.key("Up")
	x.last("In [1]: for {}")
	x.key("Up")
	x.last("In [1]: answer := 40 + 2")
}

// suspended goes back to the shell in the middle of a cell, and returns.
func suspended(t *testing.T, exe string) {
	rc := filepath.Join(t.TempDir(), "rc")
	if err := os.WriteFile(rc, []byte("PS1='shell> '\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	x := newTerminal(t, 80, 24, "bash --rcfile "+rc, "LANG=C.UTF-8", "GRAFT_CACHE="+t.TempDir(), "GRAFT_OFFLINE=1")
	x.last("shell>")
	x.text("'" + exe + "'")
	x.key("Enter")
	x.shows("In [1]:")
	x.text("for i := range 3 {")
	x.key("Enter")
	x.text("fmt.Println(i)")
	x.until("the cell", func() bool { return strings.Contains(x.screen(), "fmt.Println(i)\n   ...: }") })
	x.key("C-z")
	x.last("shell>")
	x.shows("Stopped")
	x.text("echo in between")
	x.key("Enter")
	x.last("in between\nshell>")
	x.text("fg")
	x.key("Enter")
	x.until("the cell again, below the shell's lines", func() bool {
		s := x.screen()
		return strings.Contains(s, "in between\nshell> fg") && strings.HasSuffix(s, "In [1]: for i := range 3 {\n   ...:     fmt.Println(i)\n   ...: }")
	})
	x.key("M-Enter")
	x.last("0\n1\n2\nIn [2]:")
	x.key("C-d", "C-d")
	x.last("shell>")
}

// resized changes the window while a cell prints: no line is lost, and the prompt is whole.
func resized(x *terminal) {
	x.shows("In [1]:")
	x.text("for i := range 1500 { fmt.Println(\"line\", i) }")
	x.key("Enter")
	for _, size := range [][2]string{{"20", "5"}, {"300", "100"}, {"60", "16"}} {
		x.tmux("resize-window", "-x", size[0], "-y", size[1])
	}
	x.last("line 1499\nIn [2]:")
	all := x.all()
	at := 0
	for i := range 1500 {
		line := fmt.Sprintf("line %d\n", i)
		n := strings.Index(all[at:], line)
		if n < 0 {
			x.t.Fatalf("%q is lost", line)
		}
		at += n
	}
	x.text("1 + 1")
	x.key("Enter")
	x.last("Out[2]: 2\nIn [3]:")
}

// pasted takes a cell of several lines from tmux's buffer; it does not run by itself.
func pasted(x *terminal) {
	x.shows("In [1]:")
	x.tmux("set-buffer", "total := 0\nfor i := range 5 {\n\ttotal += i\n}\ntotal")
	x.tmux("paste-buffer", "-p")
	x.last("   ...: }\n   ...: total")
	x.key("Enter")
	x.last("Out[1]: 10\nIn [2]:")
}
