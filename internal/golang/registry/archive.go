package registry

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"path"
	"runtime"
	"strings"
	"sync"
)

// Archive is an embedded zip file with the parts of a group of packages that
// are read on first use only: for each import path PATH/export (export data;
// PATH/export.GOARCH where constants depend on the architecture), PATH/doc (a
// JSON object of doc comments), and PATH/src/ for packages that are interpreted
// from source.
type Archive struct {
	Zip  *string // the zip file; a pointer, so that the linker lays out tables that refer to it
	once sync.Once
	zip  *zip.Reader
	err  error
}

// open reads the list of entries, once.
func (a *Archive) open() (*zip.Reader, error) {
	a.once.Do(func() {
		a.zip, a.err = zip.NewReader(strings.NewReader(*a.Zip), int64(len(*a.Zip)))
	})
	return a.zip, a.err
}

// read returns the entry name. The archive is part of the program, so that a
// failure is a broken build: it panics.
func (a *Archive) read(name string) []byte {
	data, err := a.tryRead(name)
	if err != nil {
		panic(fmt.Sprintf("registry: embedded %q: %v (run go generate ./internal/bindgen)", name, err))
	}
	return data
}

func (a *Archive) tryRead(name string) ([]byte, error) {
	z, err := a.open()
	if err != nil {
		return nil, err
	}
	f, err := z.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

// export returns the export data of pkg for this architecture.
func (a *Archive) export(pkg string) []byte {
	if data, err := a.tryRead(pkg + "/export." + runtime.GOARCH); err == nil {
		return data
	}
	return a.read(pkg + "/export")
}

func (a *Archive) docs(pkg string) map[string]string {
	var docs map[string]string
	if err := json.Unmarshal(a.read(pkg+"/doc"), &docs); err != nil {
		panic(fmt.Sprintf("registry: embedded docs of %q: %v", pkg, err))
	}
	return docs
}

// sources returns the files of pkg's src folder by base name.
func (a *Archive) sources(pkg string) map[string]string {
	z, err := a.open()
	if err != nil {
		panic(fmt.Sprintf("registry: embedded archive: %v", err))
	}
	names, err := fs.Glob(z, pkg+"/src/*.go")
	if err != nil || len(names) == 0 {
		panic(fmt.Sprintf("registry: no embedded source of %q: %v", pkg, err))
	}
	files := make(map[string]string, len(names))
	for _, name := range names {
		files[path.Base(name)] = string(a.read(name))
	}
	return files
}
