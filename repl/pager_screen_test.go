//go:build unix

package repl

import (
	"strings"
	"testing"
	"time"
)

// shows waits for text anywhere on the screen, also while output is held back.
func (g *glass) shows(want string) {
	g.t.Helper()
	deadline := time.After(patienceOfTests)
	for {
		g.mu.Lock()
		got := strings.Join(g.rows(), "\n")
		g.mu.Unlock()
		if strings.Contains(got, want) {
			return
		}
		select {
		case <-g.fed:
		case <-deadline:
			g.t.Fatalf("screen\n%s\nwant in it\n%s", got, want)
		}
	}
}

// The pager leaves the first screen as it was; what is printed and what happens to
// the window behind it is seen there afterwards.
func TestPagerOnAScreen(t *testing.T) {
	for _, clusters := range []bool{true, false} {
		f := newFake()
		g := newGlass(t, f, 60, 16, clusters)
		g.on("In [1]:")
		g.ran("print before")
		g.typed("lines 100\r")
		g.shows("Out[2] · 1–15 of 101")
		g.typed("/line 050\r")
		g.shows("Out[2] · 51–65 of 101")
		f.say("behind\n")
		g.resize(50, 12)
		g.shows("Out[2] · 51–61 of 101")
		g.typed("G")
		g.shows("line 100")
		g.typed("q")
		g.on("line 007\n… 93 more lines; the pager had them (:pager off p\nrints all)\nbehind\nIn [3]:")
		g.ran("print after")
		g.on("behind\nIn [3]: print after\nafter\nIn [4]:")
		g.typed("lines 100\r")
		g.shows("Out[4] · 1–11 of 101")
		g.typed("\x03")
		g.on("prints all)\nIn [5]:")
	}
}

// Whoever leaves from the pager leaves, and sees what was printed behind it.
func TestLeavingFromThePager(t *testing.T) {
	f := newFake()
	g := newGlass(t, f, 60, 16, true)
	g.on("In [1]:")
	g.typed("lines 100\r")
	g.shows("Out[1] · 1–15 of 101")
	f.say("behind\n")
	g.typed("\x1c") // ctrl+\
	select {
	case err := <-g.ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(patienceOfTests):
		t.Fatal("still there")
	}
	g.shows("(:pager off prints all)\nbehind\n")
}
