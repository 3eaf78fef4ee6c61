package repl

import "testing"

func TestAltWithAKey(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"ab\x1b[Ac", "ab\x1b[Ac"},
		{"a\x1bbc\x1b\r\x1b\x7f", "a\x1b[98;3uc\x1b[13;3u\x1b[127;3u"},
		{"\x1bB\x1bé\x1b<", "\x1b[98;4u\x1b[233;3u\x1b[60;3u"},
		{"\x1bOA\x1b[1;3D\x1b]0;x\x07\x1b\x1b[A", "\x1bOA\x1b[1;3D\x1b]0;x\x07\x1b\x1b[A"},
		{"\x1b[200~a\x1bb\x1b[201~\x1b", "\x1b[200~a\x1b[98;3u\x1b[201~\x1b"},
		{"\xff\x1b\xff\x1b", "\xff\x1b\xff\x1b"},
	} {
		if got := string(alts([]byte(c.in))); got != c.want {
			t.Errorf("%q: %q, want %q", c.in, got, c.want)
		}
	}
}
