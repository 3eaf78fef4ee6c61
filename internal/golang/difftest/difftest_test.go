package difftest

import (
	"context"
	"strings"
	"testing"

	_ "graft/internal/golang/registry/std"
)

// TestSeeds compares a few programs.
func TestSeeds(t *testing.T) {
	compare(t, t.TempDir(), 1, 12)
}

// A difference, an error of a cell and the text of a panic are told apart from
// what is right.
func TestRunCells(t *testing.T) {
	for _, test := range []struct{ cells, want string }{
		{"fmt.Println(1)|fmt.Println(2)", "1\n2\n"},
		{"fmt.Println(1)|panic(\"x\")|fmt.Println(3)", "1\npanic: x\n"},
		{"var m map[int]int|m[1] = 2", "panic: assignment to entry in nil map\n"},
	} {
		if got := RunCells(t.Context(), strings.Split(test.cells, "|")); got != test.want {
			t.Errorf("%s: got %q, want %q", test.cells, got, test.want)
		}
	}
	if got := RunCells(t.Context(), []string{"x := 1 +"}); !strings.HasPrefix(got, "CompileError: ") {
		t.Errorf("a broken cell gave %q", got)
	}
	d := Diff{Program{Seed: 7}, "a\nb\n", "a\nc\n"}
	if got := d.String(); !strings.Contains(got, "seed 7, output line 2:\n--- native:\nb\n") {
		t.Errorf("got %q", got)
	}
}

// A seed has one program, and its cells hold all of it.
func TestDeterminism(t *testing.T) {
	for seed := range uint64(30) {
		p := New(seed)
		if p.File() != New(seed).File() {
			t.Fatalf("seed %d has two programs", seed)
		}
		n := 0
		for _, cell := range p.Cells()[1:] {
			n += len(cell)
		}
		for _, u := range p.Units {
			n -= len(strings.ReplaceAll(u.Text, mark, "")) + 1
		}
		if n != 0 {
			t.Errorf("seed %d: the cells have %d bytes too many", seed, n)
		}
	}
}

func compare(t *testing.T, dir string, first uint64, n int) {
	diffs, err := Compare(context.Background(), dir, Programs(first, n))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range diffs {
		t.Error(d)
	}
}
