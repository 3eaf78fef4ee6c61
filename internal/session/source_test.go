package session

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"graft/lib/display"
)

// asked returns a session with some imports, and what level 1 of help says of a name.
func asked(t *testing.T) func(src string) string {
	s := New(Options{History: "-", Tree: os.DirFS("../..")})
	t.Cleanup(func() { s.Close() })
	s.Execute(t.Context(), Request{Code: `import (
	"github.com/gomlx/gomlx/core/graph"
	"gonum.org/v1/gonum/stat"
	"graft/lib/task"
	"graft/lib/train"
)
var m *task.ImageClassifier`}, new(tape).handle)
	return func(src string) string {
		b, ok := s.Inspect(src, len(src), 1)
		if !ok {
			t.Errorf("no help on %s", src)
		}
		text, _ := b.Data[display.Text].(string)
		return text
	}
}

func TestInspectShowsSource(t *testing.T) {
	help := asked(t)
	for src, want := range map[string]string{
		"graft.Dataset": "func Dataset(name string, opts ...Option) (*data.Set, error) {\n\ts, err := train.Resolve(",
		"m.Freeze":      "func (m *Image) Freeze(spec ...string) error {",
		"train.Epoch":   "type Epoch struct {\n\tN ",
		"graft.Epoch":   "type Epoch = train.Epoch\n\ntype Epoch struct {\n\tN ",
	} {
		if got := help(src); !strings.Contains(got, want) {
			t.Errorf("%s: want %q in\n%s", src, want, got)
		}
	}
}

// TestInspectShowsSourceOfModules asks for names of modules without a module cache
// and with the one of this machine.
func TestInspectShowsSourceOfModules(t *testing.T) {
	out, err := exec.Command("go", "env", "GOMODCACHE").Output()
	cache := strings.TrimSpace(string(out))
	if _, missing := os.Stat(filepath.Join(cache, "gonum.org")); err != nil || missing != nil {
		t.Fatalf("the modules of this build are not in %s: %v, %v", cache, err, missing)
	}
	help := asked(t)
	for src, parts := range map[string][2]string{
		"graph.Add": {"Add returns the element-wise sum", "func Add(lhs *Node, rhs *Node) (\n"},
		"stat.Mean": {"Mean computes the weighted mean", "func Mean(x, weights []float64) float64 {\n"},
	} {
		t.Setenv("GOMODCACHE", t.TempDir())
		if got := help(src); !strings.Contains(got, parts[0]) || strings.Contains(got, parts[1]) {
			t.Errorf("%s without a module cache:\n%s", src, got)
		}
		t.Setenv("GOMODCACHE", cache)
		if got := help(src); !strings.Contains(got, parts[0]) || !strings.Contains(got, parts[1]) {
			t.Errorf("%s: want %q in\n%s", src, parts, got)
		}
	}
}
