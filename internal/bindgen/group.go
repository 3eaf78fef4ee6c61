package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"go/format"
	"io"
	"path"
	"runtime"
	"sort"
	"strings"

	"golang.org/x/tools/go/gcexportdata"
)

// group adds the files of g to out.
func (u *universe) group(g *group, out output) error {
	parts := map[string][]byte{}
	for _, e := range g.entries {
		if err := u.parts(e, parts); err != nil {
			return fmt.Errorf("%s: %w", e.pattern, err)
		}
		file, err := u.writeTable(g, e)
		if err != nil {
			return err
		}
		out[path.Join(g.dir, "gen_"+g.name+"_"+fileName(e.pattern)+".go")] = file
	}
	archive, err := zipped(parts)
	if err != nil {
		return err
	}
	out[path.Join(g.dir, "gen_"+g.name+".zip")] = archive
	index, err := g.index()
	out[path.Join(g.dir, "gen_"+g.name+".go")] = index
	return err
}

// parts adds what the archive holds of one package.
func (u *universe) parts(e *entry, parts map[string][]byte) error {
	p := u.packages[e.pattern]
	doc, err := docs(p)
	if err != nil {
		return err
	}
	parts[e.pattern+"/doc"] = doc
	if e.source {
		return sources(p, parts)
	}
	if e.pattern == "unsafe" {
		return nil
	}
	var b bytes.Buffer
	if err := gcexportdata.Write(&b, nil, p.Types); err != nil {
		return err
	}
	parts[e.pattern+"/export"] = b.Bytes()
	if e.pattern == "runtime" {
		return otherArch(b.Bytes(), parts)
	}
	return nil
}

// otherArch adds runtime's export data for arm64, where only the constant GOARCH
// differs: a string of the same length.
func otherArch(export []byte, parts map[string][]byte) error {
	if runtime.GOARCH != "amd64" || bytes.Count(export, []byte("amd64")) != 1 {
		return fmt.Errorf("cannot tell GOARCH in the export data on %s (run bindgen on linux/amd64)", runtime.GOARCH)
	}
	parts["runtime/export.arm64"] = bytes.Replace(export, []byte("amd64"), []byte("arm64"), 1)
	return nil
}

// zipped returns a zip file that depends on parts only: sorted, without times.
func zipped(parts map[string][]byte) ([]byte, error) {
	names := make([]string, 0, len(parts))
	for name := range parts {
		names = append(names, name)
	}
	sort.Strings(names)
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestCompression)
	})
	for _, name := range names {
		w, err := z.Create(name)
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(parts[name]); err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return b.Bytes(), err
}

// index writes the file that embeds the archive and registers the tables.
func (g *group) index() ([]byte, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\npackage %s\n\nimport (\n\t_ \"embed\"\n\n\t\"graft/internal/golang/registry\"\n)\n\n", marker, packageName(g.dir))
	fmt.Fprintf(&b, "//go:embed gen_%s.zip\nvar %[1]sZip string\n\nvar %[1]sArchive = registry.Archive{Zip: &%[1]sZip}\n\n", g.name)
	fmt.Fprintf(&b, "var %sTables = [...]*registry.Table{\n", g.name)
	for _, e := range g.entries {
		fmt.Fprintf(&b, "&%s,\n", tableName(e.pattern))
	}
	fmt.Fprintf(&b, "}\n\nfunc init() {\nfor _, t := range %sTables {\nregistry.RegisterTable(t)\n}\n}\n", g.name)
	return format.Source([]byte(b.String()))
}
