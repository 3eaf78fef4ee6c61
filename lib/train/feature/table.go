package feature

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Table holds the rows of one key.
type Table struct {
	store    *Store
	key, dir string // dir is "" for what stays in memory

	shape   []int
	rows    map[Key][]float32
	places  map[Key]place        // of rows on disk
	fresh   map[string][]float32 // computed, not yet on disk, by content
	waiting int64                // bytes of fresh
	bytes   int64                // of rows
	problem error                // why nothing is written to disk any more
}

// Key is what a row is known by: the content of an example and its view; or, without
// content, where it is: the set that the example is of, any comparable value, its number
// in that, and its view. Rows without content stay in memory.
type Key struct {
	Content string
	Set     any
	Example int
	View    uint64
}

// cost is what a row takes in memory: its numbers and about as much as a map needs.
func cost(row []float32) int64 { return int64(4*len(row)) + 128 }

// hold keeps a row in memory if there is room. A table that was forgotten meanwhile,
// which a paused run may still read, takes no more.
func (t *Table) hold(k Key, row []float32) bool {
	if t.rows[k] != nil {
		return true
	}
	if t.store.tables[t.key] != t || !t.store.room(cost(row)) {
		return false
	}
	t.rows[k] = row
	t.bytes, t.store.bytes = t.bytes+cost(row), t.store.bytes+cost(row)
	return true
}

// recall reads the packs of the folder: rows go to memory as long as there is room,
// of the others it remembers the place. Packs that are not whole, or hold nothing
// that others do not, are removed; what is good in them is written again.
func (t *Table) recall(ctx context.Context) error {
	if t.dir == "" {
		return nil
	}
	entries, _ := os.ReadDir(t.dir) // no folder, no packs
	for _, entry := range entries {
		path := filepath.Join(t.dir, entry.Name())
		if filepath.Ext(path) != ".pack" {
			continue
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		saved := map[string][]float32{}
		err := readPack(path, func(shape []int, key string, row []float32, at place) {
			k := Key{Content: key}
			if _, known := t.places[k]; known || t.shape != nil && !slices.Equal(t.shape, shape) {
				return
			}
			t.shape, t.places[k], saved[key] = shape, at, row
			t.hold(k, row)
		})
		switch {
		case err == nil && len(saved) > 0:
			now := time.Now()
			_ = os.Chtimes(path, now, now) // a folder that cannot be written is as good
		case err == nil || errors.Is(err, errPack):
			_ = os.Remove(path)
			t.rescue(saved)
		}
	}
	return nil
}

// rescue is for rows of a pack that is no more.
func (t *Table) rescue(saved map[string][]float32) {
	for key, row := range saved {
		delete(t.places, Key{Content: key})
		t.fresh[key] = row
		t.waiting += cost(row)
	}
}

// Shape is that of one row; nil until one was computed or found.
func (t *Table) Shape() []int {
	t.store.mu.Lock()
	defer t.store.mu.Unlock()
	return t.shape
}

// SetShape says what the shape of the rows is; it comes before the first Put.
func (t *Table) SetShape(shape []int) {
	t.store.mu.Lock()
	defer t.store.mu.Unlock()
	t.shape = shape
}

// Problem is why nothing more is written to disk; nil if nothing is wrong with it.
func (t *Table) Problem() error {
	t.store.mu.Lock()
	defer t.store.mu.Unlock()
	return t.problem
}

// Has says whether a row is known. A row on disk may yet turn out to be damaged.
func (t *Table) Has(k Key) bool {
	t.store.mu.Lock()
	defer t.store.mu.Unlock()
	_, onDisk := t.places[k]
	return onDisk || t.rows[k] != nil || t.fresh[k.Content] != nil
}

// Get copies a row to dst, which must have its length, and reports whether it was
// found whole.
func (t *Table) Get(k Key, dst []float32) bool {
	t.store.mu.Lock()
	row := t.rows[k]
	if row == nil && k.Content != "" {
		row = t.fresh[k.Content]
	}
	at, onDisk := t.places[k]
	t.store.mu.Unlock()
	if row != nil {
		copy(dst, row)
		return true
	}
	if !onDisk {
		return false
	}
	if err := at.at(k.Content, dst); err != nil {
		t.store.mu.Lock()
		delete(t.places, k) // damaged, or removed by another process
		t.store.mu.Unlock()
		return false
	}
	return true
}

// flushBytes is how much is computed between two writes to disk: what an abrupt
// end can cost.
const flushBytes = 64 << 20

// Put keeps a row that was computed, in memory, on disk or both. It reports whether
// there was room for it anywhere.
func (t *Table) Put(k Key, row []float32) bool {
	t.store.mu.Lock()
	defer t.store.mu.Unlock()
	kept := t.hold(k, row)
	if t.dir == "" || k.Content == "" || t.problem != nil {
		return kept
	}
	t.fresh[k.Content] = row
	if t.waiting += cost(row); t.waiting >= flushBytes {
		t.write()
	}
	return kept || t.problem == nil
}

// Flush writes what is not on disk yet.
func (t *Table) Flush() {
	t.store.mu.Lock()
	defer t.store.mu.Unlock()
	t.write()
}

func (t *Table) write() {
	if len(t.fresh) == 0 || t.dir == "" || t.problem != nil {
		return
	}
	var places map[string]place
	if makeRoom(t.dir, t.store.disk, t.waiting) {
		places, t.problem = writePack(t.dir, t.shape, t.fresh)
	} else {
		t.problem = fmt.Errorf("feature: %d MB of features do not fit into the cache folder's %d MB (set GRAFT_FEATURE_DISK to more)", t.waiting>>20, t.store.disk>>20)
	}
	for key, at := range places {
		t.places[Key{Content: key}] = at
	}
	t.fresh, t.waiting = map[string][]float32{}, 0
}

// Sizes says how many rows are known and how many bytes they take, in memory and
// on disk.
func (t *Table) Sizes() (rows int, memory, disk int64) {
	t.store.mu.Lock()
	defer t.store.mu.Unlock()
	known := maps.Clone(t.places)
	for k := range t.rows {
		known[k] = place{}
	}
	if t.dir != "" {
		for _, p := range packs(t.dir) {
			if strings.HasSuffix(p.path, ".pack") {
				disk += p.bytes
			}
		}
	}
	return len(known), t.bytes, disk
}
