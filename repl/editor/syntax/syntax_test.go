package syntax

import (
	"fmt"
	"strings"
	"testing"
)

// kinds writes a letter for the kind at each place of src.
func kinds(src string) string {
	var b strings.Builder
	for at := range len(src) + 1 {
		b.WriteByte("cqxrlb"[At(src, at)])
	}
	return b.String()
}

func TestAt(t *testing.T) {
	for src, want := range map[string]string{
		"":             "c",
		`a "b" c`:      "cccqqccc",
		`"a\"b"c`:      "cqqqqqcc",
		"\"a\nb":       "cqqcc",
		`"\`:           "cqq",
		"\"\\\nb":      "cqqcc",
		`'"'"`:         "cxxcq",
		"`a\n\"b`c":    "crrrrrcc",
		"a / b // c\n": "cccccccclllc",
		"//":           "ccl",
		"/* \" \n*/ x": "ccbbbbbbccc",
		"/*/":          "ccbb",
	} {
		if got := kinds(src); got != want {
			t.Errorf("%q: %s, want %s", src, got, want)
		}
	}
}

// An index that follows a text from change to change says what a new one says.
func TestIndexFollows(t *testing.T) {
	line := "x := `raw // ` + \"a\" /* b */ // c \"\n"
	text := strings.Repeat(line, 3*stride/len(line))
	var x Index
	x.At(text, len(text))
	if len(x.marks) < 2 {
		t.Fatalf("%d marks in %d bytes", len(x.marks), len(text))
	}
	for i := 0; i < len(text); i += 997 {
		for _, s := range []string{"`", "/*", "/", "", "\""} {
			changed := text[:i] + s + text[min(len(text), i+2):]
			for _, at := range []int{i, i + 1, len(changed), len(changed) / 2} {
				if got, want := x.At(changed, at), At(changed, at); got != want {
					t.Fatalf("%q at %d, kind at %d: %v, want %v", s, i, at, got, want)
				}
			}
		}
	}
}

func TestUnmatched(t *testing.T) {
	open, stray := Unmatched("f(a[1], \")\", func() { x } // (\n)]{", Code)
	if got := fmt.Sprint(open, stray); got != "[33] [32]" {
		t.Error(got)
	}
	if open, _ := Unmatched("a\"(", Quoted); len(open) != 1 {
		t.Errorf("behind a string that began before: %v", open)
	}
}

func TestPartner(t *testing.T) {
	src := `f(a[1], ")", func() { x })`
	for cursor, want := range map[int][2]int{1: {1, 25}, 26: {25, 1}, 3: {3, 5}, 6: {5, 3}, 0: {}, 10: {}} {
		own, other, ok := Partner(src, Code, cursor)
		if ok != (want != [2]int{}) || own != want[0] || other != want[1] {
			t.Errorf("at %d: %d %d %v, want %v", cursor, own, other, ok, want)
		}
	}
	if _, _, ok := Partner("(]", Code, 0); ok {
		t.Error("unlike brackets are partners")
	}
}

func TestEnclosing(t *testing.T) {
	src := `f(a, g(b)[0], "(")`
	for at, want := range map[int]string{0: "0 0 false", 1: "1 17 true", 2: "1 17 true", 7: "6 8 true", 8: "6 8 true", 15: "1 17 true"} {
		if got := fmt.Sprintln(Enclosing(src, at, '(')); strings.TrimSpace(got) != want {
			t.Errorf("at %d: %s, want %s", at, got, want)
		}
	}
}

// FuzzIndex checks that an index that follows a text says what a new one says.
func FuzzIndex(f *testing.F) {
	f.Add("`a` // \"\n/* ' */", 3, "`")
	f.Fuzz(func(t *testing.T, part string, at int, put string) {
		if part == "" {
			return
		}
		text := strings.Repeat(part, 1+3*stride/len(part))
		at = max(0, at%len(text))
		var x Index
		x.At(text, len(text))
		changed := text[:at] + put + text[at:]
		for _, to := range []int{at, at + len(put), len(changed), len(changed) / 2} {
			if got, want := x.At(changed, to), At(changed, to); got != want {
				t.Fatalf("%q at %d, kind at %d: %v, want %v", put, at, to, got, want)
			}
		}
	})
}
