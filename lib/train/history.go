package train

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"time"

	"graft/lib/display"
	"graft/lib/plot"
	"graft/lib/tune"
)

// ErrStop, returned by a callback, ends a run as if it had come to its end.
var ErrStop = errors.New("train: stopped by a callback")

// Step is one finished step.
type Step struct {
	Epoch, Batch int     // from 1
	Loss         float64 // of its examples, before the step
	LR           float64 // base learning rate
}

// Epoch is one finished pass over the training examples. What was not measured is
// NaN in memory and null in JSON.
type Epoch struct {
	N         int // from 1
	TrainLoss float64
	ValidLoss float64
	Metrics   []float64 // on the validation set, in the order of History.Metrics
	LR        float64   // base learning rate of the last step
	Time      time.Duration
	Trainable string        // groups that learned, as tune.Plan.Key
	Params    int           // parameters in them
	Compile   time.Duration // part of Time spent compiling
	Features  string        // found in the cache when the epoch began, such as "100/100"; "" if nothing is frozen
}

// plainEpoch is an Epoch in JSON.
type plainEpoch struct {
	N         int        `json:"epoch"`
	TrainLoss *float64   `json:"train_loss"`
	ValidLoss *float64   `json:"valid_loss"`
	Metrics   []*float64 `json:"metrics"`
	LR        float64    `json:"lr"`
	Seconds   float64    `json:"seconds"`
	Trainable string     `json:"trainable"`
	Params    int        `json:"trainable_parameters"`
	Compile   float64    `json:"compile_seconds"`
	Features  string     `json:"features,omitempty"`
}

// MarshalJSON writes numbers that are not finite as null, since JSON has none.
func (e Epoch) MarshalJSON() ([]byte, error) {
	p := plainEpoch{e.N, finite(e.TrainLoss), finite(e.ValidLoss), nil, e.LR, e.Time.Seconds(), e.Trainable, e.Params, e.Compile.Seconds(), e.Features}
	for _, v := range e.Metrics {
		p.Metrics = append(p.Metrics, finite(v))
	}
	return json.Marshal(p)
}

// UnmarshalJSON reads null as NaN.
func (e *Epoch) UnmarshalJSON(raw []byte) error {
	var p plainEpoch
	if err := json.Unmarshal(raw, &p); err != nil {
		return err
	}
	*e = Epoch{p.N, orNaN(p.TrainLoss), orNaN(p.ValidLoss), nil, p.LR, duration(p.Seconds), p.Trainable, p.Params, duration(p.Compile), p.Features}
	for _, v := range p.Metrics {
		e.Metrics = append(e.Metrics, orNaN(v))
	}
	return nil
}

func duration(seconds float64) time.Duration {
	return time.Duration(seconds * float64(time.Second))
}

func orNaN(v *float64) float64 {
	if v == nil {
		return math.NaN()
	}
	return *v
}

func finite(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

// History is what happened in one call of Fit.
type History struct {
	Metrics  []string // names of Epoch.Metrics
	Epochs   []Epoch
	StepLoss []float64 // of every step
	// Best is the epoch with the lowest validation loss, from 1; 0 if none was
	// measured or all were NaN.
	Best     int
	Restored bool          // the weights are those of epoch Best
	Stopped  bool          // between two steps, by the user
	Compile  time.Duration // spent making executables ready
	Loaded   time.Duration // part of Compile: those that were on disk already, so that nothing was compiled
	Features string        // found in the cache before the first epoch, such as "0/100"; "" if nothing is frozen
	// Hits and Misses count the features that the epochs found in the cache and those
	// that were computed for them.
	Hits, Misses int
	// Waited is how long steps waited for examples to be loaded and augmented, the
	// first step aside.
	Waited  time.Duration
	Elapsed time.Duration
	Note    string // why the run ended as it did
	// Ledger says what was trainable in the end and which groups moved in the whole
	// run; empty if it did not come to its end.
	Ledger tune.Ledger
	// Phases are the stretches of the run with one plan each.
	Phases []Phase
	// Remarks say what was asked of the run on its way and became of it.
	Remarks []plot.Remark

	title    string
	changing bool // the plan is to change on the way
	planned  int
	state    plot.State
}

// Display draws the table and the curves of the run.
func (h *History) Display() display.Bundle { return h.board().Display() }

func (h *History) board() plot.Fit {
	b := plot.Fit{
		Title: h.title, Metrics: h.Metrics, Planned: h.planned, Loss: slices.Clip(h.StepLoss),
		State: h.state, Note: h.Note, Elapsed: h.Elapsed, Remarks: slices.Clone(h.Remarks),
	}
	for _, e := range h.Epochs {
		row := plot.Epoch{
			N: e.N, TrainLoss: e.TrainLoss, ValidLoss: e.ValidLoss, Metrics: e.Metrics,
			LR: e.LR, Time: e.Time, Best: e.N == h.Best, Cache: e.Features,
		}
		if len(h.Phases) > 1 || h.changing {
			row.Trainable, row.Compile = thousands(e.Params), e.Compile
		}
		b.Epochs = append(b.Epochs, row)
	}
	return b
}
