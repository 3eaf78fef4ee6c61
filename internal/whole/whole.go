// Package whole writes files that are there whole or not at all, whatever ends the
// process or the machine meanwhile. It knows nothing of formats, as opposed to the
// packages that have one.
//
//	err := whole.Write("model.graft", 0o644, func(f *os.File) error { ... })
package whole

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// Write makes path hold what write writes. Readers see the former file or the whole
// new one. The content reaches the disk before the name. As with os.WriteFile a new
// file has the given permissions before umask and a former one keeps its own, a link
// stays and the file that it leads to is written, and what is no file, such as
// /dev/stdout, is written as it is.
//
// Where the system has files without a name (Linux, on most file systems), a process
// that is killed leaves nothing behind, except in the instant between the file's
// first name, ".NAME-" and a number, and its last one.
func Write(path string, perm fs.FileMode, write func(f *os.File) error) (err error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return writeThrough(path, write)
	}
	if path, err = target(path); err != nil {
		return err
	}
	f, named, err := create(path, perm)
	if err != nil {
		return err
	}
	defer func() {
		if named != "" {
			_ = os.Remove(named) // gone already if all went well
		}
	}()
	if err := errors.Join(write(f), likeFormer(f, path), f.Sync()); err != nil {
		return errors.Join(err, f.Close())
	}
	if named == "" {
		named, err = name(f, path)
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(named, path)
}

// writeThrough writes to a device or a pipe.
func writeThrough(path string, write func(f *os.File) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}

// mostLinks is how many links in a row systems follow.
const mostLinks = 40

// target is the file that path leads to, which need not be there.
func target(path string) (string, error) {
	last := path
	for range mostLinks {
		link, err := os.Readlink(last)
		if err != nil {
			return last, nil // no link
		}
		if !filepath.IsAbs(link) {
			// The folder first: what lies above it is not what its name says, if it is a link.
			dir, err := filepath.EvalSymlinks(filepath.Dir(last))
			if err != nil {
				return "", err
			}
			link = filepath.Join(dir, link)
		}
		last = link
	}
	return "", fmt.Errorf("whole: %q leads round in links (name another file)", path)
}

// openUnnamed is replaced by a test that does without.
var openUnnamed = unnamed

// create opens a new file beside path: without a name if the system can.
func create(path string, perm fs.FileMode) (f *os.File, named string, err error) {
	if f := openUnnamed(filepath.Dir(path), perm); f != nil {
		return f, "", nil
	}
	named, err = free(path, func(named string) (err error) {
		f, err = os.OpenFile(named, os.O_RDWR|os.O_CREATE|os.O_EXCL, perm)
		return err
	})
	return f, named, err
}

// free is a name beside path that take could take, as nobody had it.
func free(path string, take func(named string) error) (string, error) {
	for {
		named := filepath.Join(filepath.Dir(path), fmt.Sprintf(".%s-%d", filepath.Base(path), rand.Uint32()))
		if err := take(named); !errors.Is(err, fs.ErrExist) {
			return named, err
		}
	}
}

// likeFormer gives f the permissions of the file at path, if there is one.
func likeFormer(f *os.File, path string) error {
	former, err := os.Stat(path)
	if err != nil {
		return nil
	}
	now, err := f.Stat()
	if err != nil || now.Mode().Perm() == former.Mode().Perm() { // some file systems refuse any change
		return err
	}
	return f.Chmod(former.Mode().Perm())
}
