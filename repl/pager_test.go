package repl

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// lettered is a cell whose value is n lines.
func lettered(n int) string {
	var lines []string
	for i := range n {
		lines = append(lines, fmt.Sprintf("line %03d", i+1))
	}
	return strings.Join(lines, "/")
}

// paging is a desk on which a text of 100 lines is open in a window of 8 lines.
func paging(t *testing.T) *desk {
	d := newDesk(t, newFake(), 41)
	d.send(tea.WindowSizeMsg{Width: 41, Height: 8})
	d.run("page " + lettered(100))
	if d.m.pager == nil {
		t.Fatal("no pager")
	}
	d.m.elsewhere = func() bool { return true }
	return d
}

func (d *desk) top() string {
	first, _, _ := strings.Cut(d.window(), "\n")
	return strings.TrimSpace(first)
}

func TestPager(t *testing.T) {
	d := paging(t)
	if !d.m.View().AltScreen || strings.Count(d.window(), "\n") != 7 {
		t.Fatalf("window\n%s", d.window())
	}
	for _, c := range []struct{ keys, want string }{
		{"j", "002"}, {"down", "003"}, {"k", "002"}, {"space", "009"}, {"b", "002"}, {"d", "005"}, {"u", "002"}, {"G", "094"}, {"j", "094"}, {"g", "001"}, {"up", "001"},
		{"pgdown", "008"}, {"end", "094"}, {"home", "001"},
		{"/ 0 5 enter", "005"}, {"n", "050"}, {"n", "051"}, {"N", "050"}, {"N", "005"}, {"N", "059"}, {"n", "005"},
		{"? 1 0 0 enter", "094"}, {"/ z z enter", "094"}, {"/ esc j", "094"}, {"g", "001"},
		{"/ 9 x backspace 9 enter", "094"}, {"x", "094"},
	} {
		d.keys(strings.Fields(c.keys)...)
		if got := d.top(); got != "line "+c.want {
			t.Errorf("%s: %q, want %s\n%s", c.keys, got, c.want, d.window())
		}
	}
	d.keys("g", "/", "Z", "z", "enter")
	if !strings.HasSuffix(d.window(), "not found: Zz ") {
		t.Errorf("window\n%s", d.window())
	}
	d.send(tea.WindowSizeMsg{Width: 91, Height: 8})
	d.keys("h")
	if !strings.Contains(d.window(), "/ ? n N search · q back") {
		t.Errorf("window\n%s", d.window())
	}
	d.keys("q")
	d.want("window", d.window(), "In [2]: ")
	if d.m.View().AltScreen {
		t.Error("still on the other screen")
	}
	d.want("scrollback", d.log(), "In [1]: page "+foldAt(lettered(100), 32)+"\nline 001\nline 002\nline 003\n… 97 more lines; the pager had them\n(:pager off prints all)")
}

// foldAt breaks a cell that was typed, as the editor does.
func foldAt(text string, width int) string {
	first := width - len("page ")
	out := []string{text[:first]}
	for text = text[first:]; len(text) > width; text = text[width:] {
		out = append(out, text[:width])
	}
	return strings.Join(append(out, text), "\n        ")
}

// What the pager finds is marked, in the middle of colours and of wide characters.
func TestPagerMarks(t *testing.T) {
	p := &pager{pattern: "写b"}
	got := p.marked("\x1b[31m真写b\x1b[32m写B写b\x1b[m")
	if ansi.Strip(got) != "真写b写B写b" || strings.Count(got, "\x1b[7m写b\x1b[m") != 2 {
		t.Errorf("%q", got)
	}
	p.pattern = "写B"
	if n := len(p.matches("写b写B")); n != 1 {
		t.Errorf("%d matches", n)
	}
	p.pattern = "b" // the Kelvin sign is shorter in small letters
	for line, want := range map[string]string{
		"\x1b[31m\u212ab\x1b[mb":                           "\x1b[31m\u212a\x1b[m\x1b[7mb\x1b[m\x1b[31m\x1b[m\x1b[m\x1b[7mb\x1b[m",
		strings.Repeat("\x1b[31ma\x1b[mb", 12) + "\x1b[1m": strings.Repeat("\x1b[31ma\x1b[m\x1b[m\x1b[7mb\x1b[m", 12) + "\x1b[1m",
	} {
		if got := p.marked(line); got != want {
			t.Errorf("%d bytes %.200q, want %q", len(got), got, want)
		}
	}
}

func TestPagerFollowsTheWindow(t *testing.T) {
	d := paging(t)
	d.keys("space", "space")
	for _, size := range [][2]int{{20, 5}, {9, 3}, {5, 2}, {3, 1}, {300, 100}, {41, 8}} {
		d.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		lines := strings.Split(d.window(), "\n")
		if len(lines) != max(2, size[1]) {
			t.Errorf("%v: %d lines", size, len(lines))
		}
		for _, l := range lines {
			if ansi.StringWidthWc(l) > size[0] {
				t.Errorf("%v: %q", size, l)
			}
		}
	}
}

// Long results and answers are read; what fits, what comes while somebody types, and
// everything without the pager, is printed.
func TestWhatIsRead(t *testing.T) {
	d := newDesk(t, newFake(), 41)
	d.run("value short")
	if d.m.pager != nil {
		t.Fatal("a pager for a short result")
	}
	d.m.height = 8
	d.run("page " + lettered(6))
	d.want("what fits", d.scroll[len(d.scroll)-1], strings.ReplaceAll(lettered(6), "/", "\n"))
	d.run("set pager off")
	d.run("page " + lettered(20))
	d.want("without a pager", d.scroll[len(d.scroll)-1], strings.ReplaceAll(lettered(20), "/", "\n"))
	d.run("set pager on")
	d.run("set pager")
	d.want("answer", d.scroll[len(d.scroll)-1], "pager is on <nil>")
	n := d.m.count
	d.keys("page "+lettered(20), "enter")
	d.until("running", func() bool { return d.m.phase == running })
	d.keys("x")
	d.until("end", func() bool { return d.m.phase == idle && d.m.count == n+1 })
	if d.m.pager != nil || d.m.edit.Text() != "x" {
		t.Errorf("typed ahead: pager %v, text %q", d.m.pager != nil, d.m.edit.Text())
	}
}

func TestLongResult(t *testing.T) {
	d := newDesk(t, newFake(), 41)
	d.m.height = 8
	d.run("lines 30")
	if d.m.pager == nil || d.m.pager.title != "Out[1]" {
		t.Fatalf("no pager\n%s", d.log())
	}
	d.want("scrollback", strings.Join(d.scroll[1:], "\n"), "Out[1]:\nline 001\nline 002\nline 003\n… 27 more lines; the pager had them\n(:pager off prints all)")
}

// Keys that came before the pager was there are for the prompt, and wait until it is
// gone; an interrupt closes it and nothing else; what goes on behind it goes on.
func TestBehindThePager(t *testing.T) {
	d := newDesk(t, newFake(), 61)
	d.m.height = 8
	var held []bool
	d.m.withhold = func(on bool) { held = append(held, on) }
	d.run("show fit at work\npage " + lettered(50))
	d.keys("q")
	if d.m.pager == nil {
		t.Fatal("an early key closed it")
	}
	d.m.elsewhere = func() bool { return true }
	before := len(d.scroll)
	d.send(streamed{"stdout", "late\n"})
	d.send(tea.PasteMsg{Content: "pasted"})
	if len(d.scroll) != before+1 { // the printer holds it back
		t.Errorf("scrollback %q", d.scroll[before:])
	}
	d.keys("ctrl+c")
	if d.m.pager != nil || d.left || d.m.leaving != "" {
		t.Error("the interrupt did not close it, or did more")
	}
	d.want("keys", d.m.edit.Text(), "qpasted")
	d.want("holds", fmt.Sprint(held), "[true false]")
	d.m.edit.Reset()
	d.run("page " + lettered(50))
	d.send(signaled{})
	if d.m.pager != nil {
		t.Error("a signal did not close it")
	}
}

// What is printed waits for the first screen.
func TestPrinterHolds(t *testing.T) {
	p := newPrinter()
	p.unmarked([]byte(written(p, 1)))
	p.add("first")
	if got := p.take(); got != "first" {
		t.Fatalf("%q", got)
	}
	p.hold(true)
	p.add("second")
	if got := p.take(); got != "" {
		t.Errorf("held: %q", got)
	}
	p.switches([]byte("x" + ansi.SetModeAltScreenSaveCursor + "pager"))
	p.hold(false)
	if got := p.take(); got != "" {
		t.Errorf("on the other screen: %q", got)
	}
	p.switches([]byte(ansi.ResetModeAltScreenSaveCursor + "prompt"))
	if got := p.take(); got != "second" {
		t.Errorf("back: %q", got)
	}
}

// Any keys in any window leave the pager with a whole view of its text, or close it.
func TestPagerTakesAnyKeys(t *testing.T) {
	d := paging(t)
	random := rand.New(rand.NewPCG(1, 2))
	names := []string{"j", "k", "d", "u", "g", "G", "n", "N", "/", "?", "0", "9", "l", "写", "x", "space", "pgdown", "home", "end", "up", "down", "left", "backspace", "esc", "enter", "ctrl+u", "ctrl+d", "tab"}
	for range 3000 {
		if d.m.pager == nil {
			d.m.edit.Reset()
			d.run("lines 100")
		}
		if random.IntN(20) == 0 {
			d.send(tea.WindowSizeMsg{Width: 1 + random.IntN(60), Height: 1 + random.IntN(30)})
		}
		d.keys(names[random.IntN(len(names))])
		p := d.m.pager
		if p == nil {
			continue
		}
		lines := strings.Split(d.window(), "\n")
		if len(lines) != d.m.pagerRows()+1 || p.top < 0 || p.top > max(0, len(p.lines)-d.m.pagerRows()) {
			t.Fatalf("%d lines from %d of %d in a window of %d", len(lines), p.top, len(p.lines), d.m.height)
		}
		for _, l := range lines {
			if w := ansi.StringWidthWc(l); w > max(1, d.m.painter.Width) {
				t.Fatalf("%d cells in %d: %q", w, d.m.painter.Width, l)
			}
		}
	}
}

// A fit in the background goes on behind the pager, whose keys are not the fit's.
func TestFitBehindThePager(t *testing.T) {
	_, d := fitDesk(t, 80, "async a 2")
	d.until("prompt", d.idle)
	d.run("page " + lettered(60))
	if d.m.pager == nil {
		t.Fatal("no pager")
	}
	d.m.elsewhere = func() bool { return true }
	act := func(label string) {
		for _, a := range d.m.boards.list[0].bundle.Actions {
			if a.Label == label {
				go func() { _, _ = a.Do("") }()
			}
		}
	}
	d.keys("n", "p", "f6")
	act("step")
	before := d.m.boards.list[0].updates
	d.until("update", func() bool { return d.m.boards.list[0].updates > before })
	if !d.m.View().AltScreen {
		t.Error("the update has closed the pager")
	}
	d.keys("q")
	d.shows("step 1/4")
	if len(d.m.boards.list) != 1 {
		t.Fatal("q has stopped the fit")
	}
	d.run("page " + lettered(60))
	act("stop")
	d.until("end", func() bool { return len(d.m.boards.list) == 0 })
	if d.m.pager == nil {
		t.Error("the end has closed the pager")
	}
	d.keys("ctrl+c")
	d.want("window", d.window(), "In [4]: ")
	if !strings.Contains(d.log(), "stopped by a key") {
		t.Errorf("no summary\n%s", d.log())
	}
}
