package whole

import (
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// descriptors is the folder through which a file that is open gets a name.
var descriptors = "/proc/self/fd"

// unnamed opens a file without a name in dir; nil if its file system has none, or if
// nothing could name it later (a container without /proc).
func unnamed(dir string, perm fs.FileMode) *os.File {
	fd, err := unix.Open(dir, unix.O_TMPFILE|unix.O_RDWR|unix.O_CLOEXEC, uint32(perm.Perm()))
	if err != nil {
		return nil
	}
	f := os.NewFile(uintptr(fd), dir)
	if _, err := os.Stat(descriptor(f)); err != nil {
		_ = f.Close() // nothing was written
		return nil
	}
	return f
}

func descriptor(f *os.File) string { return fmt.Sprintf("%s/%d", descriptors, f.Fd()) }

// name gives f a name beside path.
func name(f *os.File, path string) (string, error) {
	return free(path, func(named string) error {
		if err := unix.Linkat(unix.AT_FDCWD, descriptor(f), unix.AT_FDCWD, named, unix.AT_SYMLINK_FOLLOW); err != nil {
			return &os.LinkError{Op: "link", Old: f.Name(), New: named, Err: err}
		}
		return nil
	})
}
