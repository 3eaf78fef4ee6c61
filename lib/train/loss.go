package train

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"graft/internal/near"
)

// LossKind is the kind of a [Loss].
type LossKind string

// The losses, each a mean over examples.
const (
	// KindCrossEntropy is -log softmax(outputs)[label], in nats.
	KindCrossEntropy LossKind = "cross-entropy"
	// KindFocal is -(1-p)^gamma log p for p = softmax(outputs)[label] (Lin et al.
	// 2017): what is right already counts less.
	KindFocal LossKind = "focal"
	// KindBinary is the cross-entropy of sigmoid(outputs) as answers to yes-or-no
	// questions, averaged over the outputs: multi-label, or a class against the rest.
	KindBinary LossKind = "binary"
	// KindBinaryFocal is KindBinary weighted as KindFocal is.
	KindBinaryFocal LossKind = "binary-focal"
	// KindMSE is (output - target)^2.
	KindMSE LossKind = "mse"
	// KindHuber is half the squared error up to an error of delta, and grows
	// linearly beyond (Huber 1964).
	KindHuber LossKind = "huber"
)

// Loss is what training makes small. Settings that a kind has no use for must be
// zero.
type Loss struct {
	Kind LossKind `json:"kind"`
	// Smoothing moves this share of a label's probability evenly to all classes, of
	// cross-entropy (Szegedy et al. 2016); 0.1 usually.
	Smoothing float64 `json:"smoothing,omitempty"`
	// Weights has a factor for the examples of each class. Cross-entropy divides by
	// the sum of the factors of its examples, as PyTorch does; focal loss, where
	// the paper calls them alpha, by the number of examples.
	Weights []float64 `json:"weights,omitempty"`
	// Gamma is how much less of focal loss is left for what is right; 2 usually.
	Gamma float64 `json:"gamma,omitempty"`
	// Alpha weighs yes by alpha and no by 1-alpha in binary focal loss; 0.25
	// usually, 0 for no weights.
	Alpha float64 `json:"alpha,omitempty"`
	// Positive has, for each output of binary cross-entropy, a factor for yes: the
	// number of noes for each yes balances the two. PyTorch's pos_weight.
	Positive []float64 `json:"positive,omitempty"`
	// Delta is the error up to which Huber's loss is quadratic, in the unit of the
	// targets; 0 means 1.
	Delta float64 `json:"delta,omitempty"`
}

// The losses that tasks begin with.
var (
	CrossEntropy = Loss{Kind: KindCrossEntropy}
	MSE          = Loss{Kind: KindMSE}
)

// numeric reports whether l compares outputs with targets, not with class labels.
// Binary losses take either, see [Vectors].
func (l Loss) numeric() bool { return l.Kind == KindMSE || l.Kind == KindHuber }

// binary reports whether each output answers a question of its own.
func (l Loss) binary() bool { return l.Kind == KindBinary || l.Kind == KindBinaryFocal }

// delta is where Huber's loss turns linear.
func (l Loss) delta() float64 {
	if l.Delta == 0 {
		return 1
	}
	return l.Delta
}

// lossSettings lists the settings each kind has a use for.
var lossSettings = map[LossKind][]string{
	KindCrossEntropy: {"smoothing", "class weights"},
	KindFocal:        {"gamma", "class weights"},
	KindBinary:       {"weights of positives"},
	KindBinaryFocal:  {"gamma", "alpha"},
	KindMSE:          {},
	KindHuber:        {"delta"},
}

// check returns an error for an unknown kind, a value out of range, and a setting
// that the kind has no use for.
func (l Loss) check() error {
	uses, ok := lossSettings[l.Kind]
	if !ok {
		return fmt.Errorf("train: unknown loss %q%s (there are %s)", l.Kind, near.Hint(string(l.Kind), lossNames()), strings.Join(lossNames(), ", "))
	}
	for _, part := range []struct {
		name   string
		values []float64
		below  float64
	}{
		{"smoothing", []float64{l.Smoothing}, 1}, {"class weights", l.Weights, math.Inf(1)},
		{"gamma", []float64{l.Gamma}, math.Inf(1)}, {"alpha", []float64{l.Alpha}, 1},
		{"weights of positives", l.Positive, math.Inf(1)}, {"delta", []float64{l.Delta}, math.Inf(1)},
	} {
		for _, v := range part.values {
			if !(v >= 0 && v < part.below) {
				return fmt.Errorf("train: %s loss with %s %g (must be at least 0 and below %g)", l.Kind, part.name, v, part.below)
			}
		}
		given := slices.ContainsFunc(part.values, func(v float64) bool { return v != 0 })
		if given && !slices.Contains(uses, part.name) {
			return fmt.Errorf("train: %s loss has no use for %s (%s)", l.Kind, part.name, l.usesText(uses))
		}
	}
	if len(l.Weights) > 0 && !slices.ContainsFunc(l.Weights, func(v float64) bool { return v > 0 }) {
		return fmt.Errorf("train: all class weights are 0 (one must be above)")
	}
	return nil
}

func (l Loss) usesText(uses []string) string {
	if len(uses) == 0 {
		return "it has no settings"
	}
	return "it takes " + strings.Join(uses, " and ")
}

func lossNames() []string {
	var names []string
	for _, kind := range slices.Sorted(maps.Keys(lossSettings)) {
		names = append(names, string(kind))
	}
	return names
}

// MarshalJSON writes a loss without settings as its kind alone, which programs from
// before there were settings read too.
func (l Loss) MarshalJSON() ([]byte, error) {
	type plain Loss
	if len(l.Weights)+len(l.Positive) == 0 && l.Smoothing == 0 && l.Gamma == 0 && l.Alpha == 0 && l.Delta == 0 {
		return json.Marshal(l.Kind)
	}
	return json.Marshal(plain(l))
}

// UnmarshalJSON reads both forms that MarshalJSON writes.
func (l *Loss) UnmarshalJSON(data []byte) error {
	type plain Loss
	*l = Loss{}
	if len(data) > 0 && data[0] == '"' {
		return json.Unmarshal(data, &l.Kind)
	}
	return json.Unmarshal(data, (*plain)(l))
}
