// Package whole writes files that are there whole or not at all, whatever ends the
// process or the machine meanwhile. It knows nothing of formats, as opposed to the
// packages that have one.
//
//	err := whole.Write("model.graft", 0o644, func(f *os.File) error { ... })
package whole

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Write makes path hold what write writes, with the given permissions. Readers see
// the former file or the whole new one. The content reaches the disk before the name.
//
// Where the system has files without a name (Linux, on most file systems), a process
// that is killed leaves nothing behind, except in the instant between the file's
// first name, ".NAME-" and a number, and its last one.
func Write(path string, perm fs.FileMode, write func(f *os.File) error) (err error) {
	f, named, err := create(path)
	if err != nil {
		return err
	}
	defer func() {
		if named != "" {
			_ = os.Remove(named) // gone already if all went well
		}
	}()
	if err := errors.Join(write(f), f.Chmod(perm), f.Sync()); err != nil {
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

// openUnnamed is replaced by a test that does without.
var openUnnamed = unnamed

// create opens a new file beside path: without a name if the system can.
func create(path string) (f *os.File, named string, err error) {
	if f := openUnnamed(filepath.Dir(path)); f != nil {
		return f, "", nil
	}
	if f, err = os.CreateTemp(filepath.Dir(path), pattern(path)); err != nil {
		return nil, "", err
	}
	return f, f.Name(), nil
}

func pattern(path string) string { return "." + filepath.Base(path) + "-*" }
