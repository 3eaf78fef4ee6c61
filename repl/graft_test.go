//go:build full

package repl

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestGraft runs the whole program in terminals.
func TestGraft(t *testing.T) {
	exe := filepath.Join(t.TempDir(), "graft")
	if out, err := exec.Command("go", "build", "-o", exe, "graft/cmd/graft").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Run("wide", func(t *testing.T) { wideCharacters(graft(t, exe, 20, 30)) })
	t.Run("help", func(t *testing.T) { assisted(graft(t, exe, 90, 24)) })
	t.Run("hangup", func(t *testing.T) { hungUp(t, exe) })
	t.Run("suspended", func(t *testing.T) { suspended(t, exe) })
	t.Run("resized", func(t *testing.T) { resized(graft(t, exe, 60, 16)) })
	t.Run("pasted", func(t *testing.T) { pasted(graft(t, exe, 60, 16)) })
	t.Run("session", func(t *testing.T) { ordinary(graft(t, exe, 90, 24)) })
	t.Run("fit", func(t *testing.T) { steering(photographs(t, exe, 80, 24)) })
}

// graft runs the program with a history of its own.
func graft(t *testing.T, exe string, width, height int) *terminal {
	t.Helper()
	return newTerminal(t, width, height, "'"+exe+"'", "LANG=C.UTF-8", "GRAFT_CACHE="+t.TempDir(), "GRAFT_OFFLINE=1")
}

// wideCharacters is R3 of the field cases, as its generator types it: keys come ahead of the
// answers, as soon as there is a prompt.
func wideCharacters(x *terminal) {
	x.shows("In [1]:")
	x.text(`s := "写真é🚀x"`)
	x.key("Left", "Left", "BSpace")
	x.text("ok")
	x.key("C-a", "C-e", "Enter")
	x.text("len([]rune(s))")
	x.key("Enter")
	x.last("Out[2]: 6\nIn [3]:")
	x.key("Up", "Up")
	x.last("In [3]: s := \"写真é\n        okx\"")
	x.until("cursor behind the last cell", func() bool { return strings.HasPrefix(x.cursor(), "12,") })
	x.key("Enter")
	x.last("In [4]:")
	if all := x.all(); strings.Contains(all, "\ufffd") || strings.Contains(all, "redeclared") {
		x.t.Errorf("screen\n%s", all)
	}
}

// ordinary is an ordinary hour at the prompt.
func ordinary(x *terminal) {
	x.shows("In [1]:")
	run := func(cell, end string) {
		x.t.Helper()
		x.text(cell)
		x.key("Enter")
		x.last(end)
	}
	run("func fib(n int) int {", "...: }")
	run("if n < 2 { return n }", "...:\n   ...: }")
	run("return fib(n-1) + fib(n-2)", "...:\n   ...: }")
	run("}", "In [2]:")
	run("fib(20)", "Out[2]: 6765\nIn [3]:")
	run("y := nope(20)", "     ^^^^\nIn [4]:")
	x.text("for {}")
	x.key("Enter")
	x.shows("ctrl+c interrupts")
	x.key("C-c")
	x.last("In [5]:")
	run(`go func() { time.Sleep(50 * time.Millisecond); fmt.Println("la" + "te") }()`, "late\nIn [6]:")
	x.text("fmt.Printl")
	x.key("Tab")
	x.last("In [6]: fmt.Println")
	x.key("C-u")
	run("var word string", "In [7]:")
	x.text("fmt.Scan(&word)")
	x.key("Enter")
	x.text("typed")
	x.key("Enter")
	x.last("Out[7]: 1\nIn [8]:")
	run("word", "Out[8]: \"typed\"\nIn [9]:")
	run("fmt.Println?", "In [9]:")
	x.shows("Println formats using the default formats")
	x.key("C-d", "C-d")
	x.last("gone 0")
}
