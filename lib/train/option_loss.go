package train

import (
	"fmt"

	"graft/lib/train/loss"
)

// WithLoss trains with l instead of the task's loss. A loss of numbers cannot stand
// in for one of classes, or the other way round.
func WithLoss(l loss.Loss) Option {
	return Option{"WithLoss", func(s *Settings) error { return s.setLoss(l) }}
}

// LabelSmoothing moves this share of each label's probability evenly to all classes,
// so that the network need not be endlessly sure; 0.1 usually.
func LabelSmoothing(share float64) Option {
	return changeLoss("LabelSmoothing", func(l *loss.Loss) { l.Smoothing = share })
}

// ClassWeights gives the examples of each class a factor, in the order of the
// classes: a rare one may count more.
func ClassWeights(weights ...float64) Option {
	return changeLoss("ClassWeights", func(l *loss.Loss) { l.Weights = weights })
}

// Focal uses focal loss, in which examples that are right already count less; gamma
// is 2 usually, and ClassWeights are its alpha.
func Focal(gamma float64) Option {
	return changeLoss("Focal", func(l *loss.Loss) { l.Kind, l.Gamma = loss.KindFocal, gamma })
}

// BCE uses binary cross-entropy: each output answers yes or no on its own. positive
// has a factor for yes for each output, or nothing. A classifier that is made with it
// predicts in its way, too: probabilities need not sum to 1.
func BCE(positive ...float64) Option {
	return changeLoss("BCE", func(l *loss.Loss) { l.Kind, l.Positive = loss.KindBinary, positive })
}

// Huber uses Huber's loss: errors beyond delta, in the unit of the targets, count
// linearly, so that outliers pull less.
func Huber(delta float64) Option {
	return Option{"Huber", func(s *Settings) error {
		if !(delta > 0) {
			return fmt.Errorf("train: Huber with delta %g (must be above 0)", delta)
		}
		return s.setLoss(loss.Loss{Kind: loss.KindHuber, Delta: delta})
	}}
}

// changeLoss is an option that changes part of the loss.
func changeLoss(name string, change func(l *loss.Loss)) Option {
	return Option{name, func(s *Settings) error {
		l := s.Loss
		if l.Kind == "" {
			l.Kind = loss.KindCrossEntropy
		}
		change(&l)
		return s.setLoss(l)
	}}
}

// setLoss replaces the loss. It is checked as a whole after the last option.
func (s *Settings) setLoss(l loss.Loss) error {
	if old := s.Loss; old.Kind != "" && old.Numeric() != l.Numeric() {
		return fmt.Errorf("train: %s loss in place of %s (one is for numbers, the other for classes)", l.Kind, old.Kind)
	}
	s.Loss = l
	return nil
}

// lossOptions are the names of the options that change the loss.
var lossOptions = []string{"WithLoss", "LabelSmoothing", "ClassWeights", "Focal", "BCE", "Huber"}
