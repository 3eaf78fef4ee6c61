package train

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gomlx/gomlx/ml/model"
	"graft/lib/display"
	"graft/lib/plot"
	"graft/lib/train/checkpoint"
	"graft/lib/train/optimizer"
	"graft/lib/tune"
)

// Savepoint is an opened checkpoint: a fit that can go on. It holds the lock of its
// folder until [Trainer.Resume] takes it or Close gives it back.
type Savepoint struct {
	Folder  string
	Warning string // about a damaged file; "" for none

	number int
	point  *point
	held   *checkpoint.Folder
}

// OpenCheckpoint opens the checkpoint in folder, which is that of one fit, or the
// latest below it that no fit holds; "" is [checkpoint.Dir]. Every file is held
// against its digest. If the last point is damaged, the one before is taken, and
// Warning says so.
func OpenCheckpoint(folder string) (*Savepoint, error) {
	if folder == "" {
		folder = checkpoint.Dir()
	}
	if len(checkpoint.Points(folder)) == 0 {
		chosen, err := latest(folder)
		if err != nil {
			return nil, err
		}
		folder = chosen
	}
	held, err := checkpoint.Open(folder)
	if err != nil {
		return nil, err
	}
	c := &Savepoint{Folder: folder, held: held}
	if err := c.read(); err != nil {
		return nil, errors.Join(err, held.Close())
	}
	return c, nil
}

// latest is the checkpoint below dir that was written last, of those no fit holds.
func latest(dir string) (string, error) {
	list := checkpoint.Unfinished(dir)
	for _, u := range list {
		if !u.InUse {
			return u.Folder, nil
		}
	}
	if len(list) > 0 {
		return "", fmt.Errorf("train: %s: %w", list[0].Folder, checkpoint.ErrInUse)
	}
	return "", fmt.Errorf("train: no checkpoint of an unfinished fit in %s (fits write one every %s; with another folder, give it with Checkpoint)", dir, DefaultEvery)
}

// read takes the newest point that is whole.
func (c *Savepoint) read() error {
	var broken []error
	for _, n := range checkpoint.Points(c.Folder) {
		p := &point{}
		err := checkpoint.ReadPoint(c.Folder, n, p)
		if err == nil {
			err = checkpoint.Check(c.Folder, p.Parts)
		}
		if err != nil {
			broken = append(broken, err)
			continue
		}
		c.number, c.point = n, p
		if len(broken) > 0 {
			c.Warning = fmt.Sprintf("train: the last checkpoint in %s cannot be used (%v); the one before is taken, from %s", c.Folder, errors.Join(broken...), c.Where())
		}
		return nil
	}
	return fmt.Errorf("train: no checkpoint in %s can be used: %w", c.Folder, errors.Join(broken...))
}

// Where says at which step the fit goes on.
func (c *Savepoint) Where() string {
	p := c.point
	switch {
	case p.At.Epoch > p.Epochs:
		return fmt.Sprintf("the end of epoch %d, the last", p.Epochs)
	case p.At.Batch >= p.Steps:
		return fmt.Sprintf("the end of epoch %d of %d", p.At.Epoch, p.Epochs)
	}
	return fmt.Sprintf("epoch %d of %d, step %d of %d", p.At.Epoch, p.Epochs, p.At.Batch+1, p.Steps)
}

// About is what [Keeping] wrote about the network and the data; nil for nothing.
func (c *Savepoint) About() ([]byte, error) {
	part, ok := c.point.Parts["about"]
	if !ok {
		return nil, nil
	}
	return os.ReadFile(filepath.Join(c.Folder, part.File))
}

// Rate is the learning rate of the fit, the peak if it has a schedule.
func (c *Savepoint) Rate() float64 { return c.point.Settings.Schedule.Peak }

// Spread is how the fit shares its learning rate out among the groups.
func (c *Savepoint) Spread() tune.Rates { return c.point.Settings.Rates }

// Close gives the checkpoint back. After [Trainer.Resume] it does nothing.
func (c *Savepoint) Close() error {
	if c.held == nil {
		return nil
	}
	defer func() { c.held = nil }()
	return c.held.Close()
}

// handOver makes k go on in the folder of c.
func (c *Savepoint) handOver(k *keeper) {
	k.writer, k.moved = checkpoint.GoOn(c.held, c.number, c.point.Parts), slices.Clone(c.point.Moved)
	c.held = nil
	if c.number == checkpoint.Points(c.Folder)[0] {
		k.written = c.point
	}
}

// state reads a part; nil if there is none of that kind.
func (c *Savepoint) state(kind string) (state, error) {
	part, ok := c.point.Parts[kind]
	if !ok {
		return nil, nil
	}
	return checkpoint.ReadTensors(c.Folder, part)
}

// Restore gives store all variables of the checkpoint, made if need be.
func (c *Savepoint) Restore(store *model.Store) error {
	for _, kind := range []string{"base", "now"} {
		s, err := c.state(kind)
		if err != nil {
			return err
		}
		if err := s.give(store); err != nil {
			return err
		}
	}
	return nil
}

// give is [state.restore] for variables that may not be there yet; s is used up.
func (s state) give(store *model.Store) error {
	for path, value := range s {
		v := store.GetVariable(path)
		if v == nil {
			store.VariableWithValue(path, value).SetTrainable(!strings.HasPrefix(path, optimizer.Scope))
			continue
		}
		if !v.Shape().Equal(value.Shape()) {
			return fmt.Errorf("train: %s is %s in the checkpoint, but %s in the network (was it made for another one?)", path, value.Shape(), v.Shape())
		}
		if err := v.SetValue(value); err != nil {
			return err
		}
	}
	return nil
}

// Resume goes on with the fit that c is the checkpoint of, and ends as that would
// have ended, to the last bit. The network must be the same, whatever its
// parameters are now, and so must be train and the validation set of s. Of s count
// only what no file can keep: callbacks, Head, Valid, and where the next checkpoints
// are shown; all else is the checkpoint's.
func (t *Trainer) Resume(ctx context.Context, c *Savepoint, train Source, s Settings) (*History, error) {
	if !t.busy.TryLock() {
		return nil, ErrBusy
	}
	defer t.busy.Unlock()
	if err := c.fits(t.net, train, s.Valid); err != nil {
		return nil, err
	}
	plan := t.net.Plan
	if err := errors.Join(plan.SetKey(c.point.Plan), c.Restore(t.net.Store)); err != nil {
		return nil, err
	}
	for i, rate := range c.point.Rates {
		plan.Groups[i].Rate = rate
	}
	t.phases = c.point.Phase - 1
	s = c.settings(ctx, s)
	c.show(ctx, plan, s)
	return t.fit(ctx, c.point.Epochs, train, s, c)
}

// fits holds the checkpoint against a network and its examples.
func (c *Savepoint) fits(net Net, train, valid Source) error {
	p := c.point
	var groups []string
	for _, g := range net.Plan.Groups {
		groups = append(groups, g.Name)
	}
	switch {
	case p.Net != net.Name || !slices.Equal(p.Groups, groups):
		return fmt.Errorf("train: the checkpoint is of a network %q with the groups %s, not of %q with %s", p.Net, strings.Join(p.Groups, ", "), net.Name, strings.Join(groups, ", "))
	case sourceDigest(train) != p.Train:
		return errors.New("train: the training set is not the one of the checkpoint (the same examples in the same order are needed, loaded and split with the same options)")
	case p.Valid == "":
	case valid == nil:
		return errors.New("train: the fit has a validation set, and it is needed to go on (give it with Valid)")
	case sourceDigest(valid) != p.Valid:
		return errors.New("train: the validation set is not the one of the checkpoint (the same examples in the same order are needed, loaded and split with the same options)")
	}
	return nil
}

// settings are those of the checkpoint with the code and the context of s.
func (c *Savepoint) settings(ctx context.Context, s Settings) Settings {
	r := c.point.Settings
	r.Context, r.Head, r.Keeping = ctx, s.Head, s.Keeping
	r.OnEpoch, r.OnStep, r.Stop, r.Rate = s.OnEpoch, s.OnStep, s.Stop, s.Rate
	r.Controls, r.steered, r.Steering = s.Controls, s.steered, s.Steering
	r.SampleWeights, r.Warnings = c.point.Weights, s.Warnings
	if c.point.Valid != "" {
		r.Valid = s.Valid
	}
	r.Keeping.Dir, r.Keeping.Off = filepath.Dir(c.Folder), false
	return r
}

// show says where the fit goes on and with what.
func (c *Savepoint) show(ctx context.Context, plan *tune.Plan, s Settings) {
	if c.Warning != "" {
		display.From(ctx).Show(display.Plain(c.Warning))
	}
	l := plan.Ledger(s.Schedule.Peak)
	t := plot.Table{Title: "the fit goes on from " + c.Where(), Columns: []string{"group", "parameters", "trainable", "lr"}}
	for _, r := range l.Rows {
		learned, lr := 0, ""
		if r.Trainable {
			learned, lr = r.Params, fmt.Sprintf("%.3g", r.LR)
		}
		t.Rows = append(t.Rows, []string{r.Group, thousands(r.Params), thousands(learned), lr})
	}
	all, learned := l.Totals()
	t.Footer = []string{"all", thousands(all), thousands(learned), ""}
	t.Note = "checkpoint of " + c.point.Written.Format(time.DateTime)
	if missing := missing(c.point.Hooks, s.hooks()); len(missing) > 0 {
		t.Note += "; the fit had " + strings.Join(missing, ", ") + ", which are code and must be given again to have their effect"
	}
	display.From(ctx).Show(t.Display())
}

func missing(had, have []string) []string {
	return slices.DeleteFunc(slices.Clone(had), func(name string) bool { return slices.Contains(have, name) })
}

// adopt makes a prepared run what it was when its checkpoint was written, or gives it
// the optimizer's state that it is to go on with.
func (r *run) adopt() error {
	c := r.resumed
	if c == nil {
		return r.rewarm()
	}
	now, err := c.state("now") // again, since preparing set the optimizer to zero
	if err != nil {
		return err
	}
	if err := now.give(r.net.Store); err != nil {
		return err
	}
	var errs [3]error
	r.safe, errs[0] = c.state("safe")
	r.first, errs[1] = c.state("first")
	r.best, errs[2] = c.state("best")
	if err := errors.Join(errs[:]...); err != nil {
		return err
	}
	for name, value := range r.carried() {
		if raw, ok := c.point.Run[name]; ok {
			if err := json.Unmarshal(raw, value); err != nil {
				return fmt.Errorf("train: checkpoint: %s: %w", name, err)
			}
		}
	}
	r.at = c.point.At
	r.board.done = r.at.Batch
	return r.adoptBefore()
}

func (r *run) adoptBefore() error {
	before, err := digests(r.resumed.point.Before)
	r.before = before
	return err
}
