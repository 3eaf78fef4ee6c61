package hub

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// errUnsafe is returned for an archive with names that leave its folder.
var errUnsafe = errors.New("has an entry outside its folder (a damaged or hostile package)")

// unpack extracts want of an archive into dir: one file, a folder if it ends in
// "/", or everything if it is empty. Links are not extracted.
func unpack(ctx context.Context, archive, dir, want string) error {
	name := strings.ToLower(archive)
	x := &extractor{ctx: ctx, dir: dir, want: want}
	var err error
	switch {
	case hasSuffix(name, ".whl", ".zip", ".jar"):
		err = x.zip(archive)
	case hasSuffix(name, ".tgz", ".tar.gz"):
		err = x.tar(archive)
	case hasSuffix(name, ".deb"):
		err = exec.CommandContext(ctx, "dpkg-deb", "-x", archive, dir).Run()
		x.found = err == nil
	default:
		err = fmt.Errorf("%q is no archive that graft reads (zip, wheel, jar, tar.gz or deb)", filepath.Base(archive))
	}
	if err == nil && !x.found {
		err = fmt.Errorf("no %q in the package", want)
	}
	return err
}

func hasSuffix(name string, endings ...string) bool {
	for _, e := range endings {
		if strings.HasSuffix(name, e) {
			return true
		}
	}
	return false
}

type extractor struct {
	ctx       context.Context
	dir, want string
	found     bool
}

func (x *extractor) wants(name string) bool {
	return x.want == "" || name == x.want || strings.HasSuffix(x.want, "/") && strings.HasPrefix(name, x.want)
}

func (x *extractor) zip(archive string) error {
	z, err := zip.OpenReader(archive)
	if err != nil {
		return err
	}
	defer z.Close()
	for _, f := range z.File {
		if !f.Mode().IsRegular() || !x.wants(f.Name) {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return err
		}
		err = x.write(f.Name, f.Mode(), r)
		r.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

func (x *extractor) tar(archive string) error {
	f, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer f.Close()
	gz, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	t := tar.NewReader(gz)
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if h.Typeflag != tar.TypeReg || !x.wants(h.Name) {
			continue
		}
		if err := x.write(h.Name, h.FileInfo().Mode(), t); err != nil {
			return err
		}
	}
}

// write puts one entry below x.dir.
func (x *extractor) write(name string, mode fs.FileMode, r io.Reader) error {
	if !filepath.IsLocal(filepath.FromSlash(name)) {
		return fmt.Errorf("%q: %w", name, errUnsafe)
	}
	path := filepath.Join(x.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644|mode.Perm()&0o111)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, reader{x.ctx, r})
	x.found = true
	return errors.Join(err, f.Close())
}

// reader stops when its context ends: a package may hold gigabytes.
type reader struct {
	ctx context.Context
	io.Reader
}

func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}
