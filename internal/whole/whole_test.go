package whole

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func text(s string) func(*os.File) error {
	return func(f *os.File) error { _, err := f.WriteString(s); return err }
}

// files are the names in dir.
func files(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestWrite(t *testing.T) {
	t.Run("unnamed first, if there is such a thing", testWrite)
	t.Run("named first", func(t *testing.T) {
		openUnnamed = func(string, fs.FileMode) *os.File { return nil }
		t.Cleanup(func() { openUnnamed = unnamed })
		testWrite(t)
	})
}

func testWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	require.NoError(t, Write(path, 0o640, text("one")))
	require.NoError(t, Write(path, 0o640, text("two")))
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "two", string(got))
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o640), info.Mode())

	broken := errors.New("broken")
	require.ErrorIs(t, Write(path, 0o640, func(f *os.File) error { return errors.Join(text("th")(f), broken) }), broken)
	got, err = os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "two", string(got))
	require.Equal(t, []string{"a"}, files(t, dir))
	require.ErrorIs(t, Write(filepath.Join(dir, "no", "b"), 0o640, text("x")), os.ErrNotExist)
	testLinks(t)
}

// testLinks writes through links, which stay.
func testLinks(t *testing.T) {
	top := t.TempDir()
	real, links := filepath.Join(top, "real", "deep"), filepath.Join(top, "links")
	require.NoError(t, errors.Join(os.MkdirAll(real, 0o755), os.Mkdir(links, 0o755)))
	require.NoError(t, os.Symlink(real, filepath.Join(links, "d"))) // d/.. is top/real
	for _, target := range []string{filepath.Join(real, "a"), "../a", "other", "../c"} {
		path := filepath.Join(links, "d", "link")
		require.NoError(t, os.Symlink(target, path))
		require.NoError(t, Write(path, 0o644, text(target)))
		require.NoError(t, Write(path, 0o644, text(target+" again")))
		info, err := os.Lstat(path)
		require.NoError(t, err)
		require.Equal(t, os.ModeSymlink, info.Mode().Type(), target)
		got, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, target+" again", string(got))
		require.NoError(t, os.Remove(path))
	}
	require.Equal(t, []string{"a", "other"}, files(t, real))
	require.Equal(t, []string{"a", "c", "deep"}, files(t, filepath.Join(top, "real")))

	round := filepath.Join(links, "round")
	require.NoError(t, os.Symlink("round", round))
	require.Error(t, Write(round, 0o644, text("x")))
}

// TestKilled is killed in the middle of writing, and leaves the former file alone.
func TestKilled(t *testing.T) {
	if path := os.Getenv("WHOLE_TEST_KILLED"); path != "" {
		_ = Write(path, 0o644, func(f *os.File) error {
			_, _ = f.WriteString("half")
			self, _ := os.FindProcess(os.Getpid())
			return self.Kill()
		})
		select {}
	}
	dir := t.TempDir()
	if f := unnamed(dir, 0o600); f == nil {
		t.Skip("this file system has no unnamed files")
	} else {
		require.NoError(t, f.Close())
	}
	path := filepath.Join(dir, "a")
	require.NoError(t, Write(path, 0o644, text("whole")))
	cmd := exec.Command(os.Args[0], "-test.run=^TestKilled$")
	cmd.Env = append(os.Environ(), "WHOLE_TEST_KILLED="+path)
	require.Error(t, cmd.Run())
	require.Equal(t, []string{"a"}, files(t, dir))
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "whole", string(got))
}
