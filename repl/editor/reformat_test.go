package editor

import "testing"

func TestReformatKeepsTheCursorAtItsToken(t *testing.T) {
	for _, c := range []struct{ from, text, want string }{
		{"x:=1+|y", "x := 1 + y", "x := 1 +| y"},
		{"x:=1+ |y", "x := 1 + y", "x := 1 + |y"},
		{"f(a,|b)", "f(a, b)", "f(a, |b)"},
		{"|f( )", "f()", "|f()"},
		{"if x {\n  |y;z\n}", "if x {\n\ty\n\tz\n}", "if x {\n\t|y\n\tz\n}"},
		{"if x {\n  y;|z\n}", "if x {\n\ty\n\tz\n}", "if x {\n\ty\n\t|z\n}"},
		{"写:=é|", "写 := é", "写 := é|"},
		{"a  \n\n|", "a\n", "a\n|"},
		{"ab|c", "abc", "ab|c"},
	} {
		e := with(c.from)
		e.Reformat(c.text)
		if got := marked(e); got != c.want {
			t.Errorf("%q: %q, want %q", c.from, got, c.want)
		}
		before := e.Text()
		if e.Undo(); c.text != with(c.from).Text() && marked(e) != c.from {
			t.Errorf("undo of %q: %q", before, marked(e))
		}
	}
}
