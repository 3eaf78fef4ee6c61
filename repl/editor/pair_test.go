package editor

import (
	"go/scanner"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestPairs(t *testing.T) {
	for _, c := range []struct{ name, from, typed, want string }{
		{"a bracket brings its partner", "f|", "(", "f(|)"},
		{"which is stepped over", "f|", "(a)", "f(a)|"},
		{"nested", "|", "f(g[x{", "f(g[x{|}])"},
		{"a quote", "f(|)", `"a"`, `f("a"|)`},
		{"a quote that is escaped", "|", `"\"`, `"\"|"`},
		{"raw strings", "|", "`\"", "`\"|`"},
		{"no partner in front of a word", "|x", "(", "(|x"},
		{"none behind a word for quotes", "don|", "'", "don'|"},
		{"none in a string", `"|"`, "(", `"(|"`},
		{"none in a comment", "// |", "(it's", "// (it's|"},
		{"none where one waits", "f|x)", "(", "f(|x)"},
		{"none for a stray one behind", "|)", "(", "(|)"},
		{"a bracket that was not brought is not stepped over", "f(a|)", ")", "f(a)|)"},
		{"a comment does not swallow the partner", "|", "f( // a)", "f( // a)|)"},
		{"the empty pair goes at once", "|", "f(\b", "f|"},
		{"an empty string too", "|", "f(\"\b", "f(|)"},
		{"a full pair does not", "|", "f(a\b\b", "f|"},
		{"a pair that was there does not", "f(|)", "\b", "f|)"},
		{"a block opens", "|", "if x {\n", "if x {\n\t|\n}"},
		{"and closes", "|", "if x {\ny\n}", "if x {\n\ty\n}|"},
		{"without a line of its own", "|", "if x {\ny }", "if x {\n\ty }|"},
		{"else", "|", "if x {\ny\n} else {\nz", "if x {\n\ty\n} else {\n\tz|\n}"},
		{"arguments on lines", "|", "f(\na,\n)", "f(\n\ta,\n)|"},
		{"a function as argument", "|", "f(func() {\nx\n})", "f(func() {\n\tx\n})|"},
		{"a switch", "|", "switch {\ncase x:\ny", "switch {\ncase x:\n\ty|\n}"},
		{"its cases", "\t|", "switch x {\ncase 1:\ny\ncase 2, 3:\ndefault:\nz\n}", "\tswitch x {\n\tcase 1:\n\t\ty\n\tcase 2, 3:\n\tdefault:\n\t\tz\n\t}|"},
		{"a switch in a switch", "|", "switch {\ncase a:\nswitch b {\ncase c:\n", "switch {\ncase a:\n\tswitch b {\n\tcase c:\n\t\t|\n\t}\n}"},
		{"a key that looks like a case", "|", "T{\ndefault:", "T{\n\tdefault:|\n}"},
		{"a raw string is not indented", "\t|", "`\na\n`", "\t`\na\n`|"},
		{"blanks alone on a line go", "\tx|", "\n\n", "\tx\n\n\t|"},
		{"the rest of a line loses its blanks", "f(a,| b)", "\n", "f(a,\n\t|b)"},
		{"closing bracket moves out", "if x {\n\t\t|", "}", "if x {\n\t}|"},
		{"in a raw string it does not", "`\n\t\t|`", "}", "`\n\t\t}|`"},
	} {
		e := with(c.from)
		for _, r := range c.typed {
			switch r {
			case '\b':
				e.Backspace()
			case '\n':
				e.Newline()
			default:
				e.Type(string(r))
			}
		}
		if got := marked(e); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	for _, c := range []struct {
		typed string
		do    func(*Editor)
		want  string
	}{
		{`x f("a b`, (*Editor).KillBlankLeft, `x f("a |")`},
		{`x f("a`, (*Editor).KillBlankLeft, "x |"},
		{`g(f("a`, (*Editor).KillStart, "|"},
		{`f("a`, (*Editor).KillWordLeft, `f("|")`},
		{`f("a`, func(e *Editor) { left(e); left(e); e.Delete() }, "f(|)"},
		{`f("a`, func(e *Editor) { left(e); left(e); e.CutRegion(); e.Undo() }, `f(|"a")`},
	} {
		e := with("|")
		typeAll(e, c.typed)
		if c.do(e); marked(e) != c.want {
			t.Errorf("%s: %q, want %q", c.typed, marked(e), c.want)
		}
	}
	e := with("|")
	e.Type("(")
	if e.Undo(); marked(e) != "|" {
		t.Errorf("undo of a pair: %q", marked(e))
	}
}

// Source typed character by character, without the indentation, comes out with
// the same tokens: what the editor closes by itself is never in the way.
func TestTypingSourceGivesTheSource(t *testing.T) {
	own, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	others, err := filepath.Glob("../../internal/golang/*.go")
	if err != nil || len(own)+len(others) < 40 {
		t.Fatalf("%d files: %v", len(own)+len(others), err)
	}
	for _, path := range append(own, others...) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		src := string(data)
		if len(src) > 10000 {
			continue // every bracket reads the whole text
		}
		if want, got := tokens(src), tokens(typed(src)); want != got {
			i := commonLen(want, got)
			t.Errorf("%s: typed\n…%s\nwant\n…%s", path, cut(got, i), cut(want, i))
		}
	}
}

// typed is src as it comes out when it is typed.
func typed(src string) string {
	var e Editor
	newline := false
	for _, r := range src {
		raw := e.Kind(e.cursor).Long()
		switch {
		case newline && r == '\t' && !raw:
			continue
		case r == '\n':
			e.Newline()
		default:
			e.Type(string(r))
		}
		newline = r == '\n'
	}
	return e.Text()
}

// tokens writes the tokens of src, and comments without their indentation.
func tokens(src string) string {
	var b strings.Builder
	var s scanner.Scanner
	s.Init(token.NewFileSet().AddFile("", -1, len(src)), []byte(src), nil, scanner.ScanComments)
	for {
		_, tok, lit := s.Scan()
		if tok == token.EOF {
			return b.String()
		}
		b.WriteString(tok.String() + " " + strings.ReplaceAll(lit, "\t", "") + "\n")
	}
}

func commonLen(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

func cut(s string, at int) string { return s[max(0, at-80):min(len(s), at+80)] }
