package hub

import (
	"cmp"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Entry is one thing in the cache.
type Entry struct {
	Kind  string `json:"kind"` // "package", "checkpoints", "features", "tools", ...
	Name  string `json:"name"`
	Path  string `json:"path"`
	Bytes int64  `json:"bytes"`
}

// kept are folders of the cache that are no cache: clearing leaves them alone.
var kept = []string{"locks", "history"}

// Entries lists what the cache holds, largest first: each package by its ref, each
// checkpoint of an unfinished fit, every other folder as one entry.
func Entries() ([]Entry, error) {
	var list []Entry
	top, err := os.ReadDir(CacheDir())
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("hub: cache: %w", err)
	}
	for _, d := range top {
		path := filepath.Join(CacheDir(), d.Name())
		switch {
		case !d.IsDir() || slices.Contains(kept, d.Name()):
		case d.Name() == "packages":
			list = append(list, packages(path)...)
		case d.Name() == "checkpoints":
			list = append(list, checkpoints(path)...)
		default:
			list = append(list, Entry{Kind: d.Name(), Name: d.Name(), Path: path, Bytes: sizeOf(path)})
		}
	}
	slices.SortFunc(list, func(a, b Entry) int { return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(a.Name, b.Name)) })
	return list, nil
}

func packages(dir string) []Entry {
	var list []Entry
	dirs, _ := os.ReadDir(dir)
	for _, d := range dirs {
		name, err := url.PathUnescape(d.Name())
		if err != nil {
			name = d.Name()
		}
		path := filepath.Join(dir, d.Name())
		list = append(list, Entry{Kind: "package", Name: name, Path: path, Bytes: sizeOf(path)})
	}
	return list
}

func checkpoints(dir string) []Entry {
	var list []Entry
	dirs, _ := os.ReadDir(dir)
	for _, d := range dirs {
		path := filepath.Join(dir, d.Name())
		list = append(list, Entry{Kind: "checkpoints", Name: "checkpoints/" + d.Name(), Path: path, Bytes: sizeOf(path)})
	}
	return list
}

// Clear removes the entries of the given names or kinds, or all if none is
// given, and returns what it removed. An unknown name removes nothing and is an
// error that lists what there is.
func Clear(names ...string) ([]Entry, error) {
	all, err := Entries()
	if err != nil {
		return nil, err
	}
	chosen := all
	if len(names) > 0 {
		if chosen, err = choose(all, names); err != nil {
			return nil, err
		}
	}
	for i, e := range chosen {
		if err := os.RemoveAll(e.Path); err != nil {
			return chosen[:i], unwritable(err)
		}
	}
	return chosen, nil
}

func choose(all []Entry, names []string) ([]Entry, error) {
	var chosen []Entry
	for _, name := range names {
		n := len(chosen)
		for _, e := range all {
			if e.Name == name || e.Kind == name {
				chosen = append(chosen, e)
			}
		}
		if len(chosen) == n {
			return nil, fmt.Errorf("hub: nothing called %q in the cache (there is %s)", name, entryNames(all))
		}
	}
	return chosen, nil
}

func entryNames(all []Entry) string {
	if len(all) == 0 {
		return "nothing"
	}
	var names []string
	for _, e := range all {
		names = append(names, e.Name)
	}
	return strings.Join(names, ", ")
}
