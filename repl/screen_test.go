//go:build unix

package repl

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// on fails the test unless the screen becomes what the front end believes, and ends in want.
func (g *glass) on(want string) {
	g.t.Helper()
	for deadline := time.Now().Add(patienceOfTests); ; {
		over, difference := g.settle()
		if over || difference != "" {
			g.t.Fatalf("ended %v: %s", over, difference)
		}
		got := g.screen()
		if strings.HasSuffix(got, want) {
			return
		}
		if time.Now().After(deadline) {
			g.t.Fatalf("screen\n%s\nwant at its end\n%s", got, want)
		}
	}
}

// ran types a cell and waits for the next prompt.
func (g *glass) ran(cell string) {
	g.t.Helper()
	n := 0
	g.peek(func(m *model) { n = m.count })
	g.typed(cell + "\r")
	deadline := time.Now().Add(patienceOfTests)
	for done := false; !done; {
		if !g.peek(func(m *model) { done = m.phase == idle && m.count == n+1 }) || time.Now().After(deadline) {
			g.t.Fatalf("%s: the program has ended, or the cell does not\n%s", cell, g.screen())
		}
	}
}

func TestScreenIsWhatTheModelSays(t *testing.T) {
	g := newGlass(t, newFake(), 60, 16, true)
	g.on("In [1]:")
	g.ran("print hello")
	g.on("In [1]: print hello\nhello\nIn [2]:")
	g.ran("count x")
	g.on("line 199 x\nIn [3]:")
	g.typed("写é🚀")
	g.on("In [3]: 写é🚀")
}

// A board that was higher than half the window is still on the screen when its cell
// has ended: nothing of it left the window while the prompt took its place.
func TestABoardStaysInTheWindow(t *testing.T) {
	g := newGlass(t, newFake(), 60, 16, true)
	g.on("In [1]:")
	g.ran("count x")
	g.ran("fit 2")
	g.ran("print end")
	g.on("end\nIn [4]:")
	if s := g.screen(); !strings.Contains(s, "epoch  train_loss") || !strings.Contains(s, "✓ done: 2 epochs") {
		t.Errorf("screen\n%s", s)
	}
}

// What arrives while the pager is open is printed when it closes, all of it.
func TestLinesBehindThePager(t *testing.T) {
	g := newGlass(t, newFake(), 60, 16, true)
	g.on("In [1]:")
	g.ran("print one")
	for i := range 20 {
		g.typed("\x1bOP")
		g.on("h keys")
		g.fake.say(fmt.Sprintf("late %d a\n", i))
		g.fake.say(fmt.Sprintf("late %d b\n", i))
		g.typed("q")
		g.on(fmt.Sprintf("late %d a\nlate %d b\nIn [2]:", i, i))
	}
}
