package task

import (
	"errors"
	"math"

	"graft/lib/display"
	"graft/lib/train"
)

// Trial is a Fit that leaves no trace, for a search: it returns the first of Metrics
// on the validation set after the last epoch, or of the best one with EarlyStop or
// KeepBest, and puts parameters, plan and optimizer back. Features of the frozen part
// are computed once for all trials, and plans compiled once. It takes the options of
// Fit and shows nothing.
func (m *Image) Trial(epochs int, opts ...train.Option) (float64, error) {
	s, set, err := m.prepare("Trial", opts)
	if err != nil {
		return math.NaN(), err
	}
	if s.Valid == nil {
		return math.NaN(), errors.New("task: Trial has no validation set to measure on (give one with Valid)")
	}
	release, err := m.steer(&s)
	if err != nil {
		return math.NaN(), err
	}
	quiet := display.WithSink(s.Context, silent)
	h, err := m.trainer.Trial(quiet, epochs, set, s)
	if err = joined(err, release()); err != nil {
		return math.NaN(), err
	}
	if len(h.Epochs) == 0 {
		return math.NaN(), errors.New("task: Trial was stopped before its first epoch ended")
	}
	e := h.Epochs[len(h.Epochs)-1]
	if h.Restored {
		e = h.Epochs[h.Best-1]
	}
	return e.Metrics[0], nil
}
