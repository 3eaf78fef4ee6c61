package train

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"
)

// features keeps the outputs of frozen prefixes, and examples as they are when
// nothing is frozen.
type features struct {
	scope string // network and device, part of every key

	mu     sync.Mutex
	tables map[string]*table // by key
	order  []*table          // of use, the latest last
	inUse  map[*table]bool   // by the running call
	bytes  int64             // in memory, of all tables
	memory int64             // limit of bytes
	disk   int64             // limit of the cache folder
}

// table holds the rows of one key.
type table struct {
	*features
	key, dir string // dir is "" for what stays in memory

	shape   []int
	rows    map[rowKey][]float32
	places  map[rowKey]place     // of rows on disk
	fresh   map[string][]float32 // computed, not yet on disk, by content
	waiting int64                // bytes of fresh
	bytes   int64                // of rows
	problem error                // why nothing is written to disk any more
}

// rowKey is the content of an example and its view, or where it is for those
// without a key.
type rowKey struct {
	content string
	src     Source
	sight   sight
}

func keyOf(src Source, s sight) (rowKey, bool) {
	content := src.Key(s.example)
	switch {
	case content == "":
		return rowKey{src: src, sight: s}, reflect.TypeOf(src).Comparable()
	case s.view > 0:
		content += fmt.Sprintf("#%d", s.view)
	}
	return rowKey{content: content}, true
}

func newFeatures(scope string) (*features, error) {
	memory, err1 := limit("GRAFT_FEATURE_MEMORY", DefaultFeatureMemory)
	disk, err2 := limit("GRAFT_FEATURE_DISK", DefaultFeatureDisk)
	return &features{scope: scope, tables: map[string]*table{}, inUse: map[*table]bool{}, memory: memory, disk: disk}, errors.Join(err1, err2)
}

// passing is a place for features that are not kept when the call ends.
func passing() *features {
	return &features{tables: map[string]*table{}, inUse: map[*table]bool{}, memory: math.MaxInt64}
}

// begin says that a new call begins: what the last one used may go, and what could
// not be written is tried again.
func (f *features) begin() {
	f.mu.Lock()
	defer f.mu.Unlock()
	clear(f.inUse)
	for _, t := range f.tables {
		t.problem = nil // a full disk may have room again
	}
}

// table returns the table of key, which the running call uses from now on: from
// memory, or else from the folder dir if there is one. The end of ctx while it reads
// is an error.
func (f *features) table(ctx context.Context, key, dir string) (*table, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.tables[key]
	if t == nil {
		t = &table{features: f, key: key, dir: dir, rows: map[rowKey][]float32{}, places: map[rowKey]place{}, fresh: map[string][]float32{}}
		f.tables[key], f.inUse[t] = t, true
		if err := t.recall(ctx); err != nil {
			f.bytes -= t.bytes
			delete(f.tables, key)
			delete(f.inUse, t)
			return nil, err
		}
	}
	f.inUse[t] = true
	f.order = append(slices.DeleteFunc(f.order, func(o *table) bool { return o == t }), t)
	return t, nil
}

// room makes room in memory by forgetting tables that are not in use.
func (f *features) room(bytes int64) bool {
	for f.bytes+bytes > f.memory {
		i := slices.IndexFunc(f.order, func(t *table) bool { return !f.inUse[t] })
		if i < 0 {
			return false
		}
		gone := f.order[i]
		f.order = slices.Delete(f.order, i, i+1)
		delete(f.tables, gone.key)
		f.bytes -= gone.bytes
	}
	return true
}

// cost is what a row takes in memory: its numbers and about as much as a map needs.
func cost(row []float32) int64 { return int64(4*len(row)) + 128 }

// hold keeps a row in memory if there is room. A table that was forgotten meanwhile,
// which a paused run may still read, takes no more.
func (t *table) hold(k rowKey, row []float32) bool {
	if t.rows[k] != nil {
		return true
	}
	if t.tables[t.key] != t || !t.room(cost(row)) {
		return false
	}
	t.rows[k] = row
	t.bytes, t.features.bytes = t.bytes+cost(row), t.features.bytes+cost(row)
	return true
}

// recall reads the packs of the folder: rows go to memory as long as there is room,
// of the others it remembers the place. Packs that are not whole, or hold nothing
// that others do not, are removed; what is good in them is written again.
func (t *table) recall(ctx context.Context) error {
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
			k := rowKey{content: key}
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
func (t *table) rescue(saved map[string][]float32) {
	for key, row := range saved {
		delete(t.places, rowKey{content: key})
		t.fresh[key] = row
		t.waiting += cost(row)
	}
}

// has says whether a row is known. A row on disk may yet turn out to be damaged.
func (t *table) has(k rowKey) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, onDisk := t.places[k]
	return onDisk || t.rows[k] != nil || t.fresh[k.content] != nil
}

// get copies a row to dst, which must have its length, and reports whether it was
// found whole.
func (t *table) get(k rowKey, dst []float32) bool {
	t.mu.Lock()
	row := t.rows[k]
	if row == nil && k.content != "" {
		row = t.fresh[k.content]
	}
	at, onDisk := t.places[k]
	t.mu.Unlock()
	if row != nil {
		copy(dst, row)
		return true
	}
	if !onDisk {
		return false
	}
	if err := at.at(k.content, dst); err != nil {
		t.mu.Lock()
		delete(t.places, k) // damaged, or removed by another process
		t.mu.Unlock()
		return false
	}
	return true
}

// flushBytes is how much is computed between two writes to disk: what an abrupt
// end can cost.
const flushBytes = 64 << 20

// put keeps a row that was computed, in memory, on disk or both. It reports whether
// there was room for it anywhere.
func (t *table) put(k rowKey, row []float32) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	kept := t.hold(k, row)
	if t.dir == "" || k.content == "" || t.problem != nil {
		return kept
	}
	t.fresh[k.content] = row
	if t.waiting += cost(row); t.waiting >= flushBytes {
		t.write()
	}
	return kept || t.problem == nil
}

// flush writes what is not on disk yet.
func (t *table) flush() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.write()
}

func (t *table) write() {
	if len(t.fresh) == 0 || t.dir == "" || t.problem != nil {
		return
	}
	var places map[string]place
	if makeRoom(t.dir, t.disk, t.waiting) {
		places, t.problem = writePack(t.dir, t.shape, t.fresh)
	} else {
		t.problem = fmt.Errorf("train: %d MB of features do not fit into the cache folder's %d MB (set GRAFT_FEATURE_DISK to more)", t.waiting>>20, t.disk>>20)
	}
	for key, at := range places {
		t.places[rowKey{content: key}] = at
	}
	t.fresh, t.waiting = map[string][]float32{}, 0
}

// sizes says how many rows are known and how many bytes they take, in memory and
// on disk.
func (t *table) sizes() (rows int, memory, disk int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
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
