package golang

import (
	"fmt"
	"testing"
)

// BenchmarkCell is one line in a session of 200 cells.
func BenchmarkCell(b *testing.B) {
	in := newInterp(b)
	for i := range 200 {
		in.mustEval(b, fmt.Sprintf("type T%d struct{ V int }\nfunc f%d(t T%d) int { return t.V }\nv%d := T%d{%d}\nfmt.Fprint(io.Discard, f%d(v%d))", i, i, i, i, i, i, i, i))
	}
	b.ResetTimer()
	for range b.N {
		in.mustEval(b, "v7.V + f7(v7)")
	}
}

// BenchmarkRedefine redefines a function, a type and a variable.
func BenchmarkRedefine(b *testing.B) {
	in := newInterp(b)
	i := 0
	for b.Loop() {
		i++
		in.mustEval(b, fmt.Sprintf("type T struct{ V, W%d int }\nfunc f(t T) int { return t.V }\nv := T{V: %d}\nf(v)", i, i))
	}
}

// BenchmarkComplete asks for the members of a value.
func BenchmarkComplete(b *testing.B) {
	in := newInterp(b)
	in.mustEval(b, "var now time.Time")
	for _, src := range []string{"now.", "f", ""} {
		b.Run(src, func(b *testing.B) {
			for b.Loop() {
				in.Complete(src, len(src))
			}
		})
	}
}

// BenchmarkStart is a session and its first cell.
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		in := newInterp(b)
		in.mustEval(b, `fmt.Sprint("first")`)
	}
}
