package main

import (
	"bytes"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sort"
	"strings"
)

// output maps file names, relative to the module root, to contents.
type output map[string][]byte

// write brings the folders up to date: changed files are written, files that
// nothing generates any more are removed.
func (o output) write(root string) error {
	stale, err := o.stale(root)
	if err != nil {
		return err
	}
	for _, name := range stale {
		file := filepath.Join(root, name)
		data, ok := o[name]
		if !ok {
			err = os.Remove(file)
		} else if err = os.MkdirAll(filepath.Dir(file), 0o777); err == nil {
			err = os.WriteFile(file, data, 0o666)
		}
		if err != nil {
			return err
		}
	}
	fmt.Printf("bindgen: %d files, %d changed\n", len(o), len(stale))
	return nil
}

// check fails if write would change something.
func (o output) check(root string) error {
	stale, err := o.stale(root)
	if err != nil || len(stale) == 0 {
		return err
	}
	list := strings.Join(stale[:min(len(stale), 5)], ", ")
	if len(stale) > 5 {
		list += ", ..."
	}
	return fmt.Errorf("%d stale files: %s (run go generate ./internal/bindgen)", len(stale), list)
}

// stale lists the files that differ from what is on disk, and the generated
// files on disk whose group is part of o and that o lacks.
func (o output) stale(root string) ([]string, error) {
	var names []string
	for name, data := range o {
		old, err := os.ReadFile(filepath.Join(root, name))
		if err != nil && !os.IsNotExist(err) {
			return nil, err
		}
		if err != nil || !bytes.Equal(old, data) {
			names = append(names, name)
		}
	}
	dead, err := o.dead(root)
	names = append(names, dead...)
	sort.Strings(names)
	return names, err
}

// dead lists generated files that o does not have. A folder that also holds
// groups outside o is judged by the groups' own file prefix.
func (o output) dead(root string) ([]string, error) {
	var prefixes []string
	for name := range o {
		if prefix, ok := strings.CutSuffix(name, ".zip"); ok {
			prefixes = append(prefixes, prefix+"_")
		}
	}
	slices.Sort(prefixes)
	var dead []string
	for _, prefix := range prefixes {
		files, err := filepath.Glob(filepath.Join(root, prefix+"*.go"))
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			name := path.Join(path.Dir(prefix), filepath.Base(file))
			if _, ok := o[name]; !ok {
				dead = append(dead, name)
			}
		}
	}
	return dead, nil
}
