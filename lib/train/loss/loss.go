// Package loss says what training makes small: cross-entropy, squared error and others,
// each the mean over examples of what outputs and truth say, and each held against
// PyTorch. A [Loss] is data, saved as JSON; the same loss is a graph on the device
// ([Loss.Build]) and a metric in double precision beside it ([Loss.Metric]). It knows
// outputs and their truth only, as opposed to package penalty, which looks at parameters
// and features, package metric, which measures what no gradient follows, and package
// train, which has the options that choose a loss.
//
//	l := loss.Loss{Kind: loss.KindCrossEntropy, Smoothing: 0.1}
//	if err := l.Check(); err != nil {
//		return err
//	}
//	m := l.Metric()
//	m.Update(metric.Batch{Outputs: []float32{2, 0}, Width: 2, Labels: []int{0}})
package loss

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"graft/internal/near"
)

// Kind is the kind of a [Loss].
type Kind string

// The losses, each a mean over examples.
const (
	// KindCrossEntropy is -log softmax(outputs)[label], in nats.
	KindCrossEntropy Kind = "cross-entropy"
	// KindFocal is -(1-p)^gamma log p for p = softmax(outputs)[label] (Lin et al.
	// 2017): what is right already counts less.
	KindFocal Kind = "focal"
	// KindBinary is the cross-entropy of sigmoid(outputs) as answers to yes-or-no
	// questions, averaged over the outputs: multi-label, or a class against the rest.
	KindBinary Kind = "binary"
	// KindBinaryFocal is KindBinary weighted as KindFocal is.
	KindBinaryFocal Kind = "binary-focal"
	// KindMSE is (output - target)^2.
	KindMSE Kind = "mse"
	// KindHuber is half the squared error up to an error of delta, and grows
	// linearly beyond (Huber 1964).
	KindHuber Kind = "huber"
)

// Loss is what training makes small. Settings that a kind has no use for must be
// zero.
type Loss struct {
	Kind Kind `json:"kind"`
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

// Numeric reports whether l compares outputs with targets, not with class labels.
// Binary losses take either.
func (l Loss) Numeric() bool { return l.Kind == KindMSE || l.Kind == KindHuber }

// Binary reports whether each output answers a question of its own.
func (l Loss) Binary() bool { return l.Kind == KindBinary || l.Kind == KindBinaryFocal }

// delta is where Huber's loss turns linear.
func (l Loss) delta() float64 {
	if l.Delta == 0 {
		return 1
	}
	return l.Delta
}

// uses lists the settings each kind has a use for.
var uses = map[Kind][]string{
	KindCrossEntropy: {"smoothing", "class weights"},
	KindFocal:        {"gamma", "class weights"},
	KindBinary:       {"weights of positives"},
	KindBinaryFocal:  {"gamma", "alpha"},
	KindMSE:          {},
	KindHuber:        {"delta"},
}

// Check returns an error for an unknown kind, a value out of range, and a setting
// that the kind has no use for.
func (l Loss) Check() error {
	own, ok := uses[l.Kind]
	if !ok {
		return fmt.Errorf("loss: unknown loss %q%s (there are %s)", l.Kind, near.Hint(string(l.Kind), kinds()), strings.Join(kinds(), ", "))
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
				return fmt.Errorf("loss: %s loss with %s %g (must be at least 0 and below %g)", l.Kind, part.name, v, part.below)
			}
		}
		given := slices.ContainsFunc(part.values, func(v float64) bool { return v != 0 })
		if given && !slices.Contains(own, part.name) {
			return fmt.Errorf("loss: %s loss has no use for %s (%s)", l.Kind, part.name, usesText(own))
		}
	}
	if len(l.Weights) > 0 && !slices.ContainsFunc(l.Weights, func(v float64) bool { return v > 0 }) {
		return fmt.Errorf("loss: all class weights are 0 (one must be above)")
	}
	return nil
}

func usesText(own []string) string {
	if len(own) == 0 {
		return "it has no settings"
	}
	return "it takes " + strings.Join(own, " and ")
}

func kinds() []string {
	var names []string
	for _, kind := range slices.Sorted(maps.Keys(uses)) {
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
