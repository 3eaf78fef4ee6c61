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
	Paused
	Stopped // by the user, after a step
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
	case Paused:
		return "paused"
	case Stopped:
		return "stopped"
	}
	return "running"
}

// over reports whether a run has come to its end, whatever it was.
func (s State) over() bool { return s != Running && s != Paused }

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

// Group is a stretch of a network that is frozen or trained as one.
type Group struct {
	Name      string
	Trainable bool
}

// Remark is a line on what was done to a run on its way, such as "epoch 2, step 3:
// learning rate 0.001 → 0.0005".
type Remark struct {
	Text string
	Bad  bool // something that could not be done
}

// Fit is the board of a training run: a table that grows by one row an epoch,
// loss curves, what is frozen, and a progress line while it runs. The training loop
// keeps one, changes it, and shows it as often as it likes (a [display.Live] per run):
// drawing takes well under a millisecond for runs of ordinary length. In a terminal it
// fits itself to the window, down to one line: what matters less goes first.
type Fit struct {
	Name    string // of the network, for boards too small for the title
	Title   string
	Metrics []string // names of the metric columns
	Epochs  []Epoch  // finished epochs
	Planned int      // epochs that were asked for

	Step, Steps int       // finished and planned steps of the running epoch
	Loss        []float64 // training loss of every finished step since the start
	Rate        float64   // steps per second, lately; 0 while unknown
	Images      float64   // the same in images per second
	LR          float64   // learning rate of the last step; 0 while unknown
	Remaining   time.Duration
	Elapsed     time.Duration

	Groups         []Group  // the network's, from the input to the head
	Waiting        []string // what was asked of the run and is still to happen
	Remarks        []Remark
	Fresh          int    // how many of the Remarks the snapshot before did not have
	Memory, Device uint64 // bytes that the process and its device hold; 0 while unknown

	State  State
	Status string // what else is happening now, such as "compiling"; empty for nothing
	Note   string // a closing remark below the table
	// EpochEnd is true on the one snapshot that adds a row: dumb outputs then
	// print the row as a line (display.LineKey). StepLine asks for a line on the
	// running epoch instead.
	EpochEnd, StepLine bool
}

// Display draws the board. It has no terminal text set once for all: a run is drawn ten
// times a second, and what is on a screen is drawn for it.
func (f Fit) Display() display.Bundle {
	return display.Bundle{
		Data:     map[string]any{display.Text: trimLines(f.page()), display.HTML: f.html()},
		Draw:     f.parts,
		Metadata: map[string]any{display.LineKey: f.line()},
	}
}
