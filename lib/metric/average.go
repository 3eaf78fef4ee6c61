package metric

import (
	"fmt"
	"math"
)

// Average says how the numbers of several classes, or tags, become one. Zero and
// above is a class: its number alone.
type Average int

// The averages. They are those of scikit-learn: Macro and Weighted leave out
// classes that are neither true nor predicted, but no tag.
const (
	Macro    Average = -1 // the mean over classes, each counted once
	Micro    Average = -2 // of all decisions together
	Weighted Average = -3 // the mean over classes, each counted as often as it is true
)

// suffix is what follows the name of a metric.
func (a Average) suffix() string {
	switch a {
	case Macro:
		return ""
	case Micro:
		return "_micro"
	case Weighted:
		return "_weighted"
	}
	return fmt.Sprintf(":%d", int(a))
}

// tally is what became of one class or tag.
type tally struct {
	right     int // predicted and true
	predicted int
	support   int // true
}

func (t tally) precision() float64 { return ratio(t.right, t.predicted, 0) }
func (t tally) recall() float64    { return ratio(t.right, t.support, 0) }
func (t tally) f1() float64        { return ratio(2*t.right, t.predicted+t.support, 0) }

func ratio(part, whole int, none float64) float64 {
	if whole == 0 {
		return none
	}
	return float64(part) / float64(whole)
}

// of is the average of f over list.
func (a Average) of(list []tally, f func(tally) float64) float64 {
	sum, weight := 0.0, 0.0
	var all tally
	for _, t := range list {
		all.right, all.predicted, all.support = all.right+t.right, all.predicted+t.predicted, all.support+t.support
		w := 1.0
		if a == Weighted {
			w = float64(t.support)
		}
		sum, weight = sum+w*f(t), weight+w
	}
	switch {
	case len(list) == 0:
		return math.NaN()
	case a == Micro:
		return f(all)
	case weight == 0:
		return 0
	}
	return sum / weight
}
