//go:build full

package repl

import (
	"os"
	"strings"
	"testing"
)

// An editor of the user's own reads and writes the terminal itself.
func TestExternalEditorOnATerminal(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	script := t.TempDir() + "/editor"
	text := "#!/bin/sh\ntest -t 0 && test -t 1 && test -t 2 && printf 'print edited' > \"$1\"\n"
	if err := os.WriteFile(script, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	x := newTerminal(t, 60, 16, "'"+exe+"'", "GRAFT_REPL_FAKE=1", "LANG=C.UTF-8", "VISUAL="+script)
	x.last("In [1]:")
	x.text("half")
	x.key("F2")
	x.last("In [1]: print edited")
	x.key("C-u")
	x.text("other")
	x.last("In [1]: other")
	x.key("C-x", "C-e")
	x.last("In [1]: print edited")
	x.key("Enter")
	x.last("edited\nIn [2]:")
}

// Keys as terminals send them: with modifiers, behind escape, and two in a row.
func TestEditingKeysOnATerminal(t *testing.T) {
	x := fakeTerminal(t, 60, 16)
	x.last("In [1]:")
	x.text("print one two")
	x.key("C-S-Left")
	x.text("2")
	x.last("In [1]: print one 2")
	x.key("S-Left", "M-w", "Home", "C-y", "C-_")
	x.key("C-Space", "End", "C-w", "C-y", "C-y")
	x.last("In [1]: print one 2print one 2")
	x.key("C-x", "h", "C-k")
	x.text("x:=f( 1")
	x.key("M-g")
	x.last("In [1]: x := f(1)")
	x.text("\x1b[13;2u") // shift+enter of an enhanced keyboard
	x.last("In [1]: x := f(1\n   ...:\n   ...: )")
	x.key("C-c")
	x.last("In [1]:")
	x.key("F4", "Escape")
	x.last("[nav] In [1]:")
	x.text("iprint a\x1bbcwvalue\x1b0") // esc and the letter arrive as one key with alt
	x.last("[nav] In [1]: value a")
	x.key("Enter")
	x.last("Out[1]: a\n[ins] In [2]:")
}

// Megabytes that are no text are pasted in the time of a key.
func TestBinaryPasteOnATerminal(t *testing.T) {
	x := fakeTerminal(t, 60, 16)
	x.last("In [1]:")
	data := make([]byte, 4<<20)
	for i := range data {
		data[i] = byte(i * i >> 3)
	}
	path := t.TempDir() + "/paste"
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(string(data), "\x1b", "")+"\nthe end"), 0o600); err != nil {
		t.Fatal(err)
	}
	x.tmux("load-buffer", path)
	x.tmux("paste-buffer", "-p", "-r")
	x.until("pasted", func() bool { return strings.Contains(x.screen(), "...: the end\nline ") })
	x.key("C-c")
	x.until("cleared", func() bool { return strings.HasSuffix(x.screen(), "^C\nIn [1]:") })
	x.text("print a")
	x.key("Enter")
	x.last("a\nIn [2]:")
}
