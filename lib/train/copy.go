package train

import (
	"fmt"
	"math"

	"github.com/gomlx/gomlx/core/tensors"
	"graft/lib/tune"
)

// Copy holds the values of all parameters of a network, in memory. Copies share what
// is equal: a frozen backbone is there once, however many copies there are.
type Copy struct {
	values  state
	digests tune.Snapshot
	phases  int // calls of Fit before it, part of the random numbers of the next
}

// Copy copies all parameters. What is equal in one of others is shared with it.
func (t *Trainer) Copy(others ...*Copy) (*Copy, error) {
	if !t.busy.TryLock() {
		return nil, ErrBusy
	}
	defer t.busy.Unlock()
	return t.CopyNow(others...)
}

// CopyNow is Copy for callbacks of a run: between two of its steps nothing moves.
func (t *Trainer) CopyNow(others ...*Copy) (*Copy, error) {
	digests, err := t.net.Plan.Snapshot(t.net.Store)
	if err != nil {
		return nil, err
	}
	c := &Copy{state{}, digests, t.phases}
	for path, digest := range digests {
		for _, o := range others {
			if o.digests[path] == digest {
				c.values[path] = o.values[path]
			}
		}
		if c.values[path] == nil {
			if c.values[path], err = clone(t.net.Store, path); err != nil {
				return nil, err
			}
		}
	}
	return c, nil
}

// Put gives all parameters the values of c, which can be used again. The same Fit
// after it gives the same result each time.
func (t *Trainer) Put(c *Copy) error {
	if !t.busy.TryLock() {
		return ErrBusy
	}
	defer t.busy.Unlock()
	if t.paused.Load() {
		return ErrPaused
	}
	t.phases = c.phases
	return c.values.restore(t.net.Store)
}

// Bytes is the memory that copies take together; what they share counts once.
func Bytes(copies ...*Copy) int64 {
	seen, sum := map[*tensors.Tensor]bool{}, int64(0)
	for _, c := range copies {
		for _, v := range c.values {
			if !seen[v] {
				seen[v] = true
				sum += v.ByteSize()
			}
		}
	}
	return sum
}

// Change is how far the parameters of a group are from c in to, relative to their
// size in c: the Euclidean norm of the difference over that of c. Running statistics
// do not count, unless nothing else differs: then moved is true and the change 0. It
// is infinite if all were 0 in c.
func (c *Copy) Change(g tune.Group, to *Copy) (change float64, moved bool, err error) {
	var far, size float64
	for _, p := range g.Params {
		if c.digests[p.Path] != to.digests[p.Path] {
			moved = true
		}
		if !p.Kind.Learned() {
			continue
		}
		a, err := tensors.CopyFlatData[float32](c.values[p.Path])
		if err != nil {
			return 0, false, fmt.Errorf("train: %s: %w", p.Path, err)
		}
		b, err := tensors.CopyFlatData[float32](to.values[p.Path])
		if err != nil {
			return 0, false, fmt.Errorf("train: %s: %w", p.Path, err)
		}
		for i := range a {
			d := float64(b[i]) - float64(a[i])
			far, size = far+d*d, size+float64(a[i])*float64(a[i])
		}
	}
	if far == 0 {
		return 0, moved, nil
	}
	return math.Sqrt(far / size), moved, nil
}
