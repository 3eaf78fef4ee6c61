package repl

import (
	"context"
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"graft/repl/render"
	"graft/repl/style"
)

func TestSignatureWhileTyping(t *testing.T) {
	d := newDesk(t, newFake(), 61)
	d.until("ready", func() bool { return d.m.engine != nil })
	d.keys("Printf(")
	d.until("signature", func() bool { return d.m.assist.known })
	d.want("first parameter", d.window(), "In [1]: Printf()\nPrintf(format string, a ...any) (n int, err error)")
	if c := d.m.assist.call; c.text[c.start:c.end] != "format string" {
		t.Errorf("%+v", c)
	}
	d.keys("x, ")
	d.until("second parameter", func() bool { return d.m.assist.call.start == 22 })
	d.keys("ctrl+a")
	d.want("outside the call", d.window(), "In [1]: Printf(x, )")
	d.keys("ctrl+e", "left")
	d.until("again", func() bool { return d.m.assist.known })
	d.m.assist.busy = false
	d.send(signed{"other text", 3, call{"late()", 0, 0}, true})
	if d.m.assist.call.text == "late()" {
		t.Error("an answer to another text is used")
	}
}

// A signature that does not fit loses what stands before the parameter at the cursor.
func TestLongSignature(t *testing.T) {
	d := newDesk(t, newFake(), 31)
	long := "f(first int, second string, third float64, fourth ...map[string]int) error"
	for part, want := range map[string]string{
		"first int":                "f(first int, second string, t…",
		"third float64":            "f(… third float64, fourth ...…",
		"fourth ...map[string]int": "f(… fourth ...map[string]int)…",
	} {
		start := strings.Index(long, part)
		d.m.assist.call = call{long, start, start + len(part)}
		d.m.painter.Profile = colorprofile.ASCII
		if got := d.m.painter.Colour(d.m.signatureLine()); ansi.Strip(got) != want || !strings.Contains(got, "\x1b[1;4m"+part) {
			t.Errorf("%s: %q", part, got)
		}
	}
}

func TestMenuExplains(t *testing.T) {
	for width, want := range map[int]string{
		81: "In [1]: fmt.Print\n f Println  func(a ...any)               │ func fmt.Println(a ...any)\n f Printf   func(format string)          │ Println writes a line.",
		41: "In [1]: fmt.Print\n f Println  func(a ...any)              \n f Printf   func(format string) \nfunc fmt.Println(a ...any)\nPrintln writes a line.",
	} {
		d := newDesk(t, newFake(), width)
		d.until("ready", func() bool { return d.m.engine != nil })
		d.keys("fmt.Pr", "tab")
		d.until("help", func() bool { return d.m.menu != nil && len(d.m.menu.help) > 0 })
		d.want(fmt.Sprint(width), d.window(), want)
		d.keys("tab")
		d.until("nothing on the next", func() bool { return len(d.m.menu.help) == 2 })
		if strings.Contains(d.window(), "writes a line") {
			t.Errorf("%s", d.window())
		}
	}
}

// A name that a string holds goes on behind its quote; a folder does not.
func TestTakingWhatAStringHolds(t *testing.T) {
	for _, c := range []struct {
		text, kind string
		start      int
		want       string
	}{
		{`f("mo")`, "text", 3, `f("mobilenet"|)`}, {`f("mo")`, "folder", 3, `f("mobilenet|")`}, {"f(`mo`)", "file", 3, "f(`mobilenet`|)"},
		{`:load mo`, "file", 6, `:load mobilenet|`}, {`f(mo)`, "func", 2, `f(mobilenet|)`}, {`f("mo`, "text", 3, `f("mobilenet|`},
	} {
		d := newDesk(t, newFake(), 61)
		d.m.edit.Set(c.text)
		d.m.take(choice{Text: "mobilenet", Kind: c.kind}, c.start, c.start+2)
		d.want(c.text, d.m.edit.Before()+"|"+d.m.edit.After(), c.want)
	}
}

// The list leaves room for the prompt, whatever the window.
func TestMenuInSmallWindows(t *testing.T) {
	var items []choice
	for i := range 30 {
		items = append(items, choice{fmt.Sprint("写name", i), "func", "func(a int)\n\tb"})
	}
	mn := &menu{items: items, help: map[int]render.Help{}}
	for i := range items {
		mn.help[i] = render.Help{Signature: "func name(" + strings.Repeat("x int, ", 30) + ")", Doc: strings.Repeat("words and more ", 40)}
	}
	d := newDesk(t, newFake(), 61)
	for _, size := range [][2]int{{20, 5}, {10, 3}, {40, 8}, {70, 5}, {80, 24}, {300, 100}} {
		d.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		rows := max(2, size[1]-2)
		for mn.at = range items {
			lines := mn.lines(d.m, rows)
			if len(lines) > rows {
				t.Fatalf("%v: %d lines in %d", size, len(lines), rows)
			}
			for _, l := range lines {
				if w := ansi.StringWidthWc(l); w > size[0]-1 {
					t.Fatalf("%v: a line of %d cells: %q", size, w, l)
				}
			}
		}
	}
}

func TestElapsed(t *testing.T) {
	d := newDesk(t, newFake(), 61)
	for cell, want := range map[string]string{
		"slow 199ms": "", "slow 200ms": "took 0.2 s", "slow 12.4s": "took 12 s", "slow 75s": "took 1 min 15 s", "slow 3h59m": "took 3 h 59 min",
		"slow 1s\nvalue 3": "Out[N]: 3\ntook 1.0 s", "slow 2s\nfail x": "cell[N]:1:1: x\nfail x\n     ^^^",
		":time x\nslow 2s": "",
	} {
		d.scroll = nil
		n := d.m.count
		d.send(tea.PasteMsg{Content: cell})
		d.keys("alt+enter")
		d.until(cell, func() bool { return d.idle() && d.m.count == n+1 })
		got := strings.ReplaceAll(strings.Join(d.scroll[1:], "\n"), fmt.Sprintf("[%d]", n), "[N]")
		d.want(cell, got, want)
	}
}

func TestTheme(t *testing.T) {
	d := newDesk(t, newFake(), 61)
	d.send(tea.ColorProfileMsg{Profile: colorprofile.TrueColor})
	for _, c := range []struct {
		value   string
		theme   style.Theme
		profile colorprofile.Profile
	}{{"light", style.For(false), colorprofile.TrueColor}, {"none", style.For(true).On(colorprofile.ASCII), colorprofile.ASCII}, {"auto", style.For(true), colorprofile.TrueColor}} {
		d.run("set theme " + c.value)
		if d.m.painter.Theme != c.theme || d.m.painter.Profile != c.profile {
			t.Errorf("%s: %v", c.value, d.m.painter.Profile)
		}
		d.run("set theme")
		d.want("answer", d.scroll[len(d.scroll)-1], "theme is "+c.value+" <nil>")
	}
	for _, mode := range []string{"vi", "emacs"} {
		d.run("set keys " + mode)
		if (d.m.vi != nil) != (mode == "vi") {
			t.Errorf("%s: %v", mode, d.m.vi)
		}
	}
	d.run("set keys")
	d.want("keys", d.scroll[len(d.scroll)-1], "keys is emacs <nil>")
	d.run("set pictures braille")
	d.run("set pictures")
	d.want("pictures", d.scroll[len(d.scroll)-1], "pictures is braille <nil>")
	d.run("set other x")
	d.want("unknown", d.scroll[len(d.scroll)-1], "other is  repl: this terminal has no other")
}

// A front end that never answers does not hold an interrupted cell.
func TestSettingsEndWithTheCell(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := set(ctx, "theme", "dark", func(any) { cancel() }); err == nil {
		t.Error("no error")
	}
}
