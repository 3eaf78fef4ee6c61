package task

import (
	"encoding/json"
	"errors"
	"fmt"

	"graft/lib/data"
	"graft/lib/display"
	"graft/lib/plot"
	"graft/lib/train"
	"graft/lib/tune"
)

// Model is a model of any task: an [*ImageClassifier] or an [*ImageRegressor]. What
// only one of them can do needs a type assertion: m.(*ImageClassifier).Confusion().
type Model interface {
	Freeze(spec ...string) error
	Unfreeze(spec ...string) error
	SetRate(spec string, share float64) error
	Ledger() plot.Table
	Plan() *tune.Plan
	Use(train, valid *data.Set) error
	Train() *data.Set
	Valid() *data.Set
	Fit(epochs int, opts ...train.Option) error
	FineTune(epochs int, opts ...train.Option) error
	FitAsync(epochs int, opts ...train.Option) (*Fitting, error)
	Running() *train.Steering
	FindLR(opts ...train.Option) (float64, error)
	Histories() []*train.History
	Evaluate(test *data.Set, opts ...train.Option) (*Report, error)
	Predict(what any, opts ...train.Option) (Predictions, error)
	Save(path string, opts ...train.Option) error
	Snapshot(name string) error
	Snapshots() plot.Table
	Restore(name string) error
	Forget(name string) error
	Undo() (string, error)
	Diff(a, b string) (plot.Table, error)
	display.Displayer
	fmt.Stringer
}

// about is what a checkpoint says besides the state of the fit.
type about struct {
	Model     record           `json:"model"`
	Train     data.Manifest    `json:"train"`
	Valid     *data.Manifest   `json:"valid,omitempty"`
	Histories []*train.History `json:"histories"` // of earlier calls of Fit
}

// about makes what [Resume] needs to make the model and its sets again.
func (m *Image) about(learn, valid *data.Set) func() ([]byte, error) {
	return func() ([]byte, error) {
		a := about{Model: m.record(), Histories: m.Histories()}
		var err error
		if a.Train, err = learn.Manifest(); err != nil {
			return nil, err
		}
		if valid != nil {
			list, err := valid.Manifest()
			if err != nil {
				return nil, err
			}
			a.Valid = &list
		}
		return json.Marshal(a)
	}
}

// Resume makes the model and the sets of a fit that did not come to its end, in this
// process or in another, and goes on with the fit from its last checkpoint: it ends
// with the same weights, to the last bit, as one that was not cut. Without options it
// takes the latest unfinished fit of this user that no process is working on.
//
// It takes the options Checkpoint, for another folder; Train and Valid, for sets whose
// photographs were in memory or are elsewhere now, which must be the same ones in the
// same order; Head, for a head of one's own; OnEpoch, OnStep, StopWhen, LRFrom and
// Steer, which are code and in no file; CheckpointEvery and With. All else is as it
// was.
//
// If the fit is interrupted again, or fails, both the model and an error are returned.
func Resume(opts ...train.Option) (Model, error) {
	s, err := train.Resolve("Resume", train.Settings{}, opts, "Checkpoint", "CheckpointEvery", "Train", "Valid", "Head",
		"OnEpoch", "OnStep", "StopWhen", "LRFrom", "Steer")
	if err != nil {
		return nil, err
	}
	c, err := train.OpenCheckpoint(s.Keeping.Dir)
	if err != nil {
		return nil, err
	}
	m, err := resume(c, s)
	err = errors.Join(err, c.Close())
	switch {
	case m == nil:
		return nil, err
	case m.classes == nil:
		return &ImageRegressor{m}, err
	}
	return &ImageClassifier{m}, err
}

// resume returns a nil model if it cannot be made.
func resume(c *train.Savepoint, s train.Settings) (*Image, error) {
	raw, err := c.About()
	if err != nil {
		return nil, fmt.Errorf("task: %s: %w", c.Folder, err)
	}
	if raw == nil {
		return nil, fmt.Errorf("task: the checkpoint in %s is of a network without a task (go on with the method Resume of its trainer)", c.Folder)
	}
	var a about
	if err := json.Unmarshal(raw, &a); err != nil {
		return nil, fmt.Errorf("task: %s: %w", c.Folder, err)
	}
	if a.Model.Format != formatVersion {
		return nil, fmt.Errorf("task: the checkpoint in %s has format %d, this program reads %d (use the graft that wrote it)", c.Folder, a.Model.Format, formatVersion)
	}
	m, err := a.model(s)
	if err != nil {
		return nil, fmt.Errorf("task: %s: %w", c.Folder, err)
	}
	set, err := m.source(m.train)
	if err == nil && m.valid != nil {
		s.Valid, err = m.source(m.valid)
	}
	if err != nil {
		return nil, err
	}
	s.Keeping.About = m.about(m.train, m.valid)
	release, err := m.steer(&s)
	if err != nil {
		return nil, err
	}
	h, err := m.trainer.Resume(s.Context, c, set, s)
	err = joined(err, release())
	if h == nil { // nothing has been touched but a model that nobody has seen
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, h := range append(m.histories, h) {
		m.album.trained(h)
	}
	m.histories = append(m.histories, h)
	m.paced(s.Steering)
	return m, err
}

// model makes the model with fresh parameters, and its sets.
func (a *about) model(s train.Settings) (*Image, error) {
	model := a.Model.Settings
	model.Context, model.Head = s.Context, s.Head
	m, err := remake(&a.Model, model)
	if err != nil {
		return nil, err
	}
	m.histories = a.Histories
	if m.train, err = again("training", "Train", s.TrainSet, &a.Train); err != nil {
		return nil, err
	}
	m.valid, err = again("validation", "Valid", s.ValidSet, a.Valid)
	return m, err
}

// again is the set that was given, or the one that a checkpoint lists; nil if it
// lists none.
func again(what, option string, given *data.Set, list *data.Manifest) (*data.Set, error) {
	if given != nil || list == nil {
		return given, nil
	}
	set, err := list.Set()
	if err != nil {
		return nil, fmt.Errorf("the %s set (%s): %w: give it with the option %s", what, list.Source, err, option)
	}
	return set, nil
}
