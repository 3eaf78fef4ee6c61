// Package feature keeps what the frozen part of a network makes of each example, so that
// it is computed once: rows of numbers in a [Table] for each key, in memory and, by
// content, on disk, both bounded. It knows keys and rows, as opposed to package train,
// which says what a key depends on and computes the rows that are missing.
//
//	store, err := feature.New()
//	if err != nil {
//		return err
//	}
//	table, err := store.Table(ctx, "mobilenet up to stage 3", true)
//	if err != nil {
//		return err
//	}
//	table.SetShape([]int{2})
//	table.Put(feature.Key{Content: "cat.jpg"}, []float32{1, 2})
//	table.Flush()
//
// Every row on disk has a checksum: one that is damaged, or that another process took
// away, is not found and computed again. Processes may share a folder.
package feature

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"
)

// Store keeps tables by key. Its methods, and those of its tables, are safe for
// concurrent use.
type Store struct {
	mu     sync.Mutex
	tables map[string]*Table // by key
	order  []*Table          // of use, the latest last
	inUse  map[*Table]bool   // by the running call
	bytes  int64             // in memory, of all tables
	memory int64             // limit of bytes
	disk   int64             // limit of the cache folder
}

// New returns an empty store with the limits of the environment.
func New() (*Store, error) {
	memory, err1 := limit("GRAFT_FEATURE_MEMORY", DefaultMemory)
	disk, err2 := limit("GRAFT_FEATURE_DISK", DefaultDisk)
	return &Store{tables: map[string]*Table{}, inUse: map[*Table]bool{}, memory: memory, disk: disk}, errors.Join(err1, err2)
}

// Passing is a store for what is not kept when the call ends: without limits, and
// nothing on disk.
func Passing() *Store {
	return &Store{tables: map[string]*Table{}, inUse: map[*Table]bool{}, memory: math.MaxInt64}
}

// Begin says that a new call begins: what the last one used may go, and what could
// not be written is tried again.
func (s *Store) Begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.inUse)
	for _, t := range s.tables {
		t.problem = nil // a full disk may have room again
	}
}

// Table returns the table of key, which the running call uses from now on: from
// memory, or else, onDisk and unless the limit of the disk is 0, from the cache folder,
// where rows with content will go. The end of ctx while it reads is an error.
func (s *Store) Table(ctx context.Context, key string, onDisk bool) (*Table, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.tables[key]
	if t == nil {
		t = &Table{store: s, key: key, rows: map[Key][]float32{}, places: map[Key]place{}, fresh: map[string][]float32{}}
		if onDisk && s.disk > 0 {
			t.dir = packDir(key)
		}
		s.tables[key], s.inUse[t] = t, true
		if err := t.recall(ctx); err != nil {
			s.bytes -= t.bytes
			delete(s.tables, key)
			delete(s.inUse, t)
			return nil, err
		}
	}
	s.inUse[t] = true
	s.order = append(slices.DeleteFunc(s.order, func(o *Table) bool { return o == t }), t)
	return t, nil
}

// room makes room in memory by forgetting tables that are not in use.
func (s *Store) room(bytes int64) bool {
	for s.bytes+bytes > s.memory {
		i := slices.IndexFunc(s.order, func(t *Table) bool { return !s.inUse[t] })
		if i < 0 {
			return false
		}
		gone := s.order[i]
		s.order = slices.Delete(s.order, i, i+1)
		delete(s.tables, gone.key)
		s.bytes -= gone.bytes
	}
	return true
}
