package hostile

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// declarations are whole cells that may be no Go, and whose types and constants
// are unusual if they are.
var declarations = []string{
	"type R# struct{ R# }", "type A# B#\ntype B# A#", "type I# interface{ I# }", "type P# *P#\nvar p# P#\np# = &p#\np#", "type F# func(F#) F#\nvar f# F#\nf#", "type M# map[string]M#\nM#{\"a\": nil}", "type S# []S#\nS#{nil, {}}", "type C# chan C#\nmake(C#)",
	"type A# [len(A#{})]int", "type T# [unsafe.Sizeof(T#{})]byte", "type G#[P any] struct{ g *G#[G#[P]] }\nvar g# G#[int]", "type G#[P G#[P]] struct{}", "type G#[P interface{ M(G#[P]) }] struct{}", "type T# interface{ M(interface{ T# }) }", "type T# struct{ f func(T#) map[string]chan []*T# }\nT#{}",
	"type T# struct{ next any; m map[string]*T#; f [2]*T# }\nx# := &T#{}\nx#.next = x#\nx#", "type A# struct{ b *B# }\ntype B# struct{ c []C# }\ntype C# struct{ a map[string]A# }\nA#{}", "type T# = []T#", "type T# = *T#", "type T# T#", "type L#[P any] struct{ next *L#[P]; v P }\nL#[L#[int]]{}",
	"var a#, b# = b#, a#", "func f#() int { return x# }\nvar x# = f#()", "const a#, b# = b#, a#", "var x# = y#\nvar y# = z#\nvar z# = 1\nx#", "import \"main\"", "import \"ˑ1\"", "import \"./x\"", "import \"C\"", "import \"unsafe\"\nunsafe.Sizeof(1)", "import . \"fmt\"\nPrintln($)", "import \"\"", "import \"nope/nope\"", "import init \"fmt\"", "import \"fmt", "import fmt",
	"runtime.LockOSThread()", "package foo", "package main", "package main\nfunc main() { panic($) }", "package main\nfunc init() { panic(1) }\nfunc main() {}", "func init() { panic(\"init\") }", "func (x int) M() {}", "func (Nope#) M() {}", "func _() {}", "var _ = _", "type _ struct{}", "const _ = iota", "type T# struct{ *T# }\nT#{}", "L#:", "goto L#", "break", "continue", "return", "return 5", "fallthrough",
	"defer recover()", "defer panic(1)", "go recover()", "x# := x#", "var x# = x#", "x#, x# := 1, 2", "a.b.c := 1", "5 = 6", "func() {}", "func f#() { f# := f#; f#() }\nf#()", "switch {}", "interface{ int }", "~int", "[...]int", "[...]int{1 << 44: 1}", "[1 << 44]byte{}", "[1 << 63]int{}", "var x# [1 << 44]byte", "[-1]int{}", "[...]int{5: 1, 5: 2}", "map[string]int{\"a\": 1, \"a\": 2}",
	"const big# = 1 << 10000\nbig# >> 9999", "1 << 100000000", "1e100000000", "1e1000", "\"x\" * 3", "'ab'", "'\\u110000'", "0x", "0b2", "1__0", "08", "99999999999999999999999999", "0x1p-2000", "-0.0", "1 / 0", "1.0 / 0", "'\\'", "\"\\q\"", "math.MaxUint64", "const c# uint8 = 256", "len([1 << 20]int{})", "1i * 1i", "complex(1, 1) / 0",
	"func f#[T any](x T) { f#(&x) }\nf#(1)", "func f#[T any](n int) {\n\tif n > 0 {\n\t\tf#[[]T](n - 1)\n\t}\n}\nf#[int](3)", "func f#[T ~[]E, E any](t T) E { return t[0] }\nf#([]int{1})", "func f#[T interface{ int; string }](t T) {}\nf#(1)", "type D#[A any] struct{ a, b A }\nvar x# D#[D#[D#[D#[D#[D#[D#[D#[int]]]]]]]]\nx#", "func f#[T comparable](a T) bool { return a == a }\nf#(any([]int{}))",
	"type S# struct{ a int; a string }", "type S# struct{}\nfunc (S#) M() {}\nfunc (S#) M() {}", "type S# struct{ M int }\nfunc (S#) M() {}", "func f#(a int, a string) {}", "func f#() (int, string) { return 1 }", "func f#() int {}", "var f# func() = nil\nf#()", "type T# struct{ _ int; _ string }\nT#{}", "struct{ _ int }{}", "var x# struct{ int; string }\nx#", "x# := struct{ sync.Mutex }{}\nx#",
	"for i := range 3 { defer func() { _ = i }() }", "if true { return }", "select { case 1: }", "switch x := 1.(type) {}", "var a# [3]int\na#[5]", "a# := 1\na#()", "nil", "nil()", "nil.x", "_", "_ = nil", "x# := nil", "true()", "int", "int(", "func", "func f#", "type", "type T#", "var", "const", "import", "if", "for", "go", "defer", "{", "}", "(", ")", "[", "]", "\"", "`", "'", "/*", "*/", "//", ";", ":", ".", "...", ":=",
	"#", "\\", "$", "@", "?", "`a\nb", "\"a\nb\"", "/* /* */", "//line x:1\nnope#", "/*line y:9:9*/ nope#", "//go:embed x\nvar x# string", "//go:linkname f# runtime.throw\nfunc f#(string)", "func f#(x int) int", "//go:noinline\nfunc f#() {}\nf#()", "var x# = `\r\n`", "var ñ# = 1\nñ#", "日本# := 2", "var x\u200b = 1", "x# := 1 y# := 2", "x# = 1", "++x#", "x# := (1", "f(", "a b c", "var x# int = \"s\"", "x#.y.z", "if x# {", "1 +", "x# :=",
	"type E# struct{}\nfunc (e E#) Error() string { return fmt.Sprint(e) }\nE#{}", "type E# struct{}\nfunc (e E#) String() string { return fmt.Sprintf(\"%v\", &e) }\nfmt.Println(E#{})", "type E# struct{}\nfunc (e E#) Format(f fmt.State, c rune) { fmt.Fprint(f, e) }\nfmt.Println(E#{})", "type J# struct{}\nfunc (j J#) MarshalJSON() ([]byte, error) { return json.Marshal(j) }\njson.Marshal(J#{})", "type G# struct{}\nfunc (g G#) GoString() string { return fmt.Sprintf(\"%#v\", g) }\nG#{}",
}

var tokens = []string{"(", ")", "{", "}", "[", "]", ",", ";", ":=", "=", "func", "type", "struct", "interface", "map", "chan", "go", "defer", "return", "if", "for", "range", "switch", "case", "select", "goto", "var", "const", "import", "package", "x", "_", "nil", "int", "1", "\"s\"", "'r'", "<-", "...", ".", "*", "&", "!", "~", "\n", "//", "/*", "*/", "`", "\"", "\x00", "\xff", "\ufeff", "\r", "\u2028", "ˑ1", "ˑe", "iota", "fallthrough"}

// broken is a cell that was damaged, or one of unusual size.
func (g *gen) broken() cell {
	if g.IntN(6) == 0 {
		return cell{kind: "big", source: g.big(), stop: 3 * time.Second}
	}
	source := g.fill(pick(g, valid))
	if g.IntN(3) == 0 {
		source = g.fill(pick(g, declarations))
	}
	if g.IntN(3) == 0 {
		source += "\n" + g.fill(pick(g, valid))
	}
	for range 1 + g.IntN(3) {
		source = g.damage(source)
	}
	// What might leave a goroutine that nothing ends, or spoil what is checked.
	asked := slices.ContainsFunc([]string{"go", "gate", "kept", "next", "asked"}, func(word string) bool { return strings.Contains(source, word) })
	return cell{kind: "broken", source: source, asked: asked, stop: 50 * time.Millisecond}
}

// damage changes one place of a text.
func (g *gen) damage(s string) string {
	if s == "" {
		return pick(g, tokens)
	}
	i := g.IntN(len(s))
	j := i + g.IntN(min(len(s)-i, 8)+1)
	switch g.IntN(8) {
	case 0:
		return s[:i]
	case 1:
		return s[i:]
	case 2:
		return s[:i] + s[j:]
	case 3:
		return s[:j] + s[i:]
	case 4:
		return s[:i] + string([]byte{byte(g.IntN(256))}) + s[i:]
	case 5:
		return pick(g, []string{"\ufeff", "\r", "\n\n", "\x00"}) + strings.ReplaceAll(s, "\n", "\r\n")
	case 6:
		return s[:i] + pick(g, tokens) + s[j:]
	}
	return s[:i] + pick(g, tokens) + s[i:]
}

// big is a cell that is long or deep.
func (g *gen) big() string {
	n := 1 << (4 + g.IntN(9))
	rep := strings.Repeat
	return g.fill(pick(g, []func() string{
		func() string { return rep("(", n) + "1" + rep(")", n) },
		func() string { return rep("(", n) + "1" },
		func() string { return rep("{", n) + rep("}", n) },
		func() string { return rep("-", n) + "1" },
		func() string { return rep("!", n) + "true" },
		func() string { return "1" + rep(" + 1", n) },
		func() string { return "x# := 0\nx#" + rep(" + x#", n) },
		func() string { return `"a"` + rep(` + "a"`, n) },
		func() string { return "var x# " + rep("[]", min(n, 300)) + "int\nx#" },
		func() string { return "var x# " + rep("*", min(n, 300)) + "int\nx#" },
		func() string {
			return "var x# " + rep("struct{ a ", min(n, 300)) + "int" + rep(" }", min(n, 300)) + "\nx#"
		},
		func() string { return "var x# " + rep("func() ", min(n, 300)) + "int" },
		func() string { return rep("func() { ", min(n, 200)) + rep(" }()", min(n, 200)) },
		func() string { return rep("if true { ", min(n, 500)) + rep(" }", min(n, 500)) },
		func() string { return "x# := 1\nif x# == 2 {\n}" + rep(" else if x# == 3 {\n}", min(n, 500)) },
		func() string { return "x" + rep("y", n*10) + " := 1" },
		func() string { return rep("9", n*2) },
		func() string { return `"` + rep("x", n*20) + `"` },
		func() string { return "// " + rep("x", n*20) },
		func() string { return rep("\n", n*10) + "nope#" },
		func() string { return rep(" ", n*10) + "nope#" },
		func() string { return rep("x# := 1\n", min(n, 400)) },
		func() string { return "[]int{" + rep("1, ", n) + "}" },
		func() string { return "x# := 1\nswitch x# {\n" + g.lines(n, "case %d:\n") + "}" },
		func() string { return "type T# struct {\n" + g.lines(min(n, 1000), "\tF%d int\n") + "}\nT#{}" },
		func() string { return "type I# interface {\n" + g.lines(min(n, 500), "\tM%d()\n") + "}\nvar x# I#\nx#" },
		func() string { return "type T# struct{}\n" + g.lines(min(n, 60), "func (T#) M%d() {}\n") + "T#{}" },
		func() string { return "func f#(" + g.lines(min(n, 300), "a%d int, ") + ") {}" },
		func() string {
			return "select {\n" + g.lines(min(n, 200), "case <-make(chan [%d]int):\n") + "default:\n}"
		},
		func() string { return g.lines(min(n, 500), "nope#%d\n") },
		func() string { return "a" + rep(".b", n) },
		func() string { return "f" + rep("()", n) },
		func() string {
			return "var x# = []any{" + rep("[]any{", min(n, 300)) + rep("}, ", min(n, 300)) + "}\nx#"
		},
	})())
}

func (g *gen) lines(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}
