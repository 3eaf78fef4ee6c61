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
	p.mu.Lock()
	defer p.mu.Unlock()
	text := p.take()
	if text == "" {
		return 0
	}
	return 1 + strings.Count(text, "\n")
}

// written is a view of so many rows as bubbletea writes it.
func written(p *printer, rows int) string {
	return "\x1b[?25lview" + ansi.SetWindowTitle(p.drew(rows)) + "\x1b[?25h"
}

// Lines must fit above the view that is on the screen; and there must be one.
func TestLinesFitAboveTheView(t *testing.T) {
	p := newPrinter()
	p.add(strings.Repeat("line\n", 1000))
	step := func(what string, want int, do func()) {
		t.Helper()
		do()
		if got := taken(p); got != want {
			t.Errorf("%s: %d lines, want %d", what, got, want)
		}
	}
	wrote := func(text string) { p.unmarked([]byte(text)) }
	step("before the window", 0, func() {})
	step("the window", 0, func() { p.filter(nil, tea.WindowSizeMsg{Width: 80, Height: 24}) })
	step("a view that is not written", 0, func() { p.drew(4) })
	step("requests to the terminal", 0, func() { wrote(ansi.RequestBackgroundColor) })
	step("the first view", 20, func() { wrote(written(p, 4)) })
	step("a higher view, which may be written at any moment", 14, func() { p.drew(10) })
	step("written", 14, func() { wrote(written(p, 10)) })
	step("a lower view will leave more room", 0, func() { p.drew(1) })
	step("written", 23, func() { wrote(written(p, 1)) })
	step("a view as high as the window", 1, func() { wrote(written(p, 24)) })
	step("another window", 0, func() { p.filter(nil, tea.WindowSizeMsg{Width: 80, Height: 30}) })
	step("its view", 27, func() { wrote(written(p, 3)) })
	step("the screen is cleared", 0, func() { p.filter(nil, wipe) })
	step("a view of before", 0, func() { wrote(written(p, 3)) })
	step("bubbletea is told", 0, func() { p.filter(nil, tea.ClearScreen()) })
	step("the erasing", 0, func() { wrote("\x1b[H\x1b[2J") })
	step("and a view", 28, func() { wrote(written(p, 2)) })
	step("a window whose message is late", 0, func() {
		p.size = func() (int, int, error) { return 80, 10, nil }
		if msg := p.filter(nil, pour{}); msg != (tea.WindowSizeMsg{Width: 80, Height: 10}) {
			t.Errorf("%v", msg)
		}
	})
}

// Marks do not reach the terminal, and nothing else is lost of what is written.
func TestMarksAreTakenOut(t *testing.T) {
	p := newPrinter()
	first, second := ansi.SetWindowTitle(p.drew(3)), ansi.SetWindowTitle(p.drew(5))
	for _, c := range []struct{ in, out string }{
		{"a" + first + "b" + second + "c", "abc"},
		{"plain \x1b[31m写\x1b]2;", "plain \x1b[31m写\x1b]2;"},
		{ansi.SetWindowTitle(""), ""},
	} {
		if got := string(p.unmarked([]byte(c.in))); got != c.out {
			t.Errorf("%q: %q, want %q", c.in, got, c.out)
		}
	}
	if p.drawn.rows != 5 {
		t.Errorf("%d rows, want those of the last", p.drawn.rows)
	}
}

func TestLinesOfAWiderWindowAreFolded(t *testing.T) {
	p := newPrinter()
	p.filter(nil, tea.WindowSizeMsg{Width: 11, Height: 24})
	p.unmarked([]byte(written(p, 1)))
	p.add("0123456789abcdefghijklm\n写真写真写真\n\n❤️❤️❤️❤️❤️❤️")
	want := "0123456789\nabcdefghij\nklm\n写真写真写\n真\n\n❤️❤️❤️❤️❤️\n❤️"
	if got := p.take(); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestPrinterKeepsOrderAndHoldsCellsBack(t *testing.T) {
	p := newPrinter()
	p.unmarked([]byte(written(p, 1)))
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
		p.mu.Lock()
		text := p.take()
		p.asked = false
		p.mu.Unlock()
		for line := range strings.Lines(text) {
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
