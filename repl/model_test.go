package repl

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// desk is a model with its commands carried out by the test, without a terminal:
// scrollback and window are text.
type desk struct {
	t      *testing.T
	m      *model
	msgs   chan tea.Msg
	scroll []string
	left   bool
}

func begun(start func() (engine, error)) *opening {
	return (&opening{done: make(chan struct{})}).begin(start)
}

func newDesk(t *testing.T, eng engine, width int) *desk {
	d := &desk{t: t, msgs: make(chan tea.Msg, 1000)}
	d.m = newModel(context.Background(), begun(func() (engine, error) { return eng, nil }), nil)
	d.m.emit = func(msg any) { d.msgs <- msg }
	d.m.print = func(s string) { d.scroll = append(d.scroll, ansi.Strip(s)) }
	d.m.leave = func() { d.left = true }
	d.send(tea.WindowSizeMsg{Width: width, Height: 24})
	d.send(ready{})
	d.send(d.m.recall())
	return d
}

// send handles one message and everything that follows from it at once; what a
// running cell emits is waited for by until.
func (d *desk) send(msg tea.Msg) {
	_, cmd := d.m.Update(msg)
	d.carry(cmd)
}

func (d *desk) carry(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		switch msg := cmd().(type) {
		case nil, ticked:
		case tea.BatchMsg:
			for _, c := range msg {
				go func() { d.msgs <- tea.BatchMsg{c} }()
			}
		default:
			d.msgs <- msg
		}
	}()
}

// until handles messages until ok holds.
func (d *desk) until(what string, ok func() bool) {
	d.t.Helper()
	deadline := time.After(10 * time.Second)
	for !ok() {
		select {
		case msg := <-d.msgs:
			if b, batch := msg.(tea.BatchMsg); batch {
				d.carry(b[0])
				continue
			}
			d.send(msg)
		case <-deadline:
			d.t.Fatalf("%s: not within 10 s; window\n%s\nscrollback\n%s", what, d.window(), strings.Join(d.scroll, "\n"))
		}
	}
}

func (d *desk) idle() bool { return d.m.phase == idle && len(d.m.held) == 0 }

var special = map[string]tea.KeyPressMsg{
	"enter": {Code: tea.KeyEnter}, "alt+enter": {Code: tea.KeyEnter, Mod: tea.ModAlt}, "tab": {Code: tea.KeyTab}, "shift+tab": {Code: tea.KeyTab, Mod: tea.ModShift},
	"up": {Code: tea.KeyUp}, "down": {Code: tea.KeyDown}, "left": {Code: tea.KeyLeft}, "right": {Code: tea.KeyRight},
	"space": {Code: tea.KeySpace, Text: " "}, "pgdown": {Code: tea.KeyPgDown}, "home": {Code: tea.KeyHome}, "end": {Code: tea.KeyEnd}, "f6": {Code: tea.KeyF6}, "esc": {Code: tea.KeyEscape}, "backspace": {Code: tea.KeyBackspace},
}

// keys presses keys: names of special ones, "ctrl+x", or text typed rune by rune.
func (d *desk) keys(names ...string) {
	for _, n := range names {
		if k, ok := special[n]; ok {
			d.send(k)
		} else if c, ok := strings.CutPrefix(n, "ctrl+"); ok {
			d.send(tea.KeyPressMsg{Code: rune(c[0]), Mod: tea.ModCtrl})
		} else {
			for _, r := range n {
				d.send(tea.KeyPressMsg{Code: r, Text: string(r)})
			}
		}
	}
}

// run types a cell and waits for its end.
func (d *desk) run(cell string) {
	d.t.Helper()
	n := d.m.count
	d.keys(cell, "enter")
	d.until(cell, func() bool { return d.idle() && d.m.count == n+1 })
}

func (d *desk) window() string {
	return ansi.Strip(d.m.View().Content)
}

func (d *desk) log() string { return strings.Join(d.scroll, "\n") }

func (d *desk) want(what, got, want string) {
	d.t.Helper()
	if got != want {
		d.t.Errorf("%s\n%s\nwant\n%s", what, got, want)
	}
}

func TestEnterRunsACompleteCell(t *testing.T) {
	f := newFake()
	d := newDesk(t, f, 61)
	d.until("ready", func() bool { return d.m.engine != nil })
	d.run("print hello")
	d.want("scrollback", d.log(), "In [1]: print hello\nhello")
	d.run("value 42")
	d.want("result", d.scroll[len(d.scroll)-1], "Out[2]: 42")
	d.want("window", d.window(), "In [3]: ")
}

func TestEnterGoesOnWithAnIncompleteCell(t *testing.T) {
	f := newFake()
	d := newDesk(t, f, 61)
	d.keys("if x {", "enter")
	d.until("answer", d.idle)
	d.want("window", d.window(), "In [1]: if x {\n   ...:     \n   ...: }")
	d.keys("print a", "enter")
	d.until("answer", d.idle)
	d.keys("}")
	d.want("window", d.window(), "In [1]: if x {\n   ...:     print a\n   ...: }")
	d.keys("enter")
	d.until("run", func() bool { return d.idle() && d.m.count == 2 })
	d.want("ran", fmt.Sprintf("%q", f.ran), `["if x {\n\tprint a\n}"]`)
}

func TestAltEnterRunsAndTwoEmptyLinesToo(t *testing.T) {
	f := newFake()
	d := newDesk(t, f, 61)
	d.until("ready", func() bool { return d.m.engine != nil })
	d.keys("if {", "alt+enter")
	d.until("run", func() bool { return d.idle() && d.m.count == 2 })
	d.keys("for {", "enter")
	d.until("line", d.idle)
	d.keys("enter")
	d.until("line", d.idle)
	d.keys("enter")
	d.until("run", func() bool { return d.idle() && d.m.count == 3 })
	d.want("ran", fmt.Sprintf("%q", f.ran), `["if {}" "for {\n}"]`)
}

func TestPasteDoesNotRun(t *testing.T) {
	f := newFake()
	d := newDesk(t, f, 61)
	d.send(tea.PasteMsg{Content: "print a\r\nprint b\x1b[2J\n"})
	d.want("window", d.window(), "In [1]: print a\n   ...: print b[2J\n   ...: ")
	if len(f.ran) != 0 {
		t.Errorf("ran %q", f.ran)
	}
}

// Keys of the next cells arrive while the first still runs, as from a script.
func TestTypeAhead(t *testing.T) {
	f := newFake()
	d := newDesk(t, f, 61)
	d.keys("print a", "enter", "print b", "enter", "print c", "enter", "pri")
	d.until("all", func() bool { return d.idle() && d.m.count == 4 })
	d.want("ran", fmt.Sprintf("%q", f.ran), `["print a" "print b" "print c"]`)
	if !strings.HasPrefix(d.window(), "In [4]: pri") {
		t.Errorf("window %q", d.window())
	}
}

func TestHistory(t *testing.T) {
	d := newDesk(t, newFake("print old", "value 1"), 61)
	d.until("ready", func() bool { return d.m.engine != nil })
	d.run("print new")
	d.keys("pr", "up")
	d.want("newest", d.m.edit.Text(), "print new")
	d.keys("up")
	d.want("older, skipping what starts otherwise", d.m.edit.Text(), "print old")
	d.keys("down", "down")
	d.want("draft", d.m.edit.Text(), "pr")
	d.keys("up", "esc")
	d.want("draft by escape", d.m.edit.Text(), "pr")
	d.want("grey suggestion", d.window(), "In [2]: print new")
	d.keys("end")
	d.want("suggestion taken", d.m.edit.Text(), "print new")
}

func TestSearch(t *testing.T) {
	d := newDesk(t, newFake("print old", "value 1", "value 2"), 61)
	d.until("ready", func() bool { return d.m.engine != nil })
	d.keys("ctrl+r", "VALUE")
	d.want("found", d.window(), "In [1]: value 2\nsearch the history: VALUE")
	d.keys("ctrl+r")
	d.want("older", d.m.edit.Text(), "value 1")
	d.keys("ctrl+r")
	d.want("no older", d.window(), "In [1]: value 1\nnothing older: VALUE")
	d.keys("enter", "x")
	d.want("taken, not run", d.window(), "In [1]: value 1x")
}

func TestCompletion(t *testing.T) {
	d := newDesk(t, newFake(), 61)
	d.keys("fmt.Pr", "tab")
	d.until("list", func() bool { return d.m.menu != nil })
	d.want("common part and list", d.window(), "In [1]: fmt.Print\n f Println  func(a ...any)                                  \n f Printf   func(format string) ")
	d.keys("tab", "enter")
	d.want("second taken", d.window(), "In [1]: fmt.Printf")
	d.keys("(S", "tab")
	d.until("single", func() bool { return strings.HasSuffix(d.m.edit.Text(), "(Stringer)") })
	d.keys("(zzz", "tab")
	d.until("none", func() bool { return d.m.hint != "" })
	d.want("hint", d.window(), "In [1]: fmt.Printf(Stringer(zzz))\nnothing to complete")
}

// Keys come faster than the proposals for them.
func TestCompletionOfWhatHasChanged(t *testing.T) {
	for keys, want := range map[string]string{
		"i,enter":         "fmt.Println",
		"backspace,enter": "fmt.Println",
		strings.Repeat("backspace,", 6) + "down,enter": "fmt",
	} {
		d := newDesk(t, newFake(), 61)
		d.until("ready", func() bool { return d.m.engine != nil })
		d.keys("fmt.Pr", "tab")
		d.until("list", func() bool { return d.m.menu != nil && !d.m.assist.busy })
		d.keys(strings.Split(keys, ",")...)
		d.want(keys, d.m.edit.Text(), want)
	}
}

func TestHelp(t *testing.T) {
	f := newFake()
	d := newDesk(t, f, 61)
	d.keys("fmt.Println?", "enter")
	d.until("help", func() bool { return len(d.scroll) == 2 })
	d.want("help", d.log(), "? fmt.Println\nfunc fmt.Println(a ...any)\n\nPrintln writes a line.\n\nMore of it.")
	d.m.height = 100
	d.keys("?", "enter")
	d.until("keys", func() bool { return strings.Contains(d.log(), "ctrl+r                search the history") })
	if len(f.ran) != 0 {
		t.Errorf("help ran as a cell: %q", f.ran)
	}
}

func TestExternalEditor(t *testing.T) {
	d := newDesk(t, newFake(), 61)
	path := t.TempDir() + "/cell.go"
	if err := os.WriteFile(path, []byte("print a\nprint 写\n\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d.send(edited{path: path})
	d.want("text", d.m.edit.Text(), "print a\nprint 写")
	if _, err := os.Stat(path); err == nil {
		t.Error("the file is left behind")
	}
	t.Setenv("VISUAL", "nano -w")
	d.send(edited{path: path, err: errors.New("exit status 1")})
	d.want("text", d.m.edit.Text(), "print a\nprint 写")
	d.want("hint", d.m.hint, "nano -w: exit status 1 (set EDITOR to the one you use)")
}

// TestAnswerAboutAnotherCell has an editor come back while the session is asked about
// the cell that it replaces.
func TestAnswerAboutAnotherCell(t *testing.T) {
	f := newFake()
	d := newDesk(t, f, 61)
	d.until("ready", func() bool { return d.m.engine != nil })
	d.keys("print a")
	answer := d.m.enter()
	path := t.TempDir() + "/cell.go"
	if err := os.WriteFile(path, []byte("print b\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d.send(edited{path: path})
	d.send(answer())
	d.want("text", d.m.edit.Text(), "print b")
	d.keys("enter")
	d.until("the new cell ran", func() bool { return slices.Equal(f.ran, []string{"print b"}) })
}

// TestEnterWhileTheSessionStarts has the answer about a cell come before the news that
// the session has started.
func TestEnterWhileTheSessionStarts(t *testing.T) {
	f := newFake()
	d := newDesk(t, f, 61)
	d.m.engine = nil // newDesk has told already
	d.keys("print a")
	d.send(d.m.enter()())
	d.send(ready{})
	d.until("the cell ran", func() bool { return slices.Equal(f.ran, []string{"print a"}) && d.m.phase == idle })
	d.want("count", fmt.Sprint(d.m.count), "2")
}

// TestEditorComesBackToAList has proposals come while an editor shortens the cell.
func TestEditorComesBackToAList(t *testing.T) {
	f := newFake()
	d := newDesk(t, f, 61)
	d.keys("fmt.Pr", "tab")
	d.until("list", func() bool { return d.m.menu != nil })
	path := t.TempDir() + "/cell.go"
	if err := os.WriteFile(path, []byte("y\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d.send(edited{path: path})
	d.keys("down", "enter")
	d.until("the cell ran", func() bool { return slices.Equal(f.ran, []string{"y"}) })
}

func TestInterrupts(t *testing.T) {
	f := newFake()
	d := newDesk(t, f, 61)
	d.until("ready", func() bool { return d.m.engine != nil })
	d.keys("wait", "enter")
	d.until("running", func() bool { return d.m.phase == running })
	d.keys("typed ahead", "ctrl+c")
	d.until("back", d.idle)
	if !strings.HasSuffix(d.log(), "interrupted") {
		t.Errorf("scrollback %q", d.log())
	}
	d.keys("half", "ctrl+c")
	d.want("cleared", d.window(), "In [2]: ")
	d.keys("ctrl+c")
	d.want("asks", d.window(), "In [2]: \npress ctrl+c again to leave")
	if d.keys("x"); d.left {
		t.Error("left too early")
	}
	d.keys("ctrl+c", "ctrl+c", "ctrl+c")
	if !d.left {
		t.Error("still there")
	}
}

func TestCtrlD(t *testing.T) {
	d := newDesk(t, newFake(), 61)
	d.keys("ab", "home", "ctrl+d")
	d.want("deletes at the cursor", d.m.edit.Text(), "b")
	d.keys("ctrl+d", "ctrl+d", "ctrl+d")
	if !d.left {
		t.Error("still there")
	}
}

func TestLiveDisplaysUpdateInPlace(t *testing.T) {
	d := newDesk(t, newFake(), 80)
	d.run("print before\nfit 2\nprint after")
	shown := strings.Join(d.scroll[1:], "\n")
	if strings.Count(shown, "epoch  train_loss\n    1      0.5000\n    2      0.3333\n") != 1 || !strings.HasPrefix(shown, "before\nfit\n") || !strings.HasSuffix(shown, "\n✓ done: 2 epochs\nafter") {
		t.Errorf("one final board, in its place:\n%s", shown)
	}
}

func TestLateOutputGoesAboveThePrompt(t *testing.T) {
	d := newDesk(t, newFake(), 61)
	d.run("show a first")
	d.keys("typ")
	d.send(streamed{"stdout", "late\npart"})
	d.want("scrollback", d.scroll[len(d.scroll)-1], "late")
	d.want("window", d.window(), "part\nIn [2]: typ")
	d.send(updated{})
	d.send(streamed{"stdout", " done\n"})
	d.want("scrollback", d.scroll[len(d.scroll)-1], "part done")
}

func TestInputOfACell(t *testing.T) {
	d := newDesk(t, newFake(), 61)
	d.until("ready", func() bool { return d.m.engine != nil })
	d.keys("ask name? ", "enter")
	d.until("asked", func() bool { return d.m.phase == input })
	d.keys("写x", "backspace", "é", "enter")
	d.until("end", d.idle)
	d.want("scrollback", d.log(), "In [1]: ask name?\nname?写é\ngot 写é true")
}

func TestClear(t *testing.T) {
	d := newDesk(t, newFake(), 61)
	d.run("show a gone\npart half\nclear\nprint kept")
	d.want("output", strings.Join(d.scroll[1:], "\n"), "kept")
}

// Cells that follow each other at once have one clock: with two, the spinner runs.
func TestOneClock(t *testing.T) {
	d := newDesk(t, newFake(), 61)
	d.until("ready", func() bool { return d.m.engine != nil })
	clocks := func(cell string) int {
		batch, _ := d.m.start(cell)().(tea.BatchMsg)
		d.m.finish(outcome{})
		return max(1, len(batch)) - 1 // beside the cell
	}
	if got := []int{clocks("print a"), clocks("print b")}; got[0] != 1 || got[1] != 0 {
		t.Errorf("%v clocks", got)
	}
	d.send(ticked{})
	if got := clocks("print c"); got != 1 {
		t.Errorf("%d clocks after the last has stopped", got)
	}
}

// What was typed of an answer that an interrupt has ended is not part of the next.
func TestAnInterruptedAnswer(t *testing.T) {
	d := newDesk(t, newFake(), 61)
	d.until("ready", func() bool { return d.m.engine != nil })
	d.keys("ask a? ", "enter")
	d.until("asked", func() bool { return d.m.phase == input })
	d.keys("half", "ctrl+c")
	d.until("end", d.idle)
	d.keys("ask b? ", "enter")
	d.until("asked", func() bool { return d.m.phase == input })
	d.keys("x", "enter")
	d.until("end", d.idle)
	d.want("answers", d.log(), "In [1]: ask a?\ngot  false\nIn [2]: ask b?\nb?x\ngot x true")
}

func TestErrorsStopTheQueue(t *testing.T) {
	f := newFake()
	d := &desk{t: t, msgs: make(chan tea.Msg, 1000)}
	d.m = newModel(context.Background(), begun(func() (engine, error) { return f, nil }), []string{"print a", "fail boom", "print b"})
	d.m.emit = func(msg any) { d.msgs <- msg }
	d.m.print = func(s string) { d.scroll = append(d.scroll, ansi.Strip(s)) }
	d.send(ready{})
	d.until("end", func() bool { return d.idle() && d.m.count == 3 })
	d.want("scrollback", d.log(), "In [1]: print a\na\nIn [2]: fail boom\ncell[2]:1:1: boom\nfail boom\n     ^^^")
}

func TestASessionThatDoesNotStart(t *testing.T) {
	d := &desk{t: t, msgs: make(chan tea.Msg, 1000)}
	d.m = newModel(context.Background(), begun(func() (engine, error) { return nil, fmt.Errorf("no plugin") }), nil)
	d.m.leave = func() { d.left = true }
	d.carry(d.m.Init())
	d.until("left", func() bool { return d.left })
	if d.m.err == nil {
		t.Error("no error")
	}
}

// R3 of the field cases: wide characters in a window of 20 cells.
func TestWideCharacters(t *testing.T) {
	f := newFake()
	d := newDesk(t, f, 20)
	d.keys(`s := "写真é🚀x"`)
	d.want("wrapped", d.window(), "In [1]: s := \"写真é\n        🚀x\"")
	if c := d.m.View().Cursor; c.X != 12 || c.Y != 1 {
		t.Errorf("cursor at %d,%d", c.X, c.Y)
	}
	d.keys("left", "left", "backspace", "ok", "home", "end")
	d.want("edited", d.m.edit.Text(), `s := "写真éokx"`)
	d.keys("enter", "print 6", "enter")
	d.until("both", func() bool { return d.idle() && d.m.count == 3 })
	d.keys("up", "up", "enter")
	d.until("again", func() bool { return d.idle() && d.m.count == 4 })
	d.want("ran", fmt.Sprintf("%q", f.ran), `["s := \"写真éokx\"" "print 6" "s := \"写真éokx\""]`)
	if strings.Contains(d.log()+d.window(), "\ufffd") {
		t.Error("a broken character on the screen")
	}
}
