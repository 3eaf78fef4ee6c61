//go:build unix

package repl

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"charm.land/bubbles/v2/key"
)

// bound are the names of all keys that the front end knows, from its own tables: a
// new key is typed by the tests without being named here.
func bound() []string {
	var names []string
	all := reflect.ValueOf(keys)
	for i := range all.NumField() {
		if b, ok := all.Field(i).Interface().(key.Binding); ok {
			names = append(names, b.Keys()...)
		}
	}
	for _, e := range edits {
		names = append(names, e.Keys()...)
	}
	return names
}

// final are the keys that a terminal sends as CSI, with the modifiers in front.
var final = map[string]string{
	"up": "1A", "down": "1B", "right": "1C", "left": "1D", "home": "1H", "end": "1F", "insert": "2~", "delete": "3~", "pgup": "5~", "pgdown": "6~",
	"f1": "1P", "f2": "1Q", "f3": "13~", "f4": "1S", "f5": "15~", "f6": "17~", "f7": "18~", "f8": "19~", "f9": "20~", "f10": "21~", "f11": "23~", "f12": "24~",
}

// codes are the keys that have a code point.
var codes = map[string]rune{"enter": '\r', "tab": '\t', "backspace": 0x7f, "esc": 0x1b, "space": ' '}

// bytesOf is what a terminal sends for a key: the old form where there is one, the
// kitty protocol for combinations that the old forms cannot tell apart.
func bytesOf(name string) string {
	if first, then, chord := strings.Cut(name, " "); chord {
		return bytesOf(first) + bytesOf(then)
	}
	base, mods := name, 0
	for prefix, bit := range map[string]int{"shift+": 1, "alt+": 2, "ctrl+": 4} {
		if before, after, ok := strings.Cut(base, prefix); ok && after != "" {
			base, mods = before+after, mods|bit
		}
	}
	if f, ok := final[base]; ok {
		switch {
		case mods > 0:
			return fmt.Sprintf("\x1b[%s;%d%s", f[:len(f)-1], mods+1, f[len(f)-1:])
		case f[0] == '1' && len(f) == 2:
			return "\x1b[" + f[1:]
		}
		return "\x1b[" + f
	}
	code, ok := codes[base]
	if !ok {
		code, _ = utf8.DecodeRuneInString(base)
	}
	switch {
	case mods == 0:
		return string(code)
	case mods == 1 && base == "tab":
		return "\x1b[Z"
	case mods == 2:
		return "\x1b" + string(code)
	case mods == 4 && code >= '@' && code < 0x7f:
		return string(code & 0x1f)
	}
	return fmt.Sprintf("\x1b[%d;%du", code, mods+1)
}

// received is the name of the key that bubbletea reads from bytes.
func (g *glass) received(bytes string) string {
	g.typed(bytes)
	select {
	case name := <-g.pressed:
		return name
	case <-time.After(patienceOfTests):
		return "nothing"
	}
}

// aliases are what some terminals call a key of another name.
var aliases = map[string]bool{"ctrl+/": true, "ctrl+7": true, "ctrl+[": true, "ctrl+@": true}

// Every key of the tables has bytes of its own, and bubbletea knows them.
func TestEveryKeyCanBeTyped(t *testing.T) {
	g := newGlass(t, newFake(), 60, 16, false)
	g.on("In [1]:")
	g.peek(func(*model) { g.pressed = make(chan string, 1) })
	for _, name := range bound() {
		if strings.Contains(name, " ") || aliases[name] {
			continue
		}
		if got := g.received(bytesOf(name)); got != name {
			t.Errorf("%s is sent as %q and read as %s", name, bytesOf(name), got)
		}
	}
}
