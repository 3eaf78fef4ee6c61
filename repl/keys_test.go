package repl

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
)

// named are keys by the names that the tables use.
func named(t *testing.T, name string) tea.KeyPressMsg {
	t.Helper()
	codes := map[string]rune{
		"enter": tea.KeyEnter, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight,
		"home": tea.KeyHome, "end": tea.KeyEnd, "esc": tea.KeyEscape, "backspace": tea.KeyBackspace, "delete": tea.KeyDelete,
		"pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "space": tea.KeySpace, "f1": tea.KeyF1, "f4": tea.KeyF4,
	}
	var k tea.KeyPressMsg
	rest := name
	for _, m := range []struct {
		name string
		mod  tea.KeyMod
	}{{"ctrl+", tea.ModCtrl}, {"alt+", tea.ModAlt}, {"shift+", tea.ModShift}} {
		if s, ok := strings.CutPrefix(rest, m.name); ok {
			rest, k.Mod = s, k.Mod|m.mod
		}
	}
	if code, ok := codes[rest]; ok {
		k.Code = code
	} else if r := []rune(rest); len(r) == 1 {
		k.Code = r[0]
	}
	if k.String() != name {
		t.Fatalf("%q is no key: %q", name, k)
	}
	return k
}

// press presses keys by their names: of text, each is typed.
func (d *desk) press(names ...string) {
	d.t.Helper()
	for _, n := range names {
		if strings.Contains(n, "+") || special[n].Code != 0 || n == "delete" || n == "f1" || n == "f4" || strings.HasPrefix(n, "pg") {
			d.send(named(d.t, n))
			continue
		}
		d.keys(n)
	}
}

func TestEveryKeyOfTheTablesIsAKey(t *testing.T) {
	seen := map[string]string{}
	for _, e := range edits {
		for _, name := range e.Keys() {
			for _, part := range strings.Split(name, " ") {
				if len(part) > 1 {
					named(t, part)
				}
			}
			if does := seen[name]; does != "" && does != e.Help().Desc {
				t.Errorf("%s does both %q and %q", name, does, e.Help().Desc)
			}
			seen[name] = e.Help().Desc
		}
	}
	help := keyHelp()
	for _, e := range append(append(append([]edit{}, moves...), changes...), selections...) {
		if !strings.Contains(help, e.Help().Key+" ") || !strings.Contains(help, e.Help().Desc) {
			t.Errorf("%s is missing in the help", e.Help().Key)
		}
	}
}

func TestEditingKeys(t *testing.T) {
	for _, c := range []struct{ keys, want string }{
		{"one two,shift+left,shift+left,x", "one tx"},
		{"one two,ctrl+shift+left,(", "one ("},
		{"one two,shift+home,ctrl+w,ctrl+y,ctrl+y", "one twoone two"},
		{"one,ctrl+space,home,ctrl+w,two ,ctrl+y", "two one"},
		{"one two,alt+shift+left,alt+w,end,ctrl+y", "one twotwo"},
		{"one two,ctrl+w,x,home,ctrl+k,ctrl+y,alt+y", "two"},
		{"one two,ctrl+w,ctrl+w,ctrl+y", "one two"},
		{"one,ctrl+j,two,shift+up,delete", "one"},
		{"one,ctrl+x,h,two", "two"},
		{"one,ctrl+space,home,ctrl+x,ctrl+x,x,ctrl+_,y", "oney"},
		{"one two,ctrl+_,ctrl+_,alt+/,ctrl+x,ctrl+u,ctrl+x,ctrl+r", "one"},
		{"ab,ctrl+t,home,alt+u", "BA"},
		{"ONE TWO,home,alt+l,alt+c", "one Two"},
		{"one,alt+;,ctrl+j,two", "// one\n// two"},
		{"one,ctrl+j,two,shift+up,tab", "\tone\n\ttwo"},
		{"one,home,tab,end,shift+tab", "one"},
		{"if x {,ctrl+j,y", "if x {\n\ty\n}"},
		{"one,ctrl+j,two,up,alt+j", "one two"},
		{"f(,backspace,x", "fx"},
		{"a b,alt+backspace,home,alt+d,alt+>,c", " c"},
	} {
		d := newDesk(t, newFake(), 61)
		d.press(strings.Split(c.keys, ",")...)
		if strings.Contains(c.keys, "alt+;") {
			c.want = "// one\ntwo"
		}
		d.want(c.keys, d.m.edit.Text(), c.want)
	}
}

func TestHelpOnTheNameAtTheCursor(t *testing.T) {
	d := newDesk(t, newFake(), 61)
	d.m.height = 100
	d.press("fmt.Println", "f1")
	d.until("help", func() bool { return strings.Contains(d.log(), "func fmt.Println(") })
	d.want("text", d.m.edit.Text(), "fmt.Println")
	d.press("ctrl+u", "f1")
	d.until("keys", func() bool { return strings.Contains(d.log(), "page up") })
}

func TestUnknownChord(t *testing.T) {
	d := newDesk(t, newFake(), 61)
	d.press("a", "ctrl+x", "q", "b")
	d.want("text", d.m.edit.Text(), "ab")
	d.press("ctrl+x", "q")
	d.want("hint", d.m.hint, "ctrl+x q means nothing (? shows the keys)")
}

func TestCopiesGoToTheClipboard(t *testing.T) {
	d := newDesk(t, newFake(), 61)
	d.press("写 two", "shift+home")
	_, cmd := d.m.Update(named(t, "alt+w"))
	if got := cmd(); got != tea.SetClipboard("写 two")() {
		t.Errorf("command %v", got)
	}
	d.send(tea.PasteMsg{Content: strings.Repeat("x", clipboardBytes)})
	d.press("ctrl+x", "h", "alt+w")
	d.want("hint", d.m.hint, "copied; too long for the clipboard outside (ctrl+y inserts it)")
}

func TestSelectionIsSeen(t *testing.T) {
	d := newDesk(t, newFake(), 61)
	d.m.painter.Profile = colorprofile.TrueColor
	d.press("one two", "ctrl+shift+left")
	selected := "\x1b[" + string(d.m.painter.Theme.Selection) + "mtwo\x1b[m"
	if s := d.m.View().Content; !strings.Contains(s, selected) {
		t.Errorf("%q has no %q", s, selected)
	}
	d.send(tea.ColorProfileMsg{Profile: colorprofile.ASCII})
	if s := d.m.View().Content; !strings.Contains(s, "\x1b[7mtwo\x1b[m") {
		t.Errorf("without colours %q", s)
	}
	d.press("ctrl+j", "ctrl+j", "shift+up", "shift+up")
	if s := d.m.View().Content; strings.Count(s, "\x1b[7m \x1b[m") != 2 {
		t.Errorf("the line ends are not seen: %q", s)
	}
	d.press("esc")
	if s := d.m.View().Content; strings.Contains(s, "\x1b[7m") {
		t.Errorf("still selected: %q", s)
	}
}

// The Enter key inside brackets that have closed themselves.
func TestEnterWithinBrackets(t *testing.T) {
	for _, c := range []struct{ keys, text, ran string }{
		{"value (1,enter", "", "value (1)"},
		{"for {,enter,print a,enter,},enter", "", "for {\n\tprint a\n}"},
		{"for {,enter,print a,enter,enter,enter", "", "for {\n\tprint a\n}"},
		{"for {,enter,print a,down,enter", "", "for {\n\tprint a\n}"},
		{"for {,print a,enter", "for {print a\n\t\n}", ""},
		{"f(`a,enter,b", "f(`a\nb`)", ""},
		{"!echo {,enter", "", "!echo {}"},
	} {
		f := newFake()
		d := newDesk(t, f, 61)
		d.until("ready", func() bool { return d.m.engine != nil })
		for _, k := range strings.Split(c.keys, ",") {
			d.press(k)
			d.until("answer", d.idle)
		}
		if c.ran != "" {
			d.until("run", func() bool { return d.idle() && d.m.count == 2 })
		}
		d.want(c.keys+": text", d.m.edit.Text(), c.text)
		d.want(c.keys+": ran", strings.Join(f.ran, "|"), c.ran)
	}
}

func TestFormatKey(t *testing.T) {
	d := newDesk(t, newFake(), 61)
	d.send(tea.PasteMsg{Content: "x:=f( 1 )\nfunc f(n int)int{return n}"})
	d.press("up", "end", "left", "alt+g")
	d.until("formatted", func() bool { return strings.HasPrefix(d.m.edit.Text(), "x := f(1)\n") })
	d.want("cursor", d.m.edit.Before(), "x := f(1")
	d.press("alt+g")
	d.until("again", func() bool { return d.m.hint != "" })
	d.want("hint", d.m.hint, "gofmt: nothing to change")
	d.press("ctrl+_")
	d.want("undone", d.m.edit.Text(), "x:=f( 1 )\nfunc f(n int)int{return n}")
	d.press("ctrl+x", "h", "a b", "alt+g")
	d.until("error", func() bool { return strings.HasPrefix(d.m.hint, "gofmt: line 1, column 3: syntax error") })
	d.want("text", d.m.edit.Text(), "a b")
}

func TestSuggestionByWord(t *testing.T) {
	d := newDesk(t, newFake(`print("some words", 1)`, "two\nlines"), 61)
	d.until("ready", func() bool { return d.m.engine != nil })
	d.press(`print("s`)
	d.want("in the quotes", d.window(), `In [1]: print("some words", 1)`)
	d.press("alt+f")
	d.want("a word", d.m.edit.Text(), `print("some")`)
	d.want("still there", d.window(), `In [1]: print("some words", 1)`)
	d.press("ctrl+right", "ctrl+x", "h", "tw", "right")
	d.want("first line", d.m.edit.Text(), "two")
	d.press("ctrl+x", "h", "for {", "ctrl+j", "pri")
	d.want("a line of a block", d.window(), "In [1]: for {\n   ...:     print(\"some words\", 1)\n   ...: }")
	d.press("end")
	d.want("taken", d.m.edit.Text(), "for {\n\tprint(\"some words\", 1)\n}")
}

func TestOlderCellsFromAnyLine(t *testing.T) {
	d := newDesk(t, newFake("print old", "for {\n}"), 61)
	d.until("ready", func() bool { return d.m.engine != nil })
	d.press("alt+p", "alt+p")
	d.want("older", d.m.edit.Text(), "print old")
	d.press("alt+n", "alt+n", "x")
	d.want("the draft", d.m.edit.Text(), "x")
}

func TestF4SwitchesToViAndBack(t *testing.T) {
	d := newDesk(t, newFake(), 61)
	d.press("a", "f4", "esc", "x")
	d.want("vi", d.window(), "[nav] In [1]: ")
	d.press("f4", "x")
	d.want("emacs", d.window(), "In [1]: x")
}

func TestSearchBothWays(t *testing.T) {
	d := newDesk(t, newFake("print old", "value 1", "value 22"), 61)
	d.m.painter.Profile = colorprofile.TrueColor
	d.until("ready", func() bool { return d.m.engine != nil })
	d.press("dr", "left", "ctrl+r", "ue")
	marked := "val\x1b[" + string(d.m.painter.Theme.Selection) + "mue\x1b[m"
	if s := d.m.View().Content; !strings.Contains(s, marked) {
		t.Errorf("%q has no %q", s, marked)
	}
	d.press("ctrl+r")
	d.want("older", d.m.edit.Text(), "value 1")
	d.press("ctrl+s")
	d.want("newer", d.m.edit.Text(), "value 22")
	d.press("ctrl+s")
	d.want("no newer", d.window(), "In [1]: value 22\nnothing newer: ue")
	d.press("ctrl+r", "backspace", "backspace")
	d.send(tea.PasteMsg{Content: "t old\nx"})
	d.want("pasted", d.window(), "In [1]: print old\nsearch the history: t old")
	d.press("esc")
	d.want("the draft", d.m.edit.Before()+"|"+d.m.edit.After(), "d|r")
}

func TestLongCell(t *testing.T) {
	d := newDesk(t, newFake(), 40)
	d.send(tea.WindowSizeMsg{Width: 40, Height: 8})
	d.send(tea.PasteMsg{Content: "line 1\nline 2\nline 3\nline 4\nline 5\nline 6\nline 7\nline 8\nline 9"})
	d.want("end", d.window(), "   ...: line 4\n   ...: line 5\n   ...: line 6\n   ...: line 7\n   ...: line 8\n   ...: line 9\nline 9 of 9")
	d.press("pgup")
	d.want("still seen", d.m.edit.Before()[strings.LastIndex(d.m.edit.Before(), "\n")+1:], "line 5")
	d.press("pgup")
	d.want("start", d.window(), "In [1]: line 1\n   ...: line 2\n   ...: line 3\n   ...: line 4\n   ...: line 5\n   ...: line 6\nline 1 of 9")
	d.press("pgdown", "pgdown", "ctrl+home")
	if c := d.m.View().Cursor; c.X != 8 || c.Y != 0 {
		t.Errorf("cursor at %d,%d", c.X, c.Y)
	}
}

// Whatever hangs below the prompt, the cell has a row in the smallest window.
func TestSmallWindows(t *testing.T) {
	for height := 1; height < 8; height++ {
		d := newDesk(t, newFake(), 12)
		d.send(tea.WindowSizeMsg{Width: 12, Height: height})
		d.send(streamed{"stdout", "part"})
		d.press("fmt.Pr", "tab")
		d.until("list", func() bool { return d.m.menu != nil })
		for _, k := range []string{"esc", "ctrl+x", "q", "ctrl+r", "x"} {
			if n := strings.Count(d.window(), "\n"); n > max(0, height-1) || !strings.Contains(d.window(), "fmt") {
				t.Errorf("before %s: %d lines in %d:\n%s", k, n+1, height, d.window())
			}
			d.press(k)
		}
	}
}

func TestViMode(t *testing.T) {
	d := newDesk(t, newFake("print old"), 61)
	d.until("ready", func() bool { return d.m.engine != nil })
	if err := d.m.setEditMode("vi"); err != nil {
		t.Fatal(err)
	}
	d.press("print new")
	d.want("insert", d.window(), "[ins] In [1]: print new")
	if s := d.m.View().Cursor.Shape; s != tea.CursorBar {
		t.Errorf("shape %v", s)
	}
	d.press("esc", "b", "c", "w", "x", "esc")
	d.want("normal", d.window(), "[nav] In [1]: print x")
	if s := d.m.View().Cursor.Shape; s != tea.CursorBlock {
		t.Errorf("shape %v", s)
	}
	d.press("k")
	d.want("history", d.m.edit.Text(), "print old")
	d.press("j", "v", "0")
	d.want("selecting", d.window(), "[vis] In [1]: print x")
	if start, end, ok := d.m.region(); !ok || start != 0 || end != len("print x") {
		t.Errorf("region %d %d %v", start, end, ok)
	}
	d.press("esc", "/", "old", "enter")
	d.want("search", d.m.edit.Text(), "print old")
	d.press("enter")
	d.until("run", func() bool { return d.idle() && d.m.count == 2 })
	d.want("a new prompt", d.window(), "[ins] In [2]: ")
	d.press("i", "ctrl+c", "esc", "ctrl+c")
	d.want("the mode after an interrupt", d.m.in().First, "[ins] In [2]: ")
	if err := d.m.setEditMode("emacs"); err != nil {
		t.Fatal(err)
	}
	d.want("emacs", d.window(), "In [2]: \npress ctrl+c again to leave")
}

func TestEscapeClosesTheListAndLeavesInsert(t *testing.T) {
	d := newDesk(t, newFake(), 61)
	if err := d.m.setEditMode("vi"); err != nil {
		t.Fatal(err)
	}
	d.press("fmt.Pr", "tab")
	d.until("list", func() bool { return d.m.menu != nil })
	d.press("esc")
	d.want("window", d.window(), "[nav] In [1]: fmt.Print")
}

func TestEditMode(t *testing.T) {
	t.Setenv("GRAFT_EDIT_MODE", "vi")
	for option, want := range map[string]string{"": "vi", "emacs": "emacs"} {
		if got := (Options{EditMode: option}).editMode(); got != want {
			t.Errorf("%q: %s, want %s", option, got, want)
		}
	}
	m := new(model)
	for _, value := range []string{"vi", "emacs"} {
		if now, _, err := m.setKeys(value); now != value || err != nil {
			t.Errorf("%s: %s %v", value, now, err)
		}
		if now, _, _ := m.setKeys(""); now != value {
			t.Errorf("%s is %s", value, now)
		}
	}
	err := m.setEditMode("emcas")
	if err == nil || err.Error() != `repl: edit mode "emcas" (did you mean "emacs"?); it is emacs or vi (GRAFT_EDIT_MODE sets it)` {
		t.Error(err)
	}
}

// Pastes of megabytes, text or not, leave a prompt that answers.
func TestHugePastes(t *testing.T) {
	binary := make([]byte, 10<<20)
	for i := range binary {
		binary[i] = byte(i * i >> 3)
	}
	for _, paste := range []string{strings.Repeat("x := \"写\" // a line\n", 10<<20/20), strings.Repeat("x", 10<<20), string(binary)} {
		d := newDesk(t, newFake(), 61)
		d.send(tea.PasteMsg{Content: paste})
		d.press("y", "left", "up", "ctrl+home", "(", "ctrl+end", "shift+up", "ctrl+w", "ctrl+_")
		if n := strings.Count(d.window(), "\n"); n > 24 {
			t.Errorf("%d lines in the window", n)
		}
		d.press("ctrl+c")
		if n := len(d.log()); n > 1<<20 {
			t.Errorf("%d bytes of a cell that was cleared away", n)
		}
	}
}

// BenchmarkKey measures a typed character and the screen after it, in the middle of
// cells of all sizes.
func BenchmarkKey(b *testing.B) {
	line := "\tfmt.Println(\"写真\", x+1) // a comment\n"
	for _, c := range []struct{ name, text string }{{"1 line", line}, {"2000 lines", strings.Repeat(line, 2000)}, {"10 MB", strings.Repeat(line, 10<<20/len(line))}} {
		b.Run(c.name, func(b *testing.B) {
			m := newModel(b.Context(), nil, nil)
			m.painter.Profile = colorprofile.TrueColor
			m.edit.Insert(c.text)
			m.edit.MoveTo(len(c.text) / 2)
			m.View() // reads the text up to the cursor once
			for b.Loop() {
				m.Update(tea.KeyPressMsg{Code: 'x', Text: "x"})
				m.View()
			}
		})
	}
}
