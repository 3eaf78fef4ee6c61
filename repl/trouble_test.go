package repl

import (
	"errors"
	"strings"
	"testing"
)

// What is wrong with the history is said above the prompt, and the prompt works.
func TestTroubleOfTheHistory(t *testing.T) {
	f := newFake()
	f.trouble = errors.New("history: \"h.sqlite\": database is locked")
	d := newDesk(t, f, 80)
	d.want("scrollback", d.log(), "note: history: \"h.sqlite\": database is locked")
	d.run("print a")
	if n := strings.Count(d.log(), "note: "); n != 1 {
		t.Errorf("told %d times", n)
	}
}

func TestCharset(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		says string
	}{
		{nil, ""},
		{map[string]string{"LANG": "C"}, ""},
		{map[string]string{"LANG": "de_DE.UTF-8"}, ""},
		{map[string]string{"LANG": "de_DE.ISO-8859-1", "LC_ALL": "C.utf8"}, ""},
		{map[string]string{"LANG": "de_DE.ISO-8859-15@euro"}, "LANG=de_DE.ISO-8859-15@euro: graft reads and writes UTF-8"},
		{map[string]string{"LC_CTYPE": "ja_JP.eucJP", "LANG": "C.UTF-8"}, "LC_CTYPE=ja_JP.eucJP: "},
	} {
		if got := charset(func(name string) string { return c.env[name] }); !strings.HasPrefix(got, c.says) || (got == "") != (c.says == "") {
			t.Errorf("%v: %q, want %q", c.env, got, c.says)
		}
	}
}
