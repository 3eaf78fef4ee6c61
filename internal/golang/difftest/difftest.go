// Package difftest compares cells with compiled Go: it makes random programs,
// runs each as a native binary and as a session of cells, and reports where the
// outputs differ. It holds no test of single features, as opposed to the
// transcripts of internal/golang/testdata, to which every difference it finds
// goes as a small program.
//
//	programs := difftest.Programs(1, 100) // the seeds 1 to 100
//	diffs, err := difftest.Compare(ctx, dir, programs)
package difftest

import (
	"context"
	_ "embed" // the prelude
	"fmt"
	"math/rand/v2"
	"strings"
)

// mark stands before the names of a program's top level: natively it becomes a
// prefix of the program's own, so that many programs fit one package.
const mark = "§"

// Unit is a top-level declaration or a statement of main.
type Unit struct {
	Text string
	Decl bool // a declaration, which natively stands outside main
	// Shared marks a declaration of the prelude, which all programs of a batch have
	// in common.
	Shared bool
}

// prelude holds the declarations that generated code leans on.
//
//go:embed prelude.txt
var prelude string

// Program is a random program that is valid Go, ends soon and has one possible
// output. The units stand in an order in which they can run one after the other.
type Program struct {
	Seed  uint64
	Units []Unit
}

// Programs returns the programs of n seeds, beginning with first.
func Programs(first uint64, n int) []Program {
	list := make([]Program, n)
	for i := range list {
		list[i] = New(first + uint64(i))
	}
	return list
}

// imports are the packages that every program may use, each with an exported
// name of it, so that natively none is unused.
var imports = []struct{ path, use string }{
	{"errors", "errors.New"}, {"fmt", "fmt.Println"}, {"math", "math.Inf"}, {"runtime", "runtime.GC"}, {"slices", "slices.Max[[]int]"},
	{"sort", "sort.Ints"}, {"strings", "strings.ToUpper"}, {"sync", "sync.NewCond"}, {"unicode/utf8", "utf8.RuneLen"},
}

// importDecl imports what programs use.
func importDecl() string {
	var b strings.Builder
	b.WriteString("import (\n")
	for _, p := range imports {
		fmt.Fprintf(&b, "\t%q\n", p.path)
	}
	return b.String() + ")\n"
}

// Native returns the program as a file of package main without imports and prelude, its
// top-level names behind prefix, its statements in the function prefix+"main".
func (p Program) Native(prefix string) string {
	var decls, body strings.Builder
	for _, u := range p.Units {
		switch {
		case u.Shared:
		case u.Decl:
			decls.WriteString(u.Text + "\n\n")
		default:
			body.WriteString(u.Text + "\n")
		}
	}
	return strings.ReplaceAll(decls.String()+"func "+mark+"main() {\n"+body.String()+"}\n", mark, prefix)
}

// File returns the program as a complete program in one file.
func (p Program) File() string {
	return head() + prelude + "\n" + p.Native("")
}

// head returns the imports of a file with uses of each.
func head() string {
	var use strings.Builder
	for _, i := range imports {
		use.WriteString("var _ = " + i.use + "\n")
	}
	return "package main\n\n" + importDecl() + "\n" + use.String() + "\n"
}

// Cells returns the program as cells, split at places that the seed decides. The
// first cell holds the imports.
func (p Program) Cells() []string {
	r := rand.New(rand.NewPCG(p.Seed, 2))
	most := 1 + r.IntN(12) // units in one cell
	cells := []string{importDecl()}
	for i := 0; i < len(p.Units); {
		n := min(1+r.IntN(most), len(p.Units)-i)
		var b strings.Builder
		for _, u := range p.Units[i : i+n] {
			b.WriteString(strings.ReplaceAll(u.Text, mark, "") + "\n")
		}
		cells = append(cells, b.String())
		i += n
	}
	return cells
}

// Diff is a program whose outputs differ.
type Diff struct {
	Program      Program
	Native, Cell string // the outputs
}

// String shows the first lines that differ, with the seed.
func (d Diff) String() string {
	a, b := strings.SplitAfter(d.Native, "\n"), strings.SplitAfter(d.Cell, "\n")
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	line := func(lines []string) string { return strings.Join(lines[i:min(i+3, len(lines))], "") }
	return fmt.Sprintf("seed %d, output line %d:\n--- native:\n%s\n--- cells:\n%s", d.Program.Seed, i+1, line(a), line(b))
}

// Compare runs programs both ways and returns those that differ. It writes the
// native programs to dir, which must be empty or made by an earlier call.
func Compare(ctx context.Context, dir string, programs []Program) ([]Diff, error) {
	want, err := RunNative(ctx, dir, programs)
	if err != nil {
		return nil, err
	}
	var diffs []Diff
	for i, p := range programs {
		if got := RunCells(ctx, p.Cells()); got != want[i] {
			diffs = append(diffs, Diff{p, want[i], got})
		}
	}
	return diffs, nil
}
