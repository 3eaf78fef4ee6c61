package plot

import (
	"time"

	"graft/lib/display"
)

// State says how far a run has come.
type State int

// The states of a run.
const (
	Running State = iota
	Done
	Interrupted
	Failed
)

// String returns the word that is shown for s.
func (s State) String() string {
	switch s {
	case Done:
		return "done"
	case Interrupted:
		return "interrupted"
	case Failed:
		return "failed"
	}
	return "running"
}

// Epoch is one finished pass over the training set. Values that were not
// measured are NaN and drawn blank.
type Epoch struct {
	N                    int // 1 for the first
	TrainLoss, ValidLoss float64
	Metrics              []float64 // in the order of Fit.Metrics, on the validation set
	LR                   float64   // learning rate of the head at the end of the epoch
	Time                 time.Duration
	Cache                string // features found in the cache, such as "100/100"; empty for none
	Best                 bool   // the best epoch so far
	// Trainable is the number of trainable parameters, for runs in which it changes.
	Trainable string
	Compile   time.Duration // part of Time spent compiling, for such runs
}

// Fit is the board of a training run: a table that grows by one row an epoch,
// loss curves, and a progress line while it runs. The training loop keeps one,
// changes it, and shows it as often as it likes (a [display.Live] per run):
// drawing takes well under a millisecond for runs of ordinary length.
type Fit struct {
	Title   string
	Metrics []string // names of the metric columns
	Epochs  []Epoch  // finished epochs
	Planned int      // epochs that were asked for

	Step, Steps int       // finished and planned steps of the running epoch
	Loss        []float64 // training loss of every finished step since the start
	Rate        float64   // steps per second, lately; 0 while unknown
	Remaining   time.Duration
	Elapsed     time.Duration

	State  State
	Status string // what else is happening now, such as "compiling"; empty for nothing
	Note   string // a closing remark below the table
	// EpochEnd is true on the one snapshot that adds a row: dumb outputs then
	// print the row as a line (display.LineKey).
	EpochEnd bool
}

// Display draws the board.
func (f Fit) Display() display.Bundle {
	b := bundle(f.text(plainInk), f.text(colourInk), f.html())
	b.Metadata = map[string]any{display.LineKey: f.line()}
	return b
}
