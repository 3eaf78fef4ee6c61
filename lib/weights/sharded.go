package weights

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// maxIndex bounds an index.json; that of a model of 10,000 tensors has 1 MB.
const maxIndex = 64 << 20

// sharded is several files seen as one through an index.
type sharded struct {
	own
	shards map[string]*File // by file name
	of     map[string]string
}

func (s *sharded) read(name string) (Tensor, error) { return s.shards[s.of[name]].Tensor(name) }

func (s *sharded) close() error {
	var errs []error
	for _, f := range s.shards {
		errs = append(errs, f.Close())
	}
	return errors.Join(errs...)
}

// openSharded reads an index.json. The index decides: every tensor must be in the
// shard it names; tensors of a shard that the index does not place there are left
// aside, and a note says so.
func openSharded(path string, set settings) (*File, error) {
	where, err := readIndex(path)
	if err != nil {
		return nil, err
	}
	s := &sharded{shards: map[string]*File{}, of: where}
	file, err := s.open(path, set)
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	return file, nil
}

func (s *sharded) open(path string, set settings) (*File, error) {
	var notes []string
	for _, name := range sortedKeys(s.of) {
		shard := s.of[name]
		f, err := s.shard(filepath.Dir(path), shard, set)
		if err != nil {
			return nil, fmt.Errorf("shard %q, which should hold %q: %w", shard, name, err)
		}
		info, ok := f.Info(name)
		if !ok {
			return nil, fmt.Errorf("tensor %q is not in the shard %q that the index names (fetch both again)", name, shard)
		}
		s.add(info)
	}
	for _, shard := range sortedKeys(s.shards) {
		for _, name := range s.shards[shard].Names() {
			if s.of[name] != shard {
				notes = append(notes, fmt.Sprintf("tensor %q of shard %q left aside: the index does not place it there", name, shard))
			}
		}
	}
	file := newFile(path, Sharded, s)
	file.Notes = notes
	return file, nil
}

func (s *sharded) shard(dir, name string, set settings) (*File, error) {
	if f := s.shards[name]; f != nil {
		return f, nil
	}
	if name != filepath.Base(name) || !filepath.IsLocal(name) {
		return nil, errors.New("it is outside the folder of the index")
	}
	f, err := open(filepath.Join(dir, name), set)
	if err == nil {
		s.shards[name] = f
	}
	return f, err
}

func readIndex(path string) (map[string]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxIndex {
		return nil, fmt.Errorf("an index of %d bytes (at most %d)", info.Size(), maxIndex)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var index struct {
		WeightMap map[string]string `json:"weight_map"`
	}
	if err := json.Unmarshal(text, &index); err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	if len(index.WeightMap) == 0 {
		return nil, errors.New("index without weight_map")
	}
	return index.WeightMap, nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
