// Package goldentest compares what a test makes with a file that is committed, and
// rewrites the file where the test runs with -update. Only tests import it, as opposed
// to package archtest, which is one. Its file ends in test.go to stay out of the tree
// that graft carries.
//
//	goldentest.Equal(t, "testdata/board.txt", board.String())
package goldentest

import (
	"flag"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/diff"
)

var update = flag.Bool("update", false, "rewrite the files in testdata")

// Updating reports whether files are to be rewritten, for tests that do it themselves.
func Updating() bool { return *update }

// Equal fails the test if the file at path does not hold got, and shows the lines that
// differ. With -update it writes the file.
func Equal(t testing.TB, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (go test -update writes it)", err)
	}
	if got != string(want) {
		t.Errorf("the test did not make what is in %s (go test -update rewrites it):\n%s", path, diff.Diff("file", want, "test", []byte(got)))
	}
}
