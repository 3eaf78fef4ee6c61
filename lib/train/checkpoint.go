package train

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
	"graft/lib/data"
	"graft/lib/display"
	"graft/lib/hub"
)

// DefaultEvery is how often a fit writes a checkpoint, and so about how much of it
// the end of the process can cost.
const DefaultEvery = 10 * time.Second

// Keeping says where and how often a fit writes checkpoints. The zero value is a
// folder of the user's cache and [DefaultEvery].
type Keeping struct {
	Dir   string        // folder that gets a folder for each fit; "" is [CheckpointDir]
	Every time.Duration // 0 is [DefaultEvery]
	Each  bool          // after each step, which waits for the writer
	Off   bool
	// About is what the layer above needs to make the network and the data again; it
	// is asked once, when the first checkpoint is written. It may be nil.
	About func() ([]byte, error)
}

// Checkpoint writes the checkpoints of a fit below dir instead of the user's cache.
// Each fit gets a folder of its own in dir, with a lock that it holds while it runs;
// the folder goes when the fit comes to its end. A dir that cannot be written is an
// error before the first step.
func Checkpoint(dir string) Option {
	return Option{"Checkpoint", func(s *Settings) error { s.Keeping.Dir, s.Keeping.Off = dir, false; return nil }}
}

// CheckpointEvery is how long a fit runs between two checkpoints; default 10 s. They
// are written in the background, so what the end of the process can cost is that
// long and what the writer takes. 0 writes after each step and waits for it.
func CheckpointEvery(d time.Duration) Option {
	return Option{"CheckpointEvery", func(s *Settings) error {
		if d < 0 {
			return fmt.Errorf("train: a checkpoint every %s (must be at least 0; NoCheckpoint writes none)", d)
		}
		s.Keeping.Every, s.Keeping.Each, s.Keeping.Off = d, d == 0, false
		return nil
	}}
}

// NoCheckpoint writes no checkpoints.
func NoCheckpoint() Option {
	return Option{"NoCheckpoint", func(s *Settings) error { s.Keeping.Off = true; return nil }}
}

// Train names the photographs to go on with, for Resume, when they cannot be found
// where they were.
func Train(set *data.Set) Option {
	return Option{"Train", func(s *Settings) error { s.TrainSet = set; return nil }}
}

// CheckpointDir is where checkpoints go by default: a folder for each fit that has
// not come to its end.
func CheckpointDir() string { return filepath.Join(hub.CacheDir(), "checkpoints") }

// keepUnfinished is how many fits that never came to their end keep their
// checkpoints in [CheckpointDir]; the oldest go first.
const keepUnfinished = 4

// keeper writes the checkpoints of one run. Its methods are called by the run's
// goroutine; the writer is another one, at most one at a time.
type keeper struct {
	Keeping
	ctx    context.Context
	name   string // of the network
	folder string // "" before the first checkpoint
	lock   *flock.Flock
	last   time.Time     // when the last one was begun
	done   chan struct{} // closed when the writer has nothing to do

	moved []bool // groups that were trainable at any time of the run
	// What follows belongs to the writer while it runs.
	number  int              // of the last checkpoint
	files   map[string]part  // base and about
	states  map[uintptr]part // states that are on disk, by identity
	recent  [2]*point        // the two last checkpoints, the newest first
	failure error            // of the last write
	warned  bool
}

func newKeeper(ctx context.Context, name string, how Keeping) *keeper {
	if how.Every == 0 {
		how.Every = DefaultEvery
	}
	k := &keeper{Keeping: how, ctx: ctx, name: name, last: time.Now(), done: make(chan struct{})}
	k.forget()
	close(k.done)
	return k
}

// forget makes the next checkpoint a whole one.
func (k *keeper) forget() {
	k.files, k.states, k.recent = map[string]part{}, map[uintptr]part{}, [2]*point{}
}

// startKeeping makes what writes the checkpoints of r, unless nothing is to.
func (r *run) startKeeping(ctx context.Context) (err error) {
	how := r.settings.Keeping
	if how.Off {
		return nil
	}
	r.keeper = newKeeper(ctx, r.net.Name, how)
	switch {
	case r.resumed != nil:
		r.resumed.handOver(r.keeper)
	case how.Dir != "":
		err = r.keeper.open()
	}
	return err
}

// open makes the folder of the fit and takes its lock.
func (k *keeper) open() error {
	root := k.Dir
	if root == "" {
		root = CheckpointDir()
		prune(root)
	}
	folder, lock, err := newFolder(root, k.name)
	if err != nil {
		return fmt.Errorf("train: no checkpoint can be written (free some space, name another folder with Checkpoint, or go without: NoCheckpoint): %w", err)
	}
	k.folder, k.lock = folder, lock
	return nil
}

func newFolder(root, name string) (folder string, lock *flock.Flock, err error) {
	if err := os.MkdirAll(root, 0o755); err != nil {
		return "", nil, err
	}
	if name == "" {
		name = "fit"
	}
	folder, err = os.MkdirTemp(root, name+time.Now().Format("-20060102-150405-*"))
	if err != nil {
		return "", nil, err
	}
	lock, err = lockFolder(folder)
	if err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(folder))
	}
	return folder, lock, nil
}

// ErrInUse is wrapped by the error about a checkpoint that another fit, mostly of
// another process, is writing or going on with.
var ErrInUse = errors.New("the checkpoint is in use by a fit that runs (wait for it, or end it)")

func lockFolder(folder string) (*flock.Flock, error) {
	lock := flock.New(filepath.Join(folder, lockName))
	ok, err := lock.TryLock()
	if err == nil && !ok {
		err = ErrInUse
	}
	if err != nil {
		return nil, fmt.Errorf("train: %s: %w", folder, err)
	}
	return lock, nil
}

// prune removes the oldest checkpoints of fits that no longer run, and folders of
// fits that ended before their first one. What cannot be removed is left for the
// next time.
func prune(root string) {
	left, known := 0, map[string]bool{}
	for _, u := range Unfinished(root) {
		known[u.Folder] = true
		if u.InUse {
			continue
		}
		if left++; left >= keepUnfinished {
			_ = os.RemoveAll(u.Folder)
		}
	}
	locks, err := filepath.Glob(filepath.Join(root, "*", lockName))
	if err != nil {
		return
	}
	for _, lock := range locks {
		if folder := filepath.Dir(lock); !known[folder] && len(points(folder)) == 0 && !inUse(folder) {
			_ = os.RemoveAll(folder)
		}
	}
}

// due reports whether it is time for the next checkpoint.
func (k *keeper) due() bool {
	if k.Each {
		<-k.done
		return true
	}
	if time.Since(k.last) < k.Every {
		return false
	}
	select {
	case <-k.done:
		return true
	default:
		return false // the writer is slower than that
	}
}

// begin writes d in the background.
func (k *keeper) begin(d *draft) {
	<-k.done
	k.warn()
	k.last, k.done = time.Now(), make(chan struct{})
	go func(done chan struct{}) {
		defer close(done)
		k.failure = k.write(d)
	}(k.done)
	if k.Each {
		<-k.done
	}
}

// warn tells, once, that a checkpoint could not be written.
func (k *keeper) warn() {
	if k.failure != nil && !k.warned {
		k.warned = true
		display.From(k.ctx).Show(display.Plain(k.failure.Error() + "; the fit goes on"))
	}
}

// end waits for the writer and gives the folder back: removed if the run came to
// its end, else for Resume. It returns what to say about it, "" for nothing.
func (k *keeper) end(finished bool) string {
	if k == nil {
		return ""
	}
	<-k.done
	k.warn()
	said := ""
	if k.folder != "" {
		defer func() { _ = k.lock.Unlock() }()
		if finished || k.recent[0] == nil {
			_ = os.RemoveAll(k.folder) // one that stays is offered to Resume, which does no harm
		} else {
			said = "; Resume goes on from its checkpoint in " + k.folder
		}
	}
	if k.failure != nil {
		said += "; the last checkpoint could not be written"
	}
	return said
}
