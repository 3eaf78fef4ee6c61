package weights

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"graft/internal/near"
)

// torchFile is a state dict of views over storages, whichever of PyTorch's two
// containers keeps those.
type torchFile struct {
	own
	views map[string]*view
	// at returns a reader of a storage's bytes.
	at func(s *storage) (func(b []byte, off int64) error, error)
}

func (t *torchFile) read(name string) (Tensor, error) {
	v := t.views[name]
	at, err := t.at(v.storage)
	if err != nil {
		return Tensor{}, fmt.Errorf("tensor %q: %w", name, err)
	}
	tensor, err := v.read(name, at)
	if err != nil {
		return Tensor{}, fmt.Errorf("tensor %q: %w", name, err)
	}
	return tensor, nil
}

// newTorchFile picks the state dict out of what a file's pickle made, and checks
// every view before any value is read.
func newTorchFile(f *os.File, format Format, root any, set settings, at func(*storage) (func([]byte, int64) error, error)) (*File, error) {
	d, path, notes, err := stateDict(root, set)
	if err != nil {
		return nil, err
	}
	t := &torchFile{own: own{file: f}, views: map[string]*view{}, at: at}
	d.each(func(name string, value any) {
		v, ok := value.(*view)
		if !ok || err != nil {
			return
		}
		if _, bad := v.check(); bad != nil {
			err = fmt.Errorf("tensor %q: %w", name, bad)
			return
		}
		t.views[name] = v
		t.add(Info{Name: name, DType: v.dtype, Shape: v.shape})
	})
	if err != nil {
		return nil, err
	}
	file := newFile(f.Name(), format, t)
	file.Dict, file.Notes = path, notes
	return file, nil
}

// usual are the keys under which training scripts keep the weights, best first;
// averages are those of their exponential moving average.
var (
	usual    = []string{"state_dict", "model", "model_state_dict", "model_state", "net", "network", "module", "weights", "params", "backbone"}
	averages = []string{"state_dict_ema", "model_ema", "ema_state_dict", "ema", "params_ema", "teacher"}
)

// stateDict finds the dictionary of tensors in what a pickle made, and says where
// it was and what else could have been taken.
func stateDict(root any, set settings) (d *dict, path string, notes []string, err error) {
	top, ok := root.(*dict)
	if !ok {
		return nil, "", nil, fmt.Errorf("it holds %s, not a dictionary of tensors (in Python: torch.save(model.state_dict(), path))", describe(root))
	}
	found := candidates(top, "", 0, map[*dict]bool{})
	if set.dict != "" {
		if d := found.dicts[set.dict]; d != nil {
			return d, set.dict, []string{fmt.Sprintf("took %q as asked", set.dict)}, nil
		}
		return nil, "", nil, fmt.Errorf("no dictionary of tensors at %q%s (there is %s)", set.dict, near.Hint(set.dict, found.paths), quoted(found.paths))
	}
	if d := found.dicts[""]; d != nil {
		return d, "", nil, nil
	}
	path, err = found.choose(set.ema)
	if err != nil {
		return nil, "", nil, err
	}
	return found.dicts[path], path, found.remarks(path), nil
}

func describe(v any) string {
	switch v := v.(type) {
	case *view:
		return "one tensor"
	case *list, tuple:
		return "a list"
	case *object:
		return "a " + v.class
	}
	return fmt.Sprintf("a %T", v)
}

// nested holds the dictionaries of tensors of a checkpoint by key path.
type nested struct {
	dicts map[string]*dict
	paths []string
}

// maxNesting is deeper than any checkpoint seen: {"model": {"state_dict": ...}}.
const maxNesting = 3

// candidates visits every dictionary once, however often a pickle repeats it.
func candidates(d *dict, path string, depth int, visited map[*dict]bool) nested {
	n := nested{dicts: map[string]*dict{}}
	visited[d] = true
	hasTensor := false
	d.each(func(key string, value any) {
		switch v := value.(type) {
		case *view:
			hasTensor = true
		case *dict:
			if depth >= maxNesting || visited[v] {
				return
			}
			inner := candidates(v, join(path, key), depth+1, visited)
			n.paths = append(n.paths, inner.paths...)
			for p, d := range inner.dicts {
				n.dicts[p] = d
			}
		}
	})
	if hasTensor {
		n.dicts[path] = d
		n.paths = append(n.paths, path)
	}
	return n
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// choose takes the usual key, or the average if asked for, or the only one.
func (n nested) choose(ema bool) (string, error) {
	first, second := usual, averages
	if ema {
		first, second = averages, usual
	}
	for _, keys := range [][]string{first, second} {
		for _, key := range keys {
			for _, path := range n.paths {
				if path[strings.LastIndexByte(path, '.')+1:] == key {
					return path, nil
				}
			}
		}
	}
	switch len(n.paths) {
	case 0:
		return "", fmt.Errorf("no dictionary of tensors in it")
	case 1:
		return n.paths[0], nil
	}
	return "", fmt.Errorf("several dictionaries of tensors: %s (choose one with weights.Dict)", quoted(n.paths))
}

// remarks says what was taken, and which average, or original, was left.
func (n nested) remarks(path string) []string {
	notes := []string{fmt.Sprintf("took the dictionary %q", path)}
	isAverage := func(p string) bool { return slices.Contains(averages, p[strings.LastIndexByte(p, '.')+1:]) }
	for _, other := range n.paths {
		if other == path || isAverage(other) == isAverage(path) {
			continue
		}
		if isAverage(path) {
			return append(notes, fmt.Sprintf("the moving average; %q as trained left aside", other))
		}
		return append(notes, fmt.Sprintf("the moving average %q left aside (weights.EMA takes it)", other))
	}
	return notes
}

func quoted(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = fmt.Sprintf("%q", name)
	}
	return strings.Join(out, ", ")
}

// storages resolves the persistent ids of a pickle: ("storage", type, key,
// location, numel) and, in legacy files, the view of another storage or None.
type storages map[string]*storage

func (s storages) persist(id any) (any, error) {
	t, ok := id.(tuple)
	if !ok || len(t) < 5 || t[0] != "storage" {
		return nil, fmt.Errorf("%w: persistent id %v", errPickle, id)
	}
	c, ok1 := t[1].(class)
	key, ok2 := t[2].(string)
	numel, ok3 := t[4].(int64)
	dtype, ok4 := storageTypes[c.name]
	if !ok1 || !ok2 || !ok3 || !ok4 || numel < 0 || numel > maxElements/16 {
		return nil, fmt.Errorf("%w: storage %v", errPickle, id)
	}
	if len(t) > 5 && t[5] != nil {
		return nil, fmt.Errorf("%w: a storage that is a view of another (PyTorch before 0.4; load and save it with a newer one)", ErrRefused)
	}
	if old := s[key]; old != nil {
		return old, nil
	}
	s[key] = &storage{key: key, dtype: dtype, numel: numel}
	return s[key], nil
}
