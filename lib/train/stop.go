package train

import "math"

// Stopper follows the validation loss of a run and says which epoch was best and
// when to stop. An epoch is better if its loss is below the best so far by more than
// MinDelta; a NaN is never better and never best. The run stops when Patience epochs
// in a row were not better. If all are NaN, no epoch is best.
type Stopper struct {
	Patience int     // 0 never stops
	MinDelta float64 // at least 0

	Best      int     // number of the best epoch, from 1; 0 for none
	BestValue float64 // its loss
	waited    int
}

// Observe takes the loss of an epoch, numbered from 1.
func (s *Stopper) Observe(epoch int, loss float64) (better, stop bool) {
	if !math.IsNaN(loss) && (s.Best == 0 || loss < s.BestValue-s.MinDelta) {
		s.Best, s.BestValue, s.waited = epoch, loss, 0
		return true, false
	}
	s.waited++
	return false, s.Patience > 0 && s.waited >= s.Patience
}
