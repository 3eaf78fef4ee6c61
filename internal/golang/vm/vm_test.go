package vm_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"graft/internal/golang/vm"
)

// syncBuffer is a buffer that goroutines may share.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// TestPrograms runs each program of testdata and compares its output with the
// one that the native program gave (testdata/NAME.out, written by "go run").
// With UPDATE=1 the native output is written anew.
func TestPrograms(t *testing.T) {
	files, err := filepath.Glob("testdata/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no programs: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".go"), func(t *testing.T) {
			golden := strings.TrimSuffix(file, ".go") + ".out"
			if os.Getenv("UPDATE") != "" {
				out, _ := exec.Command("go", "run", file).CombinedOutput()
				if err := os.WriteFile(golden, out, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			got := run(t, string(text), vm.Options{Strict: true})
			if got.err != nil {
				t.Errorf("%v", got.err)
			}
			if got.out != string(want) {
				t.Errorf("output\n%s\nwant\n%s", got.out, want)
			}
		})
	}
}

// TestProgramsUnderGCStress runs the programs again in a process that collects
// garbage all the time and overwrites what it frees.
func TestProgramsUnderGCStress(t *testing.T) {
	cmd := exec.Command(os.Args[0], "-test.run=^TestPrograms$")
	cmd.Env = append(os.Environ(), "GOGC=1", "GODEBUG=clobberfree=1,invalidptr=1", "UPDATE=")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}
