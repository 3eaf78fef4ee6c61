package repl

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// taken counts the lines that the printer inserts at once, of many that wait.
func taken(p *printer) int {
	text := p.take()
	if text == "" {
		return 0
	}
	return 1 + strings.Count(text, "\n")
}

// Lines must fit below every view that may be on the screen: that is the last one
// written or the one before, and all that came after.
func TestRoomIsWhatAnyViewLeaves(t *testing.T) {
	p := newPrinter()
	p.add(strings.Repeat("line\n", 1000))
	step := func(what string, want int, do func()) {
		t.Helper()
		do()
		if got := taken(p); got != want {
			t.Errorf("%s: %d lines, want %d", what, got, want)
		}
	}
	frame := []byte("\x1b[?25lview\x1b[?25h")
	step("before the window", 0, func() {})
	step("the window", 0, func() { p.resize(80, 24) })
	step("a view that is not written", 0, func() { p.drew(4) })
	step("requests to the terminal", 0, func() { p.wrote([]byte(ansi.RequestBackgroundColor)) })
	step("the first view", 20, func() { p.wrote([]byte(ansi.SetModeBracketedPaste + "view")) })
	step("a higher view", 14, func() { p.drew(10) })
	step("a lower one", 14, func() { p.drew(1) })
	step("another", 14, func() { p.drew(2) })
	step("one write, perhaps of requests", 14, func() { p.wrote(frame) })
	step("two writes", 22, func() { p.wrote(frame) })
	step("a view as high as the window", 1, func() { p.drew(24) })
	step("another window", 0, func() { p.resize(80, 30) })
	step("its view", 6, func() { p.drew(3); p.wrote(frame); p.wrote(frame) })
	step("the screen is cleared", 0, func() { p.filter(nil, wipe) })
	step("a view of before", 0, func() { p.wrote(frame) })
	step("bubbletea is told", 0, func() { p.filter(nil, tea.ClearScreen()) })
	step("the erasing", 0, func() { p.wrote([]byte("\x1b[H\x1b[2J")) })
	step("and a view", 6, func() { p.drew(3); p.wrote(frame) })
	step("its view for sure", 27, func() { p.drew(3); p.wrote(frame); p.wrote(frame) })
}

// An insertion is no view.
func TestAnInsertionIsNotTakenForAView(t *testing.T) {
	p := newPrinter()
	p.resize(80, 24)
	p.drew(10)
	p.wrote([]byte(ansi.SetModeBracketedPaste))
	p.add("a\n\nb")
	for range 5 {
		p.drew(1)
		msg := p.filter(nil, pour{})
		if msg == nil {
			p.add("c")
			continue
		}
		text := strings.TrimSuffix(strings.TrimPrefix(fmt.Sprint(msg), "{"), "}")
		p.wrote([]byte("\r\n\x1b[L" + strings.ReplaceAll(text, "\n", "\x1b[K\r\n") + "\x1b[K\r\n"))
	}
	p.add(strings.Repeat("line\n", 100))
	if n := taken(p); n != 14 {
		t.Errorf("%d lines: the view of 10 lines may still be on the screen", n)
	}
}

func TestLinesOfAWiderWindowAreFolded(t *testing.T) {
	p := newPrinter()
	p.resize(11, 24)
	p.drew(1)
	p.wrote([]byte(ansi.SetModeBracketedPaste))
	p.add("0123456789abcdefghijklm\n写真写真写真\n\n❤️❤️❤️❤️❤️❤️")
	want := "0123456789\nabcdefghij\nklm\n写真写真写\n真\n\n❤️❤️❤️❤️❤️\n❤️"
	if got := p.take(); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestPrinterKeepsOrderAndHoldsCellsBack(t *testing.T) {
	p := newPrinter()
	p.resize(80, 24)
	p.drew(1)
	p.wrote([]byte(ansi.SetModeBracketedPaste))
	var wg sync.WaitGroup
	const n = 5 * backlog
	wg.Go(func() {
		for i := range n {
			p.wait()
			p.add(fmt.Sprint(i))
		}
		p.close()
	})
	next, quit := 0, false
	p.run(func(msg tea.Msg) {
		p.mu.Lock()
		if len(p.queue) > backlog+1 {
			t.Errorf("%d lines wait", len(p.queue))
		}
		p.mu.Unlock()
		for line := range strings.Lines(p.take()) {
			if strings.TrimSpace(line) != fmt.Sprint(next) {
				t.Fatalf("line %d is %q", next, line)
			}
			next++
		}
	}, func() { quit = true })
	wg.Wait()
	if next != n || !quit {
		t.Errorf("%d of %d lines, quit %v", next, n, quit)
	}
}

// A screen that is gone holds nobody up.
func TestPrinterStops(t *testing.T) {
	p := newPrinter()
	p.add(strings.Repeat("line\n", 2*backlog))
	var wg sync.WaitGroup
	wg.Go(p.wait)
	wg.Go(func() { p.run(func(tea.Msg) { t.Error("printed in the dark") }, func() {}) })
	p.stop()
	wg.Wait()
}
