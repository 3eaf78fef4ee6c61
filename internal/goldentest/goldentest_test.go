package goldentest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// failed is a test that writes down what it is told.
type failed struct {
	testing.TB
	text string
}

func (f *failed) Helper()                           {}
func (f *failed) Errorf(format string, args ...any) { f.text += fmt.Sprintf(format, args...) }
func (f *failed) Fatalf(format string, args ...any) { f.text += fmt.Sprintf(format, args...) }

func TestEqual(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.txt")
	defer func(before bool) { *update = before }(*update)
	*update = true
	Equal(t, path, "one\ntwo\n")
	*update = false
	Equal(t, path, "one\ntwo\n")
	var f failed
	Equal(&f, path, "one\ntwo")
	if !strings.Contains(f.text, "a.txt") || !strings.HasSuffix(f.text, "@@ line 1\n  one\n- two\n+ two\n  (no line end)\n") {
		t.Error(f.text)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "one\ntwo\n" {
		t.Errorf("%q, %v", text, err)
	}
}

func TestDiff(t *testing.T) {
	lines := func(s string) string { return strings.ReplaceAll(s, " ", "\n") + "\n" }
	for _, c := range [][3]string{
		{"a b c d e f g", "a b c d X f g", "@@ line 3\n  c\n  d\n- e\n+ X\n  f\n  g\n"},
		{"a b c d e f g h i", "X a b c d e f g h", "@@ line 1\n+ X\n  a\n  b\n@@ line 7\n  g\n  h\n- i\n"},
		{"a", "a b", "@@ line 1\n  a\n+ b\n"},
	} {
		if got := diff(lines(c[0]), lines(c[1])); got != c[2] {
			t.Errorf("%s → %s:\n%swant\n%s", c[0], c[1], got, c[2])
		}
	}
}
