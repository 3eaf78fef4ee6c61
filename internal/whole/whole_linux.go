package whole

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// unnamed opens a file without a name in dir; nil if its file system has none.
func unnamed(dir string) *os.File {
	fd, err := unix.Open(dir, unix.O_TMPFILE|unix.O_RDWR|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return nil
	}
	return os.NewFile(uintptr(fd), dir)
}

// name gives f a name beside path.
func name(f *os.File, path string) (string, error) {
	for {
		number := fmt.Sprint(rand.Uint32())
		named := filepath.Join(filepath.Dir(path), strings.Replace(pattern(path), "*", number, 1))
		err := unix.Linkat(unix.AT_FDCWD, fmt.Sprintf("/proc/self/fd/%d", f.Fd()), unix.AT_FDCWD, named, unix.AT_SYMLINK_FOLLOW)
		if err == nil {
			return named, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return "", &os.LinkError{Op: "link", Old: f.Name(), New: named, Err: err}
		}
	}
}
