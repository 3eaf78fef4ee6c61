package tune

import (
	"fmt"
	"strings"

	"github.com/gomlx/gomlx/ml/model"
	"graft/lib/backbone"
	"graft/lib/nn"
)

// HeadName is the name of the group that every plan ends with.
const HeadName = "classifier"

// StageRate is the share of the learning rate that groups of the backbone start
// with: pretrained parameters need smaller steps than a new head (Howard and Ruder
// 2018 call it discriminative fine-tuning).
const StageRate = 0.1

// Param is one parameter of a group.
type Param struct {
	Path string  // of its variable in the store: "/backbone/features.0.1/running_mean"
	Kind nn.Kind // running statistics are never learned, only followed
	Len  int     // number of values
}

// Layer is the module the parameter belongs to.
func (p Param) Layer() string { return p.Path[:strings.LastIndexByte(p.Path, '/')] }

// Group is a stretch of a network that is frozen or trained as one.
type Group struct {
	Name      string
	Params    []Param
	Trainable bool
	Rate      float64 // factor on the learning rate; at least 0
	// BatchStats makes BatchNorm, while the group is trainable, use the statistics of
	// each batch and move its running ones after them. Without it BatchNorm keeps to
	// its running statistics, and only scale and offset learn: with the few examples
	// of transfer learning, the statistics of pretraining are the better ones. A frozen
	// group always keeps to its running statistics.
	BatchStats bool
}

// Layers is the number of modules with parameters.
func (g Group) Layers() int {
	seen := map[string]bool{}
	for _, p := range g.Params {
		seen[p.Layer()] = true
	}
	return len(seen)
}

// Size is the number of values that gradients may change, running statistics not
// included: what PyTorch counts as parameters.
func (g Group) Size() int {
	n := 0
	for _, p := range g.Params {
		if p.Kind.Learned() {
			n += p.Len
		}
	}
	return n
}

// follows reports whether running statistics follow the batches.
func (g Group) follows() bool { return g.Trainable && g.BatchStats }

// normed reports whether the group holds running statistics.
func (g Group) normed() bool {
	for _, p := range g.Params {
		if !p.Kind.Learned() {
			return true
		}
	}
	return false
}

// Plan says of every group whether it is trained: the stages in order, then the
// head. Its methods are not safe for concurrent use.
type Plan struct {
	Groups []Group
}

// FromStages makes a group of each stage, trainable, with the learning rate
// multiplied by [StageRate].
func FromStages(stages []backbone.Stage) []Group {
	groups := make([]Group, len(stages))
	for i, s := range stages {
		groups[i] = Group{Name: s.Name, Trainable: true, Rate: StageRate}
		for _, p := range s.Params {
			groups[i].Params = append(groups[i].Params, Param{p.Path(backbone.Root), p.Kind, p.Len()})
		}
	}
	return groups
}

// NewPlan is a plan of stages and a head, everything trainable. The head's group
// is called [HeadName] and learns at the full rate.
func NewPlan(stages []Group, head []Param) *Plan {
	groups := append([]Group{}, stages...)
	return &Plan{Groups: append(groups, Group{Name: HeadName, Params: head, Trainable: true, Rate: 1})}
}

// Clone is a copy that can be changed by itself.
func (p *Plan) Clone() *Plan { return &Plan{Groups: append([]Group{}, p.Groups...)} }

// FreezeTo freezes the first n stages and unfreezes the others and the head, as
// fastai's freeze_to does; a negative n counts from the end, the head included, so
// that -1 leaves only the head trainable.
func (p *Plan) FreezeTo(n int) error {
	if n < 0 {
		n += len(p.Groups)
	}
	if n < 0 || n > p.Stages() {
		return fmt.Errorf("tune: freeze to %d (want 0 to %d, the number of stages, or -1 to -%d from the head)", n, p.Stages(), len(p.Groups))
	}
	for i := range p.Groups {
		p.Groups[i].Trainable = i >= n
	}
	return nil
}

// Stages is the number of groups before the head.
func (p *Plan) Stages() int { return len(p.Groups) - 1 }

// Prefix is the number of leading stages that are frozen, which is where training
// starts to need gradients: everything before it can be computed once.
func (p *Plan) Prefix() int {
	for i := range p.Stages() {
		if p.Groups[i].Trainable {
			return i
		}
	}
	return p.Stages()
}

// Inference says of each stage whether it runs in inference mode while others are
// trained, for Frozen of [nn.Mode]: BatchNorm keeps to its running statistics.
func (p *Plan) Inference() []bool {
	inference := make([]bool, p.Stages())
	for i := range inference {
		inference[i] = !p.Groups[i].follows()
	}
	return inference
}

// Key identifies what is trained how: plans with equal keys on one network share
// executables. It holds a letter per group, f for frozen and t for trainable,
// capital if BatchNorm follows the batches of a trainable group.
func (p *Plan) Key() string {
	key := make([]byte, len(p.Groups))
	for i, g := range p.Groups {
		key[i] = 'f'
		if g.Trainable {
			key[i] = 't'
		}
		if g.BatchStats {
			key[i] -= 'a' - 'A'
		}
	}
	return string(key)
}

// SetKey sets the groups as a [Plan.Key] says; it is how a saved model restores its
// plan.
func (p *Plan) SetKey(key string) error {
	if len(key) != len(p.Groups) || strings.Trim(key, "ftFT") != "" {
		return fmt.Errorf("tune: %q is no plan for %d groups (want a letter f or t for each, or F or T)", key, len(p.Groups))
	}
	for i, letter := range []byte(key) {
		p.Groups[i].Trainable = letter == 't' || letter == 'T'
		p.Groups[i].BatchStats = letter == 'F' || letter == 'T'
	}
	return nil
}

// SetBatchStats chooses for the groups that spec names whether BatchNorm follows the
// batches while they are trainable; see [Group]. Not by default.
func (p *Plan) SetBatchStats(spec string, yes bool) error {
	chosen, err := p.Choose(spec)
	for _, i := range chosen {
		p.Groups[i].BatchStats = yes
	}
	return err
}

// Learned lists, by group, the parameters that the optimizer changes; nil for
// frozen groups.
func (p *Plan) Learned() [][]Param {
	learned := make([][]Param, len(p.Groups))
	for i, g := range p.Groups {
		for _, q := range g.Params {
			if g.Trainable && q.Kind.Learned() {
				learned[i] = append(learned[i], q)
			}
		}
	}
	return learned
}

// Apply marks the variables of store as the plan says. Variables that do not exist
// yet are left for the next call.
func (p *Plan) Apply(store *model.Store) {
	for _, g := range p.Groups {
		for _, q := range g.Params {
			if v := store.GetVariable(q.Path); v != nil {
				v.SetTrainable(g.Trainable && q.Kind.Learned())
			}
		}
	}
}
