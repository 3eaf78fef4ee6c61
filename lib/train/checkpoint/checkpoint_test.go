package checkpoint

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gomlx/gomlx/core/tensors"
	"github.com/stretchr/testify/require"
)

// point is what the fits of these tests say of themselves.
type point struct {
	Format  int       `json:"format"`
	Net     string    `json:"net"`
	Written time.Time `json:"written"`
	Epochs  int       `json:"epochs"`
	At      struct {
		Epoch int `json:"epoch"`
	} `json:"at"`
	Said  string          `json:"said"`
	Parts map[string]Part `json:"parts"`
}

func numbers(values ...float32) Tensors {
	return Tensors{"/net/w": tensors.FromFlatDataAndDimensions(values, len(values))}
}

// at is a point of epoch n, whose now is n.
func at(n int, kept map[string]Tensors) Draft {
	return Draft{Now: numbers(float32(n)), Kept: kept, Point: func(parts map[string]Part) any {
		p := point{Format: Format, Net: "toy", Written: time.Unix(int64(n), 0).UTC(), Epochs: 9, Said: fmt.Sprint(n), Parts: parts}
		p.At.Epoch = n
		return p
	}}
}

func created(t *testing.T, root string) *Folder {
	t.Helper()
	f, err := Create(root, "toy")
	require.NoError(t, err)
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// read is the newest point of folder, whose parts must be whole.
func read(t *testing.T, folder string) (p point) {
	t.Helper()
	require.NoError(t, ReadPoint(folder, Points(folder)[0], &p))
	require.NoError(t, Check(folder, p.Parts))
	return p
}

func values(t *testing.T, folder string, p Part) []float32 {
	t.Helper()
	all, err := ReadTensors(folder, p)
	require.NoError(t, err)
	flat, err := tensors.CopyFlatData[float32](all["/net/w"])
	require.NoError(t, err)
	return flat
}

func files(t *testing.T, folder, prefix string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), prefix) {
			list = append(list, e.Name())
		}
	}
	return list
}

// TestWriter: the last two points stay with their parts; what is written once is, and
// what did not change is not written again.
func TestWriter(t *testing.T) {
	f := created(t, t.TempDir())
	w := NewWriter(f)
	require.False(t, w.Has("base"))
	safe := numbers(7)
	first := at(1, map[string]Tensors{"safe": safe})
	first.Base, first.About = numbers(1, 2), []byte(`"about"`)
	require.NoError(t, w.Write(first))
	require.True(t, w.Has("base") && w.Has("about"))
	begun := read(t, f.Path)
	for n := 2; n <= 4; n++ {
		require.NoError(t, w.Write(at(n, map[string]Tensors{"safe": safe})))
	}
	require.Equal(t, []int{4, 3}, Points(f.Path))
	p := read(t, f.Path)
	require.Equal(t, "4", p.Said)
	require.Equal(t, []float32{4}, values(t, f.Path, p.Parts["now"]))
	require.Equal(t, []float32{7}, values(t, f.Path, p.Parts["safe"]))
	require.Equal(t, []float32{1, 2}, values(t, f.Path, p.Parts["base"]))
	require.Equal(t, begun.Parts["safe"], p.Parts["safe"])
	require.Len(t, files(t, f.Path, "now-"), 2)
	require.Len(t, files(t, f.Path, ""), 1+2+2+3, "lock, points, nows; base, about, safe")
	require.NoError(t, w.Write(at(5, map[string]Tensors{"safe": numbers(8)})))
	require.Equal(t, []float32{8}, values(t, f.Path, read(t, f.Path).Parts["safe"]))
	require.NoError(t, w.Write(at(6, nil)))
	require.NoError(t, w.Write(at(7, nil)))
	require.Empty(t, files(t, f.Path, "safe-"))
}

// TestGoOn: another process goes on from a point, which stays until the second from now.
func TestGoOn(t *testing.T) {
	f := created(t, t.TempDir())
	first := at(1, nil)
	first.Base = numbers(1)
	w := NewWriter(f)
	require.NoError(t, errors.Join(w.Write(first), w.Write(at(2, nil))))
	w = GoOn(f, 2, read(t, f.Path).Parts)
	require.True(t, w.Has("base"))
	require.False(t, w.Has("about"))
	require.NoError(t, w.Write(at(3, nil)))
	require.Equal(t, []int{3, 2}, Points(f.Path))
	require.Equal(t, []float32{1}, values(t, f.Path, read(t, f.Path).Parts["base"]))
	// From the point before, since the newest was damaged: that one does not stay.
	var before point
	require.NoError(t, ReadPoint(f.Path, 2, &before))
	require.NoError(t, GoOn(f, 2, before.Parts).Write(at(3, nil)))
	require.Equal(t, []int{4}, Points(f.Path))
}

// TestFullDisk: a point that cannot be written leaves the one before whole and nothing
// of itself, whichever of its files it is that fails; with space again, the next one is.
func TestFullDisk(t *testing.T) {
	normal := createFile
	t.Cleanup(func() { createFile = normal })
	for failing := range 5 {
		f := created(t, t.TempDir())
		w := NewWriter(f)
		require.NoError(t, w.Write(at(1, nil)))
		n := 0
		createFile = func(folder string) (*os.File, error) {
			f, err := normal(folder)
			if n++; err != nil || n <= failing {
				return f, err
			}
			require.NoError(t, f.Close())
			return os.Open(f.Name()) // which cannot be written to
		}
		next := at(2, map[string]Tensors{"safe": numbers(7)})
		next.Base, next.About = numbers(1), []byte(`"about"`)
		require.ErrorContains(t, w.Write(next), "bad file descriptor", "file %d", failing)
		require.Equal(t, failing > 0, w.Has("base"), "what failed is to be written again")
		require.Equal(t, failing > 1, w.Has("about"))
		require.Equal(t, "1", read(t, f.Path).Said)
		require.Empty(t, files(t, f.Path, partPrefix))
		createFile = normal
		require.NoError(t, w.Write(at(3, nil)))
		require.Equal(t, "3", read(t, f.Path).Said)
	}
}

// TestDamage: no flipped bit and no cut goes unseen.
func TestDamage(t *testing.T) {
	f := created(t, t.TempDir())
	require.NoError(t, NewWriter(f).Write(at(1, nil)))
	p := read(t, f.Path)
	part := filepath.Join(f.Path, p.Parts["now"].File)
	name := filepath.Join(f.Path, pointName(1))
	for path, check := range map[string]func() error{
		part: func() error { return Check(f.Path, p.Parts) },
		name: func() error { return ReadPoint(f.Path, 1, new(point)) },
	} {
		whole, err := os.ReadFile(path)
		require.NoError(t, err)
		for i := range whole {
			damaged := slices.Clone(whole)
			damaged[i] ^= 1
			require.NoError(t, os.WriteFile(path, damaged, 0o600))
			require.ErrorContains(t, check(), "is damaged", "byte %d of %s", i, path)
		}
		require.NoError(t, os.WriteFile(path, whole[:len(whole)-1], 0o600))
		require.ErrorContains(t, check(), "is damaged")
		require.NoError(t, os.Remove(path))
		require.ErrorIs(t, check(), os.ErrNotExist)
		require.NoError(t, os.WriteFile(path, whole, 0o600))
		require.NoError(t, check())
	}
}

// TestOtherFormat: a point that this program may not read rightly is not read.
func TestOtherFormat(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, writePoint(folder, 1, point{Format: Format + 1}))
	require.ErrorContains(t, ReadPoint(folder, 1, new(point)), "point-00000001.json has format 2, this program reads 1 (use the graft that wrote it)")
	require.NoError(t, writePoint(folder, 2, map[string]any{"format": Format, "said": 3}))
	require.ErrorContains(t, ReadPoint(folder, 2, new(point)), "cannot unmarshal number")
}

// TestLock: one fit at a time has a folder.
func TestLock(t *testing.T) {
	root := t.TempDir()
	f := created(t, root)
	require.NoError(t, NewWriter(f).Write(at(1, nil)))
	_, err := Open(f.Path)
	require.ErrorIs(t, err, ErrInUse)
	require.ErrorContains(t, err, f.Path)
	require.True(t, Unfinished(root)[0].InUse)
	require.NoError(t, f.Close())
	require.False(t, Unfinished(root)[0].InUse)
	again, err := Open(f.Path)
	require.NoError(t, err)
	require.False(t, again.Gone())
	require.NoError(t, again.Remove())
	require.True(t, again.Gone())
	require.NoError(t, again.Close())
	_, err = Create(filepath.Join(root, "a\x00b"), "toy")
	require.Error(t, err)
}

// TestUnfinished lists the latest first, each by its newest point that can be read.
func TestUnfinished(t *testing.T) {
	root := t.TempDir()
	var folders []string
	for _, n := range []int{2, 5, 3} {
		f := created(t, root)
		w := NewWriter(f)
		require.NoError(t, errors.Join(w.Write(at(n-1, nil)), w.Write(at(n, nil))))
		folders = append(folders, f.Path)
	}
	require.NoError(t, os.Truncate(filepath.Join(folders[1], pointName(2)), 20))
	created(t, root) // no point yet
	list := Unfinished(root)
	require.Len(t, list, 3)
	require.Equal(t, Fit{Folder: folders[1], Net: "toy", Epoch: 4, Epochs: 9, Time: time.Unix(4, 0).UTC(), InUse: true}, list[0])
	require.Equal(t, []string{folders[1], folders[2], folders[0]}, []string{list[0].Folder, list[1].Folder, list[2].Folder})
	require.Empty(t, Unfinished(filepath.Join(root, "nothing")))
}

// TestPrune: the latest stay, and whatever a fit holds.
func TestPrune(t *testing.T) {
	t.Setenv("GRAFT_CACHE", t.TempDir())
	var fits []*Folder
	for n := range 5 {
		f := created(t, Dir())
		require.NoError(t, NewWriter(f).Write(at(n, nil)))
		fits = append(fits, f)
	}
	stillborn, beginning := created(t, Dir()), created(t, Dir())
	for _, f := range append(slices.Clone(fits[1:]), stillborn) {
		require.NoError(t, f.Close())
	}
	Prune(Dir(), 3)
	require.True(t, stillborn.Gone())
	require.False(t, beginning.Gone(), "it runs")
	var left []int
	for _, u := range Unfinished("") {
		left = append(left, u.Epoch)
	}
	require.Equal(t, []int{4, 3, 0}, left, "two and room for another; the first runs")
}
