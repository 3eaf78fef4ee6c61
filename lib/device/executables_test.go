package device

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/stretchr/testify/require"
)

// TestKeptProgram is a process of TestExecutablesAreKept: it compiles a program and
// prints its result to the last bit, and what was compiled and what was found.
func TestKeptProgram(t *testing.T) {
	if os.Getenv("GRAFT_TEST_KEPT") == "" {
		t.Skip("only as a process of TestExecutablesAreKept")
	}
	worthKeeping = 0
	d, err := Open(t.Context())
	require.NoError(t, err)
	require.NoError(t, d.Kept)
	program, err := graph.NewExec(d.Backend, func(x *graph.Node) *graph.Node {
		return graph.ReduceAllSum(graph.Tanh(graph.MatMul(x, graph.Transpose(x, 0, 1))))
	})
	require.NoError(t, err)
	out, err := program.Call([][]float32{{.1, .2, .3}, {.4, .5, .6}})
	require.NoError(t, err)
	require.Equal(t, d.Kind == CUDA, MemoryInUse() > 0, "XLA on the CPU does not tell its memory")
	c := KeptExecutables()
	fmt.Printf("result %b compiled %d loaded %d\n", out[0].Value().(float32), c.Compiled, c.Loaded)
}

// TestExecutablesAreKept runs one program in several processes over one cache.
func TestExecutablesAreKept(t *testing.T) {
	d, err := Open(t.Context())
	require.NoError(t, err)
	if d.Kind == Go {
		t.Skip("the pure Go backend compiles nothing")
	}
	cache := t.TempDir()
	run := func(env ...string) (result string) {
		t.Helper()
		cmd := exec.Command(os.Args[0], "-test.run=^TestKeptProgram$")
		cmd.Env = append(append(os.Environ(), "GRAFT_TEST_KEPT=1", "GRAFT_CACHE="+cache, EnvPlugin+"="+d.Plugin.Path), env...)
		out, err := cmd.Output()
		require.NoError(t, err, string(out))
		return strings.TrimPrefix(line(string(out), "result "), "result ")
	}
	first := run()
	require.Contains(t, first, "loaded 0")
	compiled := first[strings.Index(first, "compiled ")+len("compiled ") : strings.Index(first, " loaded")]
	result := strings.Fields(first)[0]
	found := fmt.Sprintf("%s compiled 0 loaded %s", result, compiled)
	again := fmt.Sprintf("%s compiled %s loaded 0", result, compiled)
	require.Equal(t, found, run(), "the second process compiles nothing")

	files, err := filepath.Glob(filepath.Join(cache, "executables", "*"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for what, damage := range map[string]func(string, []byte) error{
		"a flipped bit": func(path string, data []byte) error { data[len(data)/2] ^= 1; return os.WriteFile(path, data, 0o600) },
		"a cut file":    func(path string, data []byte) error { return os.WriteFile(path, data[:len(data)-1], 0o600) },
		"an empty file": func(path string, _ []byte) error { return os.WriteFile(path, nil, 0o600) },
		"a folder":      func(path string, _ []byte) error { return os.Remove(path) },
		"a death while loading": func(path string, _ []byte) error {
			dead := exec.Command("true")
			if err := dead.Run(); err != nil {
				return err
			}
			return os.WriteFile(fmt.Sprintf("%s.loading.%d", path, dead.Process.Pid), nil, 0o600)
		},
		"a right digest of what is no executable": func(path string, _ []byte) error {
			s := shelf{dir: filepath.Dir(path), limit: 1 << 20}
			s.write(filepath.Base(path), []byte("no executable"))
			return nil
		},
	} {
		for _, path := range files {
			data, err := os.ReadFile(path)
			require.NoError(t, err, what)
			require.NoError(t, damage(path, data), what)
		}
		require.Equal(t, again, run(), "after %s", what)
		require.Equal(t, found, run(), "%s is mended", what)
	}
	require.Equal(t, again, run(envFlags+"=--xla_cpu_enable_fast_math=false"), "other flags make other executables")
}

// line is the first line of text that begins with start.
func line(text, start string) string {
	for l := range strings.Lines(text) {
		if strings.HasPrefix(l, start) {
			return strings.TrimSpace(l)
		}
	}
	return ""
}

func TestShelfIsBounded(t *testing.T) {
	s := shelf{dir: t.TempDir(), limit: 1000}
	old := time.Now().Add(-time.Hour)
	for _, key := range []string{"a", "b", "c"} {
		s.write(key, bytes.Repeat([]byte(key), 300))
		require.NoError(t, os.Chtimes(s.path(key), old, old))
		old = old.Add(time.Minute)
	}
	kept, done := s.read("a") // now the one used last, among those of old times
	require.Nil(t, kept, "the third made the first go")
	require.Nil(t, done)
	kept, done = s.read("b")
	require.Equal(t, bytes.Repeat([]byte("b"), 300), kept)
	done()
	s.write("d", make([]byte, 300))
	kept, _ = s.read("c")
	require.Nil(t, kept, "c was used least recently")
	left, err := filepath.Glob(filepath.Join(s.dir, "*"))
	require.NoError(t, err)
	require.Len(t, left, 2, "no marks and no halves")
	s.write("large", make([]byte, 2000))
	kept, _ = s.read("large")
	require.Nil(t, kept)
	shelf{dir: "/proc/nowhere", limit: 1 << 20}.write("a", []byte("x")) // cannot be written: nothing happens
}
