package session

import "testing"

func TestFormat(t *testing.T) {
	for code, want := range map[string]string{
		"x:=1": "x := 1", "%time\nf( )": "%time\nf()", ":who": ":who", "\n%time f( )\n\nx:=1": "%time f( )\nx := 1",
		"!ls \\\n -l": "!ls \\\n -l", "!ls\nx:=1": "!ls\nx := 1", "%%timeit\nf( )": "%%timeit\nf()",
		":who\n!ls \\\n -l\n:time f( )\nx:=1": ":who\n!ls \\\n -l\n:time f( )\nx := 1", ":cd x\n\n:who": ":cd x\n\n:who",
	} {
		if got, err := Format(code); err != nil || got != want {
			t.Errorf("%q: %q %v, want %q", code, got, err, want)
		}
	}
	for code, want := range map[string]string{"x := (": "line 1, column 7: ", "\n:time\nx\ny := )": "line 4, column 6: "} {
		if text, err := Format(code); err == nil || err.Error()[:len(want)] != want {
			t.Errorf("%q: %q %v, want %s…", code, text, err, want)
		}
	}
}
