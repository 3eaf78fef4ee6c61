package feature

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// cached is a store of features in a cache folder of its own.
func cached(t *testing.T) *Store {
	t.Helper()
	t.Setenv("GRAFT_CACHE", t.TempDir())
	f, err := New()
	require.NoError(t, err)
	return f
}

// again is the same cache as the next process sees it.
func again(t *testing.T) *Store {
	t.Helper()
	f, err := New()
	require.NoError(t, err)
	return f
}

// opened is the table of key, as the running call uses it.
func opened(t *testing.T, f *Store, key string) *Table {
	t.Helper()
	tab, err := f.Table(t.Context(), key, true)
	require.NoError(t, err)
	return tab
}

func content(key string) Key { return Key{Content: key} }

// filled puts n rows of size numbers into a table; row i is filled with i.
func filled(t *testing.T, f *Store, key string, n, size int) *Table {
	t.Helper()
	tab := opened(t, f, key)
	tab.shape = []int{size}
	for i := range n {
		tab.Put(content(fmt.Sprint(i)), rowOf(i, size))
	}
	tab.Flush()
	return tab
}

func rowOf(i, size int) []float32 { return slices.Repeat([]float32{float32(i)}, size) }

// right checks that what the table knows of the rows of filled is right, and counts
// it.
func right(t *testing.T, tab *Table, n, size int) (known int) {
	t.Helper()
	dst := make([]float32, size)
	for i := range n {
		if tab.Has(content(fmt.Sprint(i))) && tab.Get(content(fmt.Sprint(i)), dst) {
			require.Equal(t, rowOf(i, size), dst)
			known++
		}
	}
	return known
}

func packFiles(t *testing.T, key string) []string {
	t.Helper()
	var list []string
	entries, _ := os.ReadDir(packDir(key))
	for _, e := range entries {
		list = append(list, filepath.Join(packDir(key), e.Name()))
	}
	return list
}

func TestPackRoundTrip(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "key")
	rows := map[string][]float32{"a": {1, 2, 3, 4, 5, 6}, "b": {7, 8, 9, 10, 11, float32(math.NaN())}}
	places, err := writePack(dir, []int{2, 3}, rows)
	require.NoError(t, err)
	got := map[string][]float32{}
	require.NoError(t, readPack(places["a"].path, func(shape []int, key string, row []float32, at place) {
		require.Equal(t, []int{2, 3}, shape)
		require.Equal(t, places[key], at)
		got[key] = row
	}))
	require.Len(t, got, 2)
	require.Equal(t, rows["a"], got["a"])
	dst := make([]float32, 6)
	require.NoError(t, places["a"].at("a", dst))
	require.Equal(t, rows["a"], dst)
	require.ErrorIs(t, places["a"].at("b", dst), errPack)
	require.ErrorIs(t, place{places["a"].path, places["a"].offset + 1}.at("a", dst), errPack)
	left, err := filepath.Glob(filepath.Join(dir, ".new-*"))
	require.NoError(t, err)
	require.Empty(t, left)
}

// TestPackDamage cuts a pack at every length and flips every byte: no wrong number
// ever comes out, and nothing panics.
func TestPackDamage(t *testing.T) {
	rows := map[string][]float32{"a": {1, 2}, "b": {3, 4}}
	var file bytes.Buffer
	_, err := encodePack(&file, "key", []int{2}, rows)
	require.NoError(t, err)
	whole := file.Bytes()
	found := 0
	decode := func(data []byte, key string) error {
		found = 0
		return decodePack(bytes.NewReader(data), int64(len(data)), key, func(shape []int, key string, row []float32, _ int64) {
			require.Equal(t, []int{2}, shape)
			require.True(t, slices.Equal(rows[key], row), "%q: %v", key, row)
			found++
		})
	}
	require.NoError(t, decode(whole, "key"))
	require.Equal(t, 2, found)
	clean := 0
	for n := range whole {
		if decode(whole[:n], "key") == nil {
			clean++ // cut between two records: what is there is whole
		}
		damaged := slices.Clone(whole)
		damaged[n] ^= 0x40
		require.ErrorIs(t, decode(damaged, "key"), errPack, "byte %d", n)
		require.Less(t, found, 2)
	}
	require.Equal(t, 2, clean)
	require.ErrorIs(t, decode(whole, "other"), errPack, "a pack of another folder is stale")
	require.Zero(t, found)
	require.ErrorIs(t, decode([]byte("something else"), "key"), errPack)
}

// TestDamagedRowsAreMadeAgain: a table finds damage when it reads a folder, and when
// it reads a row later; what is whole in a damaged pack is written again.
func TestDamagedRowsAreMadeAgain(t *testing.T) {
	f := cached(t)
	t.Setenv("GRAFT_CACHE", filepath.Join(t.TempDir(), "[odd*name]"))
	filled(t, f, "k", 10, 4)
	path := packFiles(t, "k")[0]
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	raw[len(raw)/2] ^= 1
	require.NoError(t, os.WriteFile(path, raw, 0o600))
	tab := opened(t, again(t), "k")
	known := right(t, tab, 10, 4)
	require.Greater(t, known, 2)
	require.Less(t, known, 8)
	tab.Flush()
	require.NoFileExists(t, path)
	require.Equal(t, known, right(t, opened(t, again(t), "k"), 10, 4))

	small := again(t)
	small.memory = 0
	tab = opened(t, small, "k")
	require.Equal(t, known, right(t, tab, 10, 4), "from disk")
	for _, path := range packFiles(t, "k") {
		require.NoError(t, os.WriteFile(path, raw[:20], 0o600))
	}
	require.Zero(t, right(t, tab, 10, 4), "the digest of each row says so")
	require.False(t, tab.Has(content("0")))
}

// TestMemoryIsBounded: tables go that were used least recently, never those in use;
// rows that do not fit come from disk.
func TestMemoryIsBounded(t *testing.T) {
	f := cached(t)
	f.memory = 8 * cost(make([]float32, 100))
	filled(t, f, "a", 4, 100)
	filled(t, f, "b", 4, 100)
	f.Begin()
	opened(t, f, "b")
	opened(t, f, "a")
	f.Begin()
	c := filled(t, f, "c", 6, 100)
	require.NotContains(t, f.tables, "b", "least recently used")
	require.Contains(t, f.tables, "c")
	require.LessOrEqual(t, f.bytes, f.memory)
	d := filled(t, f, "d", 5, 100)
	require.Contains(t, f.tables, "c", "in use")
	require.Len(t, c.rows, 6)
	f.Begin() // a paused run goes on reading what another call makes room for
	filled(t, f, "g", 8, 100)
	require.NotContains(t, f.tables, "c")
	c.Put(content("6"), rowOf(6, 100))
	c.Flush()
	require.Equal(t, 7, right(t, c, 7, 100))
	require.Len(t, c.rows, 6)
	f.Begin()
	opened(t, f, "c")
	require.Less(t, len(d.rows), 5)
	require.Equal(t, 5, right(t, d, 5, 100), "from disk")
	require.LessOrEqual(t, f.bytes, f.memory)
	sum := int64(0)
	for _, tab := range f.tables {
		sum += tab.bytes
	}
	require.Equal(t, sum, f.bytes)
	require.Equal(t, 4, right(t, opened(t, f, "b"), 4, 100))
}

// TestDiskIsBounded: packs go that were read or written least recently.
func TestDiskIsBounded(t *testing.T) {
	f := cached(t)
	for i, key := range []string{"a", "b", "c"} {
		filled(t, f, key, 10, 1000)
		old := time.Now().Add(time.Duration(i-10) * time.Minute)
		require.NoError(t, os.Chtimes(packFiles(t, key)[0], old, old))
	}
	opened(t, again(t), "a") // reading renews
	junk := filepath.Join(packDir("b"), newPack+"killed")
	require.NoError(t, os.WriteFile(junk, make([]byte, 1<<20), 0o600))
	require.NoError(t, os.Chtimes(junk, time.Unix(0, 0), time.Unix(0, 0)))
	f.disk = 140_000
	filled(t, f, "d", 10, 1000)
	require.NoFileExists(t, junk)
	require.Empty(t, packFiles(t, "b"))
	require.NoDirExists(t, packDir("b"))
	require.Len(t, packFiles(t, "a"), 1)
	require.Len(t, packFiles(t, "d"), 1)

	f.disk = 1000
	e := filled(t, f, "e", 10, 1000)
	require.ErrorContains(t, e.problem, "do not fit into the cache folder's 0 MB (set GRAFT_FEATURE_DISK to more)")
	require.Equal(t, 10, right(t, e, 10, 1000), "from memory")
	require.Empty(t, packFiles(t, "e"))
}

// TestInterruptedRecall: what was read in part does not stay.
func TestInterruptedRecall(t *testing.T) {
	filled(t, cached(t), "k", 10, 4)
	f := again(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := f.Table(ctx, "k", true)
	require.ErrorIs(t, err, context.Canceled)
	require.Empty(t, f.tables)
	require.Zero(t, f.bytes)
	require.Equal(t, 10, right(t, opened(t, f, "k"), 10, 4))
}

func TestLimitsFromTheEnvironment(t *testing.T) {
	t.Setenv("GRAFT_FEATURE_MEMORY", "3")
	t.Setenv("GRAFT_FEATURE_DISK", "0")
	f, err := New()
	require.NoError(t, err)
	require.EqualValues(t, 3<<20, f.memory)
	require.Zero(t, f.disk)
	t.Setenv("GRAFT_FEATURE_MEMORY", "lots")
	_, err = New()
	require.ErrorContains(t, err, `GRAFT_FEATURE_MEMORY="lots" (want a number of megabytes`)
}

// TestBrokenWriter is the full disk where no file system can be mounted.
func TestBrokenWriter(t *testing.T) {
	for room := range 60 {
		w := &narrow{room: room}
		_, err := encodePack(w, "key", []int{2}, map[string][]float32{"a": {1, 2}, "b": {3, 4}})
		require.ErrorIs(t, err, syscall.ENOSPC)
	}
}

// narrow is a file on a disk with little room.
type narrow struct{ room int }

func (n *narrow) Write(b []byte) (int, error) {
	if len(b) > n.room {
		return n.room, syscall.ENOSPC
	}
	n.room -= len(b)
	return len(b), nil
}

const childCache = "GRAFT_FEATURE_TEST_CHILD"

// TestTwoProcesses computes the same features in two processes at once, and again:
// each pass ends with right numbers, and the folder holds every row.
func TestTwoProcesses(t *testing.T) {
	if which := os.Getenv(childCache); which != "" {
		busyChild(t)
		return
	}
	dir := t.TempDir()
	t.Setenv("GRAFT_CACHE", dir)
	t.Setenv(childCache, "yes")
	var children []*exec.Cmd
	for range 2 {
		child := exec.Command(os.Args[0], "-test.run=^TestTwoProcesses$")
		child.Stdout, child.Stderr = new(strings.Builder), new(strings.Builder)
		require.NoError(t, child.Start())
		children = append(children, child)
	}
	for _, child := range children {
		require.NoError(t, child.Wait(), "%s%s", child.Stdout, child.Stderr)
	}
	require.Equal(t, 200, right(t, opened(t, again(t), "k"), 200, 50))
}

// busyChild opens the cache often, adds what it lacks and reads all of it, from disk.
func busyChild(t *testing.T) {
	for round := range 40 {
		f := again(t)
		f.memory = 0
		tab := opened(t, f, "k")
		tab.shape = []int{50}
		for i := range 5 * (round + 1) {
			if k := content(fmt.Sprint(i)); !tab.Has(k) {
				tab.Put(k, rowOf(i, 50))
			}
		}
		tab.Flush()
		require.NoError(t, tab.problem)
		right(t, tab, 200, 50)
	}
}

// TestKilledWriter kills a process while it writes packs, again and again: what it
// leaves behind is read right, and added to.
func TestKilledWriter(t *testing.T) {
	if os.Getenv(childCache) != "" {
		endlessChild(t)
		return
	}
	t.Setenv("GRAFT_CACHE", t.TempDir())
	t.Setenv(childCache, "yes")
	last := 0
	for round := range 5 {
		child := exec.Command(os.Args[0], "-test.run=^TestKilledWriter$")
		out, err := child.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, child.Start())
		t.Cleanup(func() { _ = child.Process.Kill() })
		lines := bufio.NewScanner(out)
		for range 3 + round {
			require.True(t, lines.Scan())
		}
		require.NoError(t, child.Process.Kill())
		require.Error(t, child.Wait(), "it was killed")
		known := right(t, opened(t, again(t), "k"), 100_000, 50)
		require.Greater(t, known, last, "each process adds to what the last one left")
		last = known
	}
}

// endlessChild adds to the cache and says so, without end.
func endlessChild(t *testing.T) {
	tab := opened(t, again(t), "k")
	tab.shape = []int{50}
	for i := 0; ; i++ {
		if k := content(fmt.Sprint(i)); !tab.Has(k) {
			tab.Put(k, rowOf(i, 50))
			tab.Flush()
			fmt.Println(i)
		}
	}
}
