package tune

import (
	"fmt"
	"strings"

	"graft/internal/near"
)

// The BatchNorm policies of a group while it is trainable; a frozen group always
// keeps. See [Group] for why keep is the default.
const (
	NormKeep  = "keep"  // use the running statistics and leave them alone
	NormBatch = "batch" // use the statistics of each batch; the running ones follow
)

// SetNorm chooses what BatchNorm does in the groups that specs name, in all without
// a spec: [NormKeep] or [NormBatch]. It takes another executable, compiled once.
func (p *Plan) SetNorm(policy string, specs ...string) error {
	policies := []string{NormKeep, NormBatch}
	if policy != NormKeep && policy != NormBatch {
		return fmt.Errorf("tune: unknown BatchNorm policy %q%s (use %s)", policy, near.Hint(policy, policies), strings.Join(policies, " or "))
	}
	if len(specs) == 0 {
		specs = []string{"all"}
	}
	return p.atomically(func() error {
		for _, spec := range specs {
			if err := p.SetBatchStats(spec, policy == NormBatch); err != nil {
				return err
			}
		}
		return nil
	})
}

// Norm is the policy of all groups with BatchNorm: [NormKeep], [NormBatch], or the
// policies by name, such as "batch in layer3, layer4", if they differ.
func (p *Plan) Norm() string {
	var batch []string
	normed := 0
	for _, g := range p.Groups {
		if !g.normed() {
			continue
		}
		normed++
		if g.BatchStats {
			batch = append(batch, g.Name)
		}
	}
	switch len(batch) {
	case 0:
		return NormKeep
	case normed:
		return NormBatch
	}
	return NormBatch + " in " + strings.Join(batch, ", ")
}

// atomically runs change and takes back what it did if it fails.
func (p *Plan) atomically(change func() error) error {
	old := p.Clone()
	if err := change(); err != nil {
		copy(p.Groups, old.Groups)
		return err
	}
	return nil
}
