package train

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// SampleBalanced draws the examples of each epoch with replacement, so that all
// classes come equally often: for sets in which one class is rare. An epoch has as
// many examples as before.
func SampleBalanced() Option {
	return Option{"SampleBalanced", func(s *Settings) error { s.Balanced, s.SampleWeights = true, nil; return nil }}
}

// SampleWeights draws the examples of each epoch with replacement, each in proportion
// to its weight, as PyTorch's WeightedRandomSampler does: one weight, 0 or more, for
// each training example, in their order.
func SampleWeights(weights []float64) Option {
	return Option{"SampleWeights", func(s *Settings) error {
		sum := 0.0
		for i, w := range weights {
			if !(w >= 0) || math.IsInf(w, 1) {
				return fmt.Errorf("train: sampling weight %g of example %d (must be at least 0)", w, i)
			}
			sum += w
		}
		if sum == 0 || math.IsInf(sum, 1) {
			return fmt.Errorf("train: sampling weights add up to %g (some must be above 0)", sum)
		}
		s.SampleWeights, s.Balanced = slices.Clone(weights), false
		return nil
	}}
}

// checkSampling holds the settings of sampling against the examples.
func (s Settings) checkSampling(src Source) error {
	switch {
	case !s.Balanced && s.SampleWeights == nil:
		return nil
	case s.InOrder:
		return errors.New("train: examples cannot be drawn at random and come in order (leave out InOrder, or SampleBalanced and SampleWeights)")
	case s.Balanced && s.Loss.Numeric():
		return errors.New("train: SampleBalanced needs classes (give SampleWeights for numbers)")
	case s.SampleWeights != nil && len(s.SampleWeights) != src.Len():
		return fmt.Errorf("train: %d sampling weights for %d examples (give one for each)", len(s.SampleWeights), src.Len())
	}
	return nil
}
