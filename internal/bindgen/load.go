package main

import (
	"fmt"
	"go/types"
	"slices"
	"sort"
	"strings"

	"golang.org/x/tools/go/packages"
)

// universe is every listed package, read from the compiler's export data with
// one identity for each type.
type universe struct {
	packages map[string]*packages.Package // by import path
	order    []string                     // import paths as the list has them
	sets     map[string][]string
}

const loadMode = packages.NeedName | packages.NeedFiles | packages.NeedTypes | packages.NeedImports | packages.NeedExportFile

// load reads the packages of groups, and turns patterns into paths.
func load(root string, groups []*group) (*universe, error) {
	var patterns []string
	for _, g := range groups {
		for _, e := range g.entries {
			patterns = append(patterns, e.pattern)
		}
	}
	pkgs, err := packages.Load(&packages.Config{Mode: loadMode, Dir: root}, patterns...)
	if err != nil {
		return nil, err
	}
	u := &universe{packages: map[string]*packages.Package{}}
	for _, p := range pkgs {
		u.packages[p.PkgPath] = p
	}
	for _, g := range groups {
		if err := u.resolve(g); err != nil {
			return nil, err
		}
	}
	return u, nil
}

// resolve replaces the patterns of g by the packages they match.
func (u *universe) resolve(g *group) error {
	var entries []*entry
	for _, e := range g.entries {
		paths := u.match(e)
		if len(paths) == 0 {
			return fmt.Errorf("packages.txt: %q matches no package", e.pattern)
		}
		for _, path := range paths {
			if err := u.broken(path); err != nil {
				return err
			}
			u.order = append(u.order, path)
			one := *e
			one.pattern = path
			entries = append(entries, &one)
		}
	}
	g.entries = entries
	return nil
}

func (u *universe) match(e *entry) []string {
	prefix, wild := strings.CutSuffix(e.pattern, "/...")
	if !wild {
		if u.packages[e.pattern] == nil {
			return nil
		}
		return []string{e.pattern}
	}
	var paths []string
	for path := range u.packages {
		if inside := path == prefix || strings.HasPrefix(path, prefix+"/"); inside && !slices.Contains(e.except, path) && u.importable(path) {
			paths = append(paths, path)
		}
	}
	sort.Strings(paths)
	return paths
}

// importable leaves out internal packages, programs and folders without Go code.
func (u *universe) importable(path string) bool {
	p := u.packages[path]
	return p.Name != "main" && len(p.GoFiles) > 0 && !strings.Contains(path+"/", "/internal/")
}

func (u *universe) broken(path string) error {
	p := u.packages[path]
	if len(p.Errors) > 0 {
		return fmt.Errorf("%s: %v", path, p.Errors[0])
	}
	if p.Types == nil || p.Types.Scope().Len() == 0 && path != "unsafe" && p.Types != types.Unsafe && !p.Types.Complete() {
		return fmt.Errorf("%s: no export data", path)
	}
	return nil
}
