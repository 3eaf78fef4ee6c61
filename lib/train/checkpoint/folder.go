package checkpoint

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// Folder is the folder of one fit, held by a lock.
type Folder struct {
	Path string
	lock *flock.Flock
}

// ErrInUse is wrapped by the error about a checkpoint that another fit, mostly of
// another process, is writing or going on with.
var ErrInUse = errors.New("the checkpoint is in use by a fit that runs (wait for it, or end it)")

// Create makes a folder below root for a fit of the network name and takes its lock.
func Create(root, name string) (*Folder, error) {
	if err := os.MkdirAll(root, 0o755); err != nil {
		return nil, err
	}
	if name == "" {
		name = "fit"
	}
	path, err := os.MkdirTemp(root, name+time.Now().Format("-20060102-150405-*"))
	if err != nil {
		return nil, err
	}
	f, err := Open(path)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(path))
	}
	return f, nil
}

// Open takes the lock of a folder; [ErrInUse] if another fit has it.
func Open(path string) (*Folder, error) {
	lock := flock.New(filepath.Join(path, lockName))
	ok, err := lock.TryLock()
	if err == nil && !ok {
		err = ErrInUse
	}
	if err != nil {
		return nil, fmt.Errorf("checkpoint: %s: %w", path, err)
	}
	return &Folder{path, lock}, nil
}

// Close gives the lock back.
func (f *Folder) Close() error { return f.lock.Unlock() }

// Remove removes the folder and all that is in it.
func (f *Folder) Remove() error { return os.RemoveAll(f.Path) }

// Gone reports whether someone else has removed the folder, or its lock.
func (f *Folder) Gone() bool {
	_, err := os.Stat(filepath.Join(f.Path, lockName))
	return err != nil
}

// inUse reports whether a fit holds the folder.
func inUse(path string) bool {
	f, err := Open(path)
	if err == nil {
		err = f.Close()
	}
	return errors.Is(err, ErrInUse)
}
