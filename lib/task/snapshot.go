package task

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"graft/internal/near"
	"graft/lib/train"
)

// Now, as the name of a snapshot in [Image.Diff], is the model as it is.
const Now = "now"

// maxSnapshots is the memory for snapshots and for what Undo goes back to, in bytes.
// Equal parameters count once, so those of a frozen backbone do.
const maxSnapshots = 1 << 30

// maxMarks is how many steps Undo can go back.
const maxMarks = 16

// spot is where a model is on its way: everything about it but the parameters.
type spot struct {
	name    string // of a snapshot; what came next, of a mark
	parent  string // snapshot that it grew from; "" for the beginning
	plan    string
	rates   []float64
	base    float64   // learning rate of the last Fit
	shares  []float64 // of it; nil for rates
	epochs  int       // trained in, on this branch
	epoch   *train.Epoch
	metrics []string // names of epoch.Metrics
}

// snapshot is a spot with its parameters; nil for a mark of something that left
// them alone.
type snapshot struct {
	spot
	copy *train.Copy
}

// album is what a model keeps of its past; the model's mu guards it.
type album struct {
	here      spot // parent, epochs, epoch and metrics of the model as it is
	snapshots []snapshot
	marks     []snapshot // the latest last
}

// Snapshot keeps a copy of the model in memory under name: parameters, what is
// trainable and the shares of the learning rate; not the sets, nor the optimizer,
// which begins afresh in every Fit. A name that is taken is replaced. Snapshots live
// as long as the model and are in no file, checkpoints included; together with what
// [Image.Undo] needs they take at most 1 GB, beyond which Snapshot is an error and
// Undo goes less far back.
func (m *Image) Snapshot(name string) error { return m.snapshot(name, m.trainer.Copy) }

func (m *Image) snapshot(name string, take func(...*train.Copy) (*train.Copy, error)) error {
	if name == "" || name == Now {
		return fmt.Errorf("task: a snapshot cannot be called %q (it is the model as it is)", name)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	c, err := take(m.album.copies()...)
	if err != nil {
		return fmt.Errorf("task: snapshot %q: %w", name, err)
	}
	s := snapshot{m.spot(), c}
	s.name = name
	old := m.album.snapshots
	m.album.snapshots = append(slices.DeleteFunc(slices.Clone(old), func(o snapshot) bool { return o.name == name }), s)
	if used, ok := m.album.fit(); !ok {
		m.album.snapshots = old
		return fmt.Errorf("task: snapshot %q: with it, snapshots would take %s of %s (Forget one)", name, megabytes(used), megabytes(maxSnapshots))
	}
	m.album.here.parent = name
	return nil
}

// Restore makes the model what it was when the snapshot was taken. A Fit after it
// grows a branch: later snapshots have this one as parent. [Image.Undo] takes it
// back.
func (m *Image) Restore(name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.wheel != nil {
		return fmt.Errorf("task: Restore during a run: %w", train.ErrBusy)
	}
	s, err := m.album.find(name)
	if err != nil {
		return err
	}
	if err := m.mark("Restore "+name, true); err != nil {
		return err
	}
	if err := m.goTo(s); err != nil {
		return err
	}
	m.album.here.parent = name
	return nil
}

// Forget removes a snapshot, and frees the memory that it shares with no other.
func (m *Image) Forget(name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, err := m.album.find(name); err != nil {
		return err
	}
	m.album.snapshots = slices.DeleteFunc(m.album.snapshots, func(s snapshot) bool { return s.name == name })
	return nil
}

// Undo takes back the last Fit, Freeze, Unfreeze, SetRate or Restore, and says which
// that was. It can be called again, for up to sixteen steps, and fewer where they
// would take more than the memory of snapshots.
func (m *Image) Undo() (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.wheel != nil {
		return "", fmt.Errorf("task: Undo during a run: %w", train.ErrBusy)
	}
	n := len(m.album.marks)
	if n == 0 {
		return "", fmt.Errorf("task: there is nothing to undo")
	}
	last := m.album.marks[n-1]
	if err := m.goTo(last); err != nil {
		return "", err
	}
	m.album.here.parent = last.parent
	m.album.marks = m.album.marks[:n-1]
	return last.name, nil
}

// mark remembers the model as it is before what happens next, with its parameters if
// that may move them. The caller holds mu.
func (m *Image) mark(next string, moves bool) error {
	s := snapshot{spot: m.spot()}
	s.name = next
	if moves {
		c, err := m.trainer.Copy(m.album.copies()...)
		if err != nil {
			return fmt.Errorf("task: %s: %w", next, err)
		}
		s.copy = c
	}
	m.album.marks = append(m.album.marks, s)
	if len(m.album.marks) > maxMarks {
		m.album.marks = m.album.marks[1:]
	}
	m.album.fit()
	return nil
}

// marked makes a change of the plan that Undo can take back; the caller holds mu.
func (m *Image) marked(what string, change func() error) error {
	marks := m.album.marks
	if err := m.mark(strings.TrimSpace(what), false); err != nil {
		return err
	}
	err := change()
	if err != nil {
		m.album.marks = marks
	}
	return err
}

// beforeFit marks the model for Undo.
func (m *Image) beforeFit() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.mark("Fit", true)
}

// afterFit enters a run in the books; a nil one has not begun.
func (m *Image) afterFit(h *train.History, s train.Settings) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if h == nil {
		m.album.marks = m.album.marks[:max(0, len(m.album.marks)-1)]
		return
	}
	m.histories = append(m.histories, h)
	m.paced(s.Steering)
	m.album.trained(h)
}

// spot is where the model is; the caller holds mu.
func (m *Image) spot() spot {
	s := m.album.here
	s.plan, s.rates = m.plan.Key(), nil
	s.base, s.shares = m.pace()
	for _, g := range m.plan.Groups {
		s.rates = append(s.rates, g.Rate)
	}
	return s
}

// goTo makes the model what s says, its parent aside; the caller holds mu.
func (m *Image) goTo(s snapshot) error {
	if s.copy != nil {
		if err := m.trainer.Put(s.copy); err != nil {
			return err
		}
	}
	if err := m.plan.SetKey(s.plan); err != nil {
		return err
	}
	for i, rate := range s.rates {
		m.plan.Groups[i].Rate = rate
	}
	m.base, m.shares, m.album.here = s.base, s.shares, s.spot
	return nil
}

// trained books the epochs of a Fit; the caller holds mu.
func (a *album) trained(h *train.History) {
	if len(h.Epochs) == 0 {
		return
	}
	a.here.epochs += len(h.Epochs)
	e := h.Epochs[len(h.Epochs)-1]
	if h.Restored && h.Best > 0 {
		e = h.Epochs[h.Best-1]
	}
	a.here.epoch, a.here.metrics = &e, h.Metrics
}

func (a *album) find(name string) (snapshot, error) {
	var names []string
	for _, s := range a.snapshots {
		if s.name == name {
			return s, nil
		}
		names = append(names, s.name)
	}
	there := "there are none; m.Snapshot(\"name\") takes one"
	if len(names) > 0 {
		there = "there are " + strings.Join(names, ", ")
	}
	return snapshot{}, fmt.Errorf("task: no snapshot %q%s (%s)", name, near.Hint(name, names), there)
}

func (a *album) copies() (list []*train.Copy) {
	for _, s := range slices.Concat(a.snapshots, a.marks) {
		if s.copy != nil {
			list = append(list, s.copy)
		}
	}
	return list
}

// fit drops the oldest marks until everything fits in the memory for it, and says
// whether it does.
func (a *album) fit() (used int64, ok bool) {
	for used = train.Bytes(a.copies()...); used > maxSnapshots && len(a.marks) > 0; used = train.Bytes(a.copies()...) {
		a.marks = a.marks[1:]
	}
	return used, used <= maxSnapshots
}

func megabytes(n int64) string { return fmt.Sprintf("%.0f MB", math.Ceil(float64(n)/1e6)) }
