package golang

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"sync"
	"testing"
)

// TestImportDoesNotWait imports what is ready while another package is being read.
func TestImportDoesNotWait(t *testing.T) {
	im := newImporter(token.NewFileSet())
	first, err := im.Import("strings")
	if err != nil {
		t.Fatal(err)
	}
	im.mu.Lock() // as the reading of a package does
	defer im.mu.Unlock()
	for _, path := range []string{"strings", "unsafe", failPath} {
		pkg, err := im.Import(path)
		if err != nil || pkg.Path() != path || path == "strings" && pkg != first {
			t.Errorf("%s: %v, %v", path, pkg, err)
		}
	}
}

// TestErrorsWhileAPackageIsRead words an error of the type checker while a package is
// read that an imported one mentions; the race detector watches.
func TestErrorsWhileAPackageIsRead(t *testing.T) {
	for range 20 {
		im := newImporter(token.NewFileSet())
		if _, err := im.Import("math/big"); err != nil { // which mentions fmt
			t.Fatal(err)
		}
		file, err := parser.ParseFile(im.fset, "p.go", `package p; import "math/big"; var x int = big.NewInt(1)`, 0)
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := im.Import("fmt"); err != nil {
				t.Error(err)
			}
		})
		for range 20 {
			conf := types.Config{Importer: im}
			if _, err := conf.Check("p", im.fset, []*ast.File{file}, nil); err == nil || !strings.Contains(err.Error(), "*big.Int") {
				t.Fatal(err)
			}
		}
		wg.Wait()
	}
}

// TestImportAtOnce reads packages that mention each other from many goroutines:
// each is one package for all.
func TestImportAtOnce(t *testing.T) {
	im := newImporter(token.NewFileSet())
	var found sync.Map
	var wg sync.WaitGroup
	for range 8 {
		for _, path := range []string{"slices", "iter", "fmt", "maps", "reflect", "strings"} {
			wg.Go(func() {
				pkg, err := im.Import(path)
				if err != nil {
					t.Error(err)
				}
				if other, loaded := found.LoadOrStore(path, pkg); loaded && other != pkg {
					t.Errorf("two packages %s", path)
				}
			})
		}
	}
	wg.Wait()
	seq, _ := found.Load("iter")
	if seq == nil || im.pkgs["iter"] != seq {
		t.Error("export data made an iter of its own")
	}
}
