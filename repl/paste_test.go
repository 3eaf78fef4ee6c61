package repl

import (
	"io"
	"os"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

// read reads what the keyboard gives for input that arrives in pieces.
func read(t *testing.T, pieces ...string) (string, *keyboard) {
	t.Helper()
	in, typed, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for _, s := range pieces {
			_, _ = io.WriteString(typed, s)
		}
		_ = typed.Close()
	}()
	k := newKeyboard(in, func() {})
	var b strings.Builder
	for p := make([]byte, 4096); ; {
		n, err := k.Read(p)
		if b.Write(p[:n]); err == io.EOF {
			return b.String(), k
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func TestKeyboardHoldsLongPastesBack(t *testing.T) {
	long := strings.Repeat("\xff\x00写 \x1b[20", 20000)
	mark := func(s string) string { return pasteStart + s + pasteEnd }
	got, k := read(t, "a\x1b[A"+mark("short")+"b"+mark(long)+"c\x1b"+mark(long+"2")+mark("")+"\x1b[200x")
	want := "a\x1b[A" + mark("short") + "b" + mark(k.name+"-0") + "c\x1b" + mark(k.name+"-1") + mark("") + "\x1b[200x"
	if got != want {
		t.Fatalf("%q, want %q", got, want)
	}
	if a, b := k.text(k.name+"-0"), k.text(k.name+"-1"); a != long || b != long+"2" {
		t.Errorf("%d and %d bytes, want %d", len(a), len(b), len(long))
	}
	if s := k.text("typed"); s != "typed" {
		t.Errorf("%q", s)
	}
}

// Marks may be cut anywhere between two reads.
func TestKeyboardReadsInPieces(t *testing.T) {
	long := strings.Repeat("x", shortPaste+1)
	input := "a" + pasteStart + long + pasteEnd + "b"
	k := newKeyboard(nil, func() {})
	var out []byte
	for i := range len(input) {
		out = append(out, k.filter([]byte(input[i:i+1]))...)
	}
	if got, want := string(out), "a"+pasteStart+k.name+"-0"+pasteEnd+"b"; got != want || k.text(k.name+"-0") != long {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestAPasteByName(t *testing.T) {
	d := newDesk(t, newFake(), 61)
	d.m.keyboard = newKeyboard(nil, func() {})
	d.m.keyboard.paste = []byte(strings.Repeat("print a\r\n", 1000))
	d.send(tea.PasteMsg{Content: d.m.keyboard.held()})
	d.want("text", d.m.edit.Text(), strings.Repeat("print a\n", 1000))
}

// The name of a long paste is seen nowhere: what is typed ahead, and what a fit is
// answered, are texts.
func TestALongPasteBesideAFit(t *testing.T) {
	_, d := fitDesk(t, 80, "train a 2")
	d.m.keyboard = newKeyboard(nil, func() {})
	long := strings.Repeat("写", shortPaste) + "end"
	paste := func() {
		d.m.keyboard.paste = []byte(long)
		d.send(tea.PasteMsg{Content: d.m.keyboard.held()})
	}
	d.keys("l")
	d.shows("learning rate, now 0.1: ")
	paste()
	d.want("answer", d.m.boards.answer.Text(), long)
	d.keys("esc")
	paste()
	d.shows("写end · esc drops it")
	if strings.ContainsAny(d.window(), "\ufffd") {
		t.Errorf("a broken character\n%s", d.window())
	}
	d.keys("ctrl+c")
	d.until("end", d.idle)
	d.keys("l")
	paste()
	d.want("cell", d.m.edit.Text(), "l"+long)
}

func TestPastedPromptsAreTakenAway(t *testing.T) {
	for text, want := range map[string]string{
		"In [1]: for {\n   ...:     x()\n   ...: \n   ...: }\nOut[1]: 3\nIn [12]: y": "for {\n    x()\n\n}\ny",
		"x := 1\nIn [1]: ":     "x := 1\nIn [1]: ",
		"  In [1]: a\nOut[1]:": "a\n",
	} {
		if got := unprompted(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// What was typed before the program was there has enter as a line feed; the end of
// the input is told.
func TestKeyboardAtItsEnds(t *testing.T) {
	in, typed, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	ended := 0
	k := newKeyboard(in, func() { ended++ })
	got, p := "", make([]byte, 4096)
	for _, s := range []string{"1+1\n", "\n"} {
		_, _ = io.WriteString(typed, s)
		n, err := k.Read(p)
		if err != nil {
			t.Fatal(err)
		}
		got += string(p[:n])
	}
	_ = typed.Close()
	if _, err := k.Read(p); got != "1+1\r\n" || err != io.EOF || ended != 1 {
		t.Errorf("%q, %v, told %d times", got, err, ended)
	}
}
