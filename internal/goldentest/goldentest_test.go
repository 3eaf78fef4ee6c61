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
	if !strings.Contains(f.text, "a.txt") || !strings.Contains(f.text, "\n one\n-two\n+two\n") {
		t.Error(f.text)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "one\ntwo\n" {
		t.Errorf("%q, %v", text, err)
	}
}
