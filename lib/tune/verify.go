package tune

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"

	"github.com/gomlx/gomlx/ml/model"
	"graft/lib/nn"
)

// Digest is the SHA-256 of a parameter's values.
type Digest [sha256.Size]byte

// Snapshot holds the digest of every parameter of a plan, by path.
type Snapshot map[string]Digest

// ErrPlanBroken is wrapped by the error of [Plan.Verify].
var ErrPlanBroken = errors.New("training did not follow the plan")

// Snapshot takes the digests of all parameters in store.
func (p *Plan) Snapshot(store *model.Store) (Snapshot, error) {
	s := Snapshot{}
	for _, g := range p.Groups {
		if err := s.add(store, g); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (s Snapshot) add(store *model.Store, g Group) error {
	for _, q := range g.Params {
		v := store.GetVariable(q.Path)
		if v == nil {
			return fmt.Errorf("tune: group %q: no variable %q in the store", g.Name, q.Path)
		}
		value, err := v.Value()
		if err != nil {
			return fmt.Errorf("tune: %s: %w", q.Path, err)
		}
		if err := value.ConstBytes(func(data []byte) { s[q.Path] = sha256.Sum256(data) }); err != nil {
			return fmt.Errorf("tune: %s: %w", q.Path, err)
		}
	}
	return nil
}

// PrefixDigest identifies the values of the first n groups: the weights part of a
// feature cache's key.
func (p *Plan) PrefixDigest(store *model.Store, n int) (Digest, error) {
	h := sha256.New()
	s := Snapshot{}
	for _, g := range p.Groups[:n] {
		if err := s.add(store, g); err != nil {
			return Digest{}, err
		}
		for _, q := range g.Params {
			d := s[q.Path]
			fmt.Fprintf(h, "%s %x\n", q.Path, d)
		}
	}
	return Digest(h.Sum(nil)), nil
}

// Verify compares two snapshots of one training phase of at least one step. A
// parameter of a frozen group that moved, running statistics that moved without
// BatchStats, or a learned parameter of a trainable group with a rate above 0 that
// did not move, is an error that wraps [ErrPlanBroken] and names it. A bias may stand
// still: before BatchNorm it has no gradient.
func (p *Plan) Verify(before, after Snapshot) error {
	var moved, still []string
	for _, g := range p.Groups {
		for _, q := range g.Params {
			same := before[q.Path] == after[q.Path]
			switch {
			case !same && (!g.Trainable || !q.Kind.Learned() && !g.BatchStats):
				moved = append(moved, q.Path)
			case g.Trainable && same && q.Kind.Learned() && q.Kind != nn.Bias && g.Rate > 0:
				still = append(still, q.Path)
			}
		}
	}
	var parts []string
	if len(moved) > 0 {
		parts = append(parts, "frozen, but moved: "+some(moved))
	}
	if len(still) > 0 {
		parts = append(parts, "trainable, but did not move: "+some(still)+" (is the learning rate too small, or does the head not use it?)")
	}
	if len(parts) == 0 {
		return nil
	}
	return fmt.Errorf("tune: %w: %s", ErrPlanBroken, strings.Join(parts, "; "))
}

func some(paths []string) string {
	const most = 3
	if len(paths) <= most {
		return strings.Join(paths, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(paths[:most], ", "), len(paths)-most)
}

// Ever is the plan of what p or other trains, with which a run whose plan changed
// on the way is judged as a whole by [Plan.VerifyFrozen].
func (p *Plan) Ever(other *Plan) *Plan {
	both := p.Clone()
	for i, g := range other.Groups {
		// Statistics follow only in a group that is trainable at the same time.
		both.Groups[i].BatchStats = both.Groups[i].follows() || g.follows()
		both.Groups[i].Trainable = both.Groups[i].Trainable || g.Trainable
	}
	return both
}

// VerifyFrozen is the half of [Plan.Verify] that says what must not have moved.
func (p *Plan) VerifyFrozen(before, after Snapshot) error {
	still := p.Clone()
	for i := range still.Groups {
		still.Groups[i].Rate = 0
	}
	return still.Verify(before, after)
}
