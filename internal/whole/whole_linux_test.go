package whole

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// A container may have no /proc, through which an unnamed file gets its name.
func TestNoProc(t *testing.T) {
	defer func(before string) { descriptors = before }(descriptors)
	descriptors = filepath.Join(t.TempDir(), "none")
	testWrite(t)
	require.Nil(t, unnamed(t.TempDir(), 0o600))
}

// mode is the permissions of a file.
func mode(t *testing.T, path string) os.FileMode {
	t.Helper()
	info, err := os.Stat(path)
	require.NoError(t, err)
	return info.Mode().Perm()
}

// A file that is there keeps its permissions; a new one has those that the user's mask
// leaves, as os.WriteFile has it.
func TestPermissions(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o027))
	for name, open := range map[string]func(string, fs.FileMode) *os.File{
		"unnamed": unnamed, "named": func(string, fs.FileMode) *os.File { return nil },
	} {
		openUnnamed = open
		path := filepath.Join(t.TempDir(), "a")
		require.NoError(t, Write(path, 0o644, text("one")))
		require.Equal(t, os.FileMode(0o640), mode(t, path), name)
		for _, m := range []os.FileMode{0o755, 0o666, 0o600} {
			require.NoError(t, os.Chmod(path, m))
			require.NoError(t, Write(path, 0o644, text("two")))
			require.Equal(t, m, mode(t, path), name)
		}
	}
	openUnnamed = unnamed
}

// What is no file is written to, not replaced; a folder is an error.
func TestNoFile(t *testing.T) {
	r, w, err := os.Pipe()
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "out")
	require.NoError(t, os.Symlink(fmt.Sprintf("/proc/self/fd/%d", w.Fd()), path))
	require.NoError(t, Write(path, 0o644, text("one")))
	require.NoError(t, w.Close())
	got, err := io.ReadAll(r)
	require.NoError(t, err)
	require.Equal(t, "one", string(got))
	require.ErrorIs(t, Write(filepath.Dir(path), 0o644, text("x")), syscall.EISDIR)
}
