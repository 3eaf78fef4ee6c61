package graft

import (
	"time"

	"graft/lib/data"
	"graft/lib/task"
	"graft/lib/train"
)

// Resume goes on with a Fit that did not come to its end, because the process ended
// or because it was interrupted, and returns its model; see [task.Resume].
func Resume(opts ...Option) (task.Model, error) { return task.Resume(opts...) }

// Train names the photographs that [Resume] goes on with, when they were in memory
// or are elsewhere now.
func Train(photos *data.Set) Option { return train.Train(photos) }

// Checkpoint writes the checkpoints of a Fit below dir instead of the user's cache,
// and has [Resume] look there.
func Checkpoint(dir string) Option { return train.Checkpoint(dir) }

// CheckpointEvery is how long a Fit runs between two checkpoints; default 10 s. 0
// writes one after each step.
func CheckpointEvery(d time.Duration) Option { return train.CheckpointEvery(d) }

// NoCheckpoint writes no checkpoints of a Fit.
func NoCheckpoint() Option { return train.NoCheckpoint() }

// KeepOptimizer lets a Fit go on with the optimizer's state where the last one ended,
// and Save put it into the file.
func KeepOptimizer() Option { return train.KeepOptimizer() }
