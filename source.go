// Package source carries graft's own source inside the binary: the files that `go
// build ./cmd/graft` and `go run ./internal/bindgen` read, as opposed to the
// repository, which also has tests, their data, benchmarks and pictures. It is the
// root of the module because an embed pattern cannot look upward.
//
//	n, err := source.Write("graft-source")
package source

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// A pattern cannot leave out *_test.go. Instead, [^t].go takes the names that do
// not end in t, [^s]t.go those that do but not in st, and [^e]st.go those that do
// but not in est. A pattern that nothing matches is an error of the compiler; what
// the patterns miss is an error of the test beside this file.
//
//go:embed source.go go.mod go.sum LICENSE
//go:embed cmd/graft/[a-z]*[^t].go
//go:embed internal/[^a]*/[a-z]*[^t].go internal/[^a]*/[a-z]*[^s]t.go internal/[^a]*/[a-z]*[^e]st.go
//go:embed internal/bindgen/packages.txt internal/bindgen/_overlay/*/[a-z]*.go
//go:embed internal/golang/registry/[a-z]*[^t].go internal/golang/registry/[a-z]*[^s]t.go
//go:embed internal/golang/registry/std/doc.go internal/golang/registry/std/gen_*
//go:embed internal/golang/vm/[a-z]*[^t].go internal/golang/vm/[a-z]*[^s]t.go internal/golang/vm/selftest.go
//go:embed internal/golang/vm/*.s
//go:embed internal/session/*/[a-z]*[^t].go internal/session/*/[a-z]*[^s]t.go internal/session/*/[a-z]*[^e]st.go internal/session/bindings/gen_*.zip
//go:embed kernel/[a-z]*[^t].go kernel/[a-z]*[^s]t.go kernel/*/[a-z]*[^t].go kernel/*/[a-z]*[^s]t.go kernel/*/[a-z]*[^e]st.go
//go:embed kernel/spec/kernel.json kernel/spec/logo-*.png kernel/spec/logo-*.svg kernel/spec/graft_papermill.py
//go:embed lib/[a-z]*[^t].go lib/[a-z]*[^s]t.go lib/*/[a-z]*[^t].go lib/*/[a-z]*[^s]t.go lib/display/control/[a-z]*[^t].go lib/hub/digest.go
//go:embed lib/train/*/[a-z]*[^t].go lib/train/*/[a-z]*[^s]t.go
//go:embed lib/device/pjrt.c lib/device/pjrt.h lib/device/heap.c lib/device/heap.h
//go:embed lib/preset/imagenet1k.txt
//go:embed notebooks/[a-z]*[^t].go notebooks/*.ipynb
//go:embed repl/[a-z]*[^t].go repl/[a-z]*[^s]t.go repl/*/[a-z]*[^t].go repl/*/[a-z]*[^s]t.go
//go:embed repl/editor/*/[a-z]*[^t].go repl/editor/*/[a-z]*[^s]t.go
var files embed.FS

// Tree is the source tree; its root is the root of the module.
func Tree() fs.FS { return files }

// Written says what Write wrote.
type Written struct {
	Files int
	Bytes int64
}

// Write writes the tree to dir, which must be empty or not there.
func Write(dir string) (w Written, err error) {
	old, err := os.ReadDir(dir)
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return w, fmt.Errorf("source: %w (name a new or an empty folder)", err)
	case len(old) > 0:
		return w, fmt.Errorf("source: %q is not empty (name a new or an empty folder)", dir)
	}
	if err := os.CopyFS(dir, files); err != nil {
		return w, fmt.Errorf("source: %w", err)
	}
	return w, fs.WalkDir(files, ".", func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		w.Files++
		w.Bytes += info.Size()
		return err
	})
}
