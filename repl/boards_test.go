package repl

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"graft/lib/display"
)

// fitDesk is a desk on which a cell was begun, and its board has come.
func fitDesk(t *testing.T, width int, cell string) (*fake, *desk) {
	f := newFake()
	d := newDesk(t, f, width)
	d.until("ready", func() bool { return d.m.engine != nil })
	d.begin(cell)
	return f, d
}

// begin types a cell and waits for its board.
func (d *desk) begin(cell string) {
	d.t.Helper()
	n := len(d.m.boards.list)
	d.keys(cell, "enter")
	d.until("board of "+cell, func() bool { return len(d.m.boards.list) > n })
}

// shows waits until the window holds text.
func (d *desk) shows(text string) {
	d.t.Helper()
	d.until("window with "+text, func() bool { return strings.Contains(d.window(), text) })
}

func TestKeysOfARunningFit(t *testing.T) {
	f, d := fitDesk(t, 80, "train a 2")
	d.shows("n step  p pause  q stop  l learning rate  ? help")
	d.keys("n")
	d.shows("step 1/4")
	d.keys("p")
	d.shows("paused")
	d.shows("p resume")
	d.keys("p")
	d.until("goes on", func() bool { return !strings.Contains(d.window(), "paused") })
	d.keys("l")
	d.shows("learning rate, now 0.1: ")
	d.keys("0.0p", "backspace", "5")
	d.shows("learning rate, now 0.1: 0.05")
	d.keys("enter")
	d.shows("learning rate 0.05 from the next step on")
	d.keys("n")
	d.shows("· learning rate 0.1 → 0.05")
	if strings.Contains(d.window(), "from the next step on") {
		t.Errorf("said again what the board shows\n%s", d.window())
	}
	d.keys("l", "abc", "enter")
	d.shows(`"abc" is no learning rate (want a number such as 5e-4)`)
	d.keys("l", "7", "esc")
	d.shows("p pause")
	d.keys("?")
	d.shows("p hold the run before its next step")
	d.keys("?")
	d.shows("p pause")
	d.keys("q")
	d.until("end", d.idle)
	d.want("one summary, and the prompt", fmt.Sprint(len(d.scroll), d.window()), "2In [2]: ")
	for _, part := range []string{"fit a\n", "■ stopped after 0 of 2 epochs and 2 steps", "learning rate 0.1 → 0.05", "stopped by a key"} {
		if !strings.Contains(d.scroll[1], part) {
			t.Errorf("no %q in the summary\n%s", part, d.scroll[1])
		}
	}
	d.want("ran", fmt.Sprintf("%q", f.ran), `["train a 2"]`)
}

func TestAFitEndsByItself(t *testing.T) {
	_, d := fitDesk(t, 80, "train a 2")
	d.keys("nnnnnnnn")
	d.until("end", d.idle)
	want := "fit a\nepoch  train_loss  valid_loss  accuracy   lr\n    1      0.2500      0.5000     0.100  0.1  best\n    2      0.1250      0.5000     0.200  0.1"
	if !strings.HasPrefix(d.scroll[1], want) || !strings.HasSuffix(d.scroll[1], "✓ done: 2 epochs · best epoch 1") {
		t.Errorf("summary\n%s", d.scroll[1])
	}
}

// What is typed ahead while a fit runs is a cell, even where it holds keys of the fit.
func TestTypeAheadBesideAFit(t *testing.T) {
	f, d := fitDesk(t, 80, "train a 1")
	d.keys("value nppq", "enter")
	d.shows("typed ahead: value nppq⏎ · esc drops it")
	d.keys("esc", "n")
	d.shows("step 1/4")
	d.keys("value 7n", "enter")
	d.send(tea.PasteMsg{Content: "print x"})
	f.Interrupt()
	d.until("both", func() bool { return d.idle() && d.m.count == 3 })
	d.want("ran", fmt.Sprintf("%q", f.ran), `["train a 1" "value 7n"]`)
	d.want("pasted", d.m.edit.Text(), "print x")
}

func TestInterruptOfAFit(t *testing.T) {
	_, d := fitDesk(t, 80, "train a 3")
	d.keys("n")
	d.shows("step 1/4")
	d.keys("ctrl+c")
	d.until("end", d.idle)
	if !strings.Contains(d.log(), "■ interrupted after 0 of 3 epochs and 1 step") || !strings.HasSuffix(d.log(), "interrupted") || len(d.m.boards.list) > 0 {
		t.Errorf("scrollback\n%s", d.log())
	}
}

func TestFitInTheBackground(t *testing.T) {
	f, d := fitDesk(t, 80, "async a 2")
	d.until("prompt", d.idle)
	d.shows("In [2]: ")
	d.want("compact above the prompt", d.window(), "▌ a ───────────────────────── epoch 1/2  step 0/4\n▌ lr 0.1\nf6 steers: step, pause, stop, learning rate\nIn [2]: ")
	d.keys("print np", "enter")
	d.until("cell", func() bool { return d.idle() && d.m.count == 3 })
	d.want("letters are text", fmt.Sprintf("%q", f.ran), `["async a 2" "print np"]`)
	d.want("its output", d.scroll[len(d.scroll)-1], "np")
	d.keys("half", "f6")
	d.shows("? help  esc back")
	d.keys("nnp")
	d.shows("paused")
	d.shows("step 2/4")
	d.keys("x")
	d.shows("esc goes back to the prompt")
	d.keys("p", "esc", "np")
	d.want("prompt", d.m.edit.Text(), "halfnp")
	d.keys("ctrl+x", "f")
	d.shows("esc back")
	d.keys("esc")
	d.keys("f6", "nnnnnn")
	d.until("end", func() bool { return len(d.m.boards.list) == 0 })
	if s := d.scroll[len(d.scroll)-1]; !strings.HasPrefix(s, "fit a\nepoch") || !strings.HasSuffix(s, "✓ done: 2 epochs · best epoch 1") {
		t.Errorf("summary\n%s", s)
	}
	d.want("the prompt is as it was", d.window(), "In [3]: halfnp")
	d.keys("n")
	d.want("and has the keys", d.m.edit.Text(), "halfnpn")
}

func TestSeveralFits(t *testing.T) {
	_, d := fitDesk(t, 80, "async a 1")
	d.until("prompt", d.idle)
	d.begin("async b 1")
	d.until("prompt", d.idle)
	d.begin("train c 1")
	d.keys("n", "f6", "nn", "f6", "nnn")
	d.until("steps", func() bool {
		return strings.Contains(d.window(), "step 2/4") && strings.Contains(d.window(), "step 3/4") && strings.Contains(d.window(), "step 1/4")
	})
	d.keys("esc", "q")
	d.until("c ends", func() bool { return d.idle() && len(d.m.boards.list) == 2 })
	d.keys("f6", "q")
	d.until("a ends", func() bool { return len(d.m.boards.list) == 1 })
	if w := d.window(); !strings.HasPrefix(w, "▌ b ") || d.m.boards.focus != "" {
		t.Errorf("left\n%s", w)
	}
}

// A question about a fit goes with it, also where another fit has the keys then.
func TestAQuestionEndsWithItsFit(t *testing.T) {
	_, d := fitDesk(t, 80, "async a 1")
	d.until("prompt", d.idle)
	d.begin("train b 1")
	stop := d.m.boards.list[0].bundle.Actions[2]
	d.keys("f6", "l")
	d.shows("learning rate, now")
	go func() { _, _ = stop.Do("") }()
	d.until("end", func() bool { return len(d.m.boards.list) == 1 })
	if d.m.boards.asking != nil || d.m.steered() == nil {
		t.Errorf("asks on\n%s", d.window())
	}
}

// Leaving asks once, stops what runs, and waits for it.
func TestLeavingStopsFits(t *testing.T) {
	_, d := fitDesk(t, 80, "async a 1")
	d.until("prompt", d.idle)
	log := ""
	d.m.leave = func() { d.left, log = true, d.log() }
	d.keys("ctrl+d")
	d.shows("press ctrl+d again to leave; the fit stops")
	if d.keys("ctrl+d"); d.left {
		t.Error("left before the fit has ended")
	}
	d.until("left", func() bool { return d.left })
	if !strings.Contains(log, "■ interrupted after 0 of 1 epoch\nparked") {
		t.Errorf("scrollback before leaving\n%s", log)
	}
	_, d = fitDesk(t, 80, "async a 1")
	d.until("prompt", d.idle)
	d.m.boards.list[0].bundle.Actions = d.m.boards.list[0].bundle.Actions[:2] // it cannot be stopped
	d.keys("ctrl+c", "ctrl+c")
	d.shows("ctrl+c again leaves at once")
	if d.keys("ctrl+c"); !d.left {
		t.Error("still there")
	}
}

// A terminal that is lost ends the event loop, and the fits all the same.
func TestLostTerminalParksFits(t *testing.T) {
	_, d := fitDesk(t, 80, "async a 1")
	d.until("prompt", d.idle)
	d.begin("async b 1")
	d.until("prompt", d.idle)
	if err := leave(t.Context(), nil, d.m); err != nil || len(d.m.afloat.boards) > 0 {
		t.Errorf("%v, %d fits run", err, len(d.m.afloat.boards))
	}
	for parked := 0; parked < 2; {
		select {
		case msg := <-d.msgs: // others come, too
			if u, ok := msg.(updated); ok && strings.Contains(u.bundle.Data[display.Text].(string), "■ interrupted") {
				parked++
			}
		case <-time.After(patienceOfTests):
			t.Fatalf("%d of 2 fits are parked", parked)
		}
	}
}

// Output beside a board goes to the scrollback, and the board stays at the bottom.
func TestOutputBesideABoard(t *testing.T) {
	f, d := fitDesk(t, 80, "train a 1")
	go func() {
		for i := range 100 {
			f.last(streamed{"stdout", fmt.Sprintf("line %d\n", i)})
		}
	}()
	d.until("all lines", func() bool { return strings.Contains(d.log(), "line 99") })
	if !strings.HasPrefix(d.window(), "fit a\n") || strings.Contains(d.window()+d.log()[:20], "line 0") {
		t.Errorf("window\n%s", d.window())
	}
	d.keys("q")
	d.until("end", d.idle)
	if n := strings.Count(d.log(), "fit a"); n != 1 {
		t.Errorf("%d boards in the scrollback\n%s", n, d.log())
	}
}

// In every window the view fits, and follows when the window changes.
func TestBoardsInSmallWindows(t *testing.T) {
	_, d := fitDesk(t, 80, "async a 3")
	d.until("prompt", d.idle)
	d.begin("train b 3")
	d.keys("nnnnnnnnn")
	d.shows("step 1/4")
	for _, size := range [][2]int{{20, 5}, {40, 12}, {300, 100}, {7, 3}, {20, 1}, {80, 24}} {
		for _, keys := range []string{"", "?", "l", "esc", "l!", "enter", "f6", "?"} {
			if keys == "f6" || keys == "esc" || keys == "enter" {
				d.keys(keys)
			} else {
				d.keys(strings.Split(keys, "")...)
			}
			d.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
			lines := strings.Split(d.window(), "\n")
			if len(lines) > size[1] {
				t.Errorf("%d lines in %v after %q\n%s", len(lines), size, keys, d.window())
			}
			for _, l := range lines {
				if w := ansi.StringWidthWc(l); w > size[0] {
					t.Errorf("%d cells in %v after %q: %q", w, size, keys, l)
				}
			}
		}
		d.keys("esc", "esc")
	}
}
