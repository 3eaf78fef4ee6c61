// Package goldentest compares what a test makes with a file that is committed, and
// rewrites the file where the test runs with -update. Only tests import it, as opposed
// to package archtest, which is one. Its file ends in test.go to stay out of the tree
// that graft carries.
//
//	goldentest.Equal(t, "testdata/board.txt", board.String())
package goldentest

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
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
		t.Errorf("%s is not what the test made (-: the file, +: the test; go test -update rewrites it):\n%s", path, diff(string(want), got))
	}
}

// around is how many equal lines are shown before and after those that differ.
const around = 2

// diff is the lines in which two texts differ, with some around them.
func diff(want, got string) string {
	edits := compare(slices.Collect(strings.Lines(want)), slices.Collect(strings.Lines(got)))
	var b strings.Builder
	line, shown := 0, 0
	for i, e := range edits {
		if e.mark != '+' {
			line++
		}
		if !changed(edits[max(0, i-around):min(len(edits), i+around+1)]) {
			continue
		}
		if shown != i || i == 0 {
			fmt.Fprintf(&b, "@@ line %d\n", max(1, line))
		}
		shown = i + 1
		text, whole := strings.CutSuffix(e.text, "\n")
		fmt.Fprintf(&b, "%c %s\n", e.mark, text)
		if !whole {
			b.WriteString("  (no line end)\n")
		}
	}
	return b.String()
}

// edit is a line of both texts (' '), of the first ('-') or of the second ('+').
type edit struct {
	mark rune
	text string
}

func changed(list []edit) bool {
	for _, e := range list {
		if e.mark != ' ' {
			return true
		}
	}
	return false
}

// compare finds the longest list of lines that a and b have in common.
func compare(a, b []string) (edits []edit) {
	common := make([][]int, len(a)+1) // from line i of a and line j of b on
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			common[i][j] = max(common[i+1][j], common[i][j+1])
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			}
		}
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			edits = append(edits, edit{' ', a[i]})
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			edits = append(edits, edit{'-', a[i]})
			i++
		default:
			edits = append(edits, edit{'+', b[j]})
			j++
		}
	}
	return edits
}
