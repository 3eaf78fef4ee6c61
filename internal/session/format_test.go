package session

import "testing"

func TestFormat(t *testing.T) {
	for code, want := range map[string]string{
		"x:=1": "x := 1", "%time\nf( )": "%time\nf()", ":who": ":who", "\n%time f( )\n\nx:=1": "%time f()\n\nx := 1",
		"!ls \\\n -l": "!ls \\\n -l", "!ls\nx:=1": "!ls\nx := 1", "%%timeit\nf( )": "%%timeit\nf()",
		":who\n!ls \\\n -l\n:time f( )\nx:=1": ":who\n!ls \\\n -l\n:time f()\nx := 1", ":cd x\n\n:who": ":cd x\n\n:who",
		":time\n\n{\nf( )\n}": ":time\n{\n\tf()\n}", ":time {\nf( )\n}": ":time {\n\tf()\n}", "!ls\n:time   for range 3{\nf( )\n}\ng( )": "!ls\n:time for range 3 {\n\tf()\n}\ng()",
		":cd  a   b": ":cd  a   b", ":time\n": ":time", ":time f(\nx)": ":time f(\n\tx)",
	} {
		if got, err := Format(code); err != nil || got != want {
			t.Errorf("%q: %q %v, want %q", code, got, err, want)
		}
	}
	for code, want := range map[string]string{"x := (": "line 1, column 7: ", "\n:time\nx\ny := )": "line 4, column 6: ", "!ls\n:time x := )\ny": "line 2, column 12: ", ":time {\nx := )\n}": "line 1, column 7: "} {
		if text, err := Format(code); err == nil || err.Error()[:len(want)] != want {
			t.Errorf("%q: %q %v, want %s…", code, text, err, want)
		}
	}
}
