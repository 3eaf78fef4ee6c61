package train

import (
	"fmt"
	"time"

	"graft/lib/data"
)

// DefaultEvery is how often a fit writes a checkpoint, and so about how much of it
// the end of the process can cost.
const DefaultEvery = 10 * time.Second

// Keeping says where and how often a fit writes checkpoints. The zero value is a
// folder of the user's cache and [DefaultEvery].
type Keeping struct {
	Dir   string        // folder that gets a folder for each fit; "" is [checkpoint.Dir]
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
