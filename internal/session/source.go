package session

import (
	"go/build"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

// sources finds the Go files of packages that help shows: graft's own in tree, the
// source of this program, those of other modules in the module cache of this
// machine, at the versions that tree's go.mod requires. Its function returns nil for
// what is not at hand.
func sources(tree fs.FS) func(pkg string) fs.FS {
	if tree == nil {
		return nil
	}
	required := sync.OnceValue(func() []module.Version { return requirements(tree) })
	return func(pkg string) fs.FS {
		if dir, ok := strings.CutPrefix(pkg, "graft/"); ok {
			return present(fs.Sub(tree, dir))
		}
		var best module.Version
		for _, m := range required() {
			if len(m.Path) > len(best.Path) && (pkg == m.Path || strings.HasPrefix(pkg, m.Path+"/")) {
				best = m
			}
		}
		if best.Path == "" {
			return nil
		}
		return cached(best, strings.TrimPrefix(pkg[len(best.Path):], "/"))
	}
}

// requirements are the modules of tree's go.mod.
func requirements(tree fs.FS) (list []module.Version) {
	text, err := fs.ReadFile(tree, "go.mod")
	if err != nil {
		return nil
	}
	mod, err := modfile.ParseLax("go.mod", text, nil)
	if err != nil {
		return nil
	}
	for _, r := range mod.Require {
		list = append(list, r.Mod)
	}
	return list
}

// cached is the folder dir of a module in the module cache.
func cached(m module.Version, dir string) fs.FS {
	escaped, err := module.EscapePath(m.Path)
	if err != nil {
		return nil
	}
	version, err := module.EscapeVersion(m.Version)
	if err != nil {
		return nil
	}
	root := os.Getenv("GOMODCACHE")
	if root == "" {
		first, _, _ := strings.Cut(build.Default.GOPATH, string(filepath.ListSeparator))
		root = filepath.Join(first, "pkg", "mod")
	}
	if !filepath.IsAbs(root) {
		return nil
	}
	return present(fs.Sub(os.DirFS(root), path.Join(escaped+"@"+version, dir)))
}

// present is dir, or nil if it is not there.
func present(dir fs.FS, err error) fs.FS {
	if err != nil {
		return nil
	}
	if _, err := fs.Stat(dir, "."); err != nil {
		return nil
	}
	return dir
}
