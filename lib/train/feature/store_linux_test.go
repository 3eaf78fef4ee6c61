package feature

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestReadOnlyCache: features that are there are used, others are computed.
func TestReadOnlyCache(t *testing.T) {
	f := cached(t)
	filled(t, f, "k", 3, 4)
	dir := packDir("k")
	require.NoError(t, os.Chmod(dir, 0o500))
	t.Cleanup(func() { require.NoError(t, os.Chmod(dir, 0o700)) })
	if os.WriteFile(filepath.Join(dir, "probe"), nil, 0o600) == nil {
		readOnlyElsewhere(t, dir) // root may write anywhere but to a read-only file system
	}
	next := again(t)
	tab := opened(t, next, "k")
	require.Equal(t, 3, right(t, tab, 3, 4))
	tab.Put(content("3"), rowOf(3, 4))
	tab.Flush()
	require.ErrorContains(t, tab.problem, "the feature cache cannot be written")
	require.Equal(t, 4, right(t, tab, 4, 4))
}

// readOnlyElsewhere makes the folder a read-only mount of itself, where that is
// allowed.
func readOnlyElsewhere(t *testing.T, dir string) {
	t.Helper()
	require.NoError(t, os.Remove(filepath.Join(dir, "probe")))
	if err := syscall.Mount(dir, dir, "", syscall.MS_BIND, ""); err != nil {
		t.Skipf("root without the right to mount: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, 0) })
	require.NoError(t, syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_BIND|syscall.MS_RDONLY, ""))
}

// TestFullDisk: the disk fills up in the middle of a pack; nothing of it stays, and
// the numbers are right.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64k"); err != nil {
		t.Skipf("no right to mount a small file system: %v", err)
	}
	t.Cleanup(func() { require.NoError(t, syscall.Unmount(dir, 0)) })
	t.Setenv("GRAFT_CACHE", dir)
	tab := filled(t, again(t), "k", 100, 1000)
	require.ErrorContains(t, tab.problem, "free some space")
	require.ErrorIs(t, tab.problem, syscall.ENOSPC)
	require.Equal(t, 100, right(t, tab, 100, 1000))
	list, err := os.ReadDir(packDir("k"))
	require.NoError(t, err)
	require.Empty(t, list)
}
