package golang

import (
	"go/token"
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
