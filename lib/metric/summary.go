package metric

import "math"

// summary counts predictions of classes: what a [Confusion] says without its pairs,
// so that it grows with the number of classes and not with its square.
type summary struct {
	classes []tally
	invalid int // rows with a NaN, predictions of no class
}

func newSummary(classes int) *summary { return &summary{classes: make([]tally, classes)} }

func (s *summary) update(b Batch) {
	for i, label := range b.Labels {
		said := b.Predicted(i)
		s.classes[label].support++
		if said < 0 {
			s.invalid++
			continue
		}
		s.classes[said].predicted++
		if said == label {
			s.classes[said].right++
		}
	}
}

// occurring are the classes that are a truth or a prediction of some row, which are
// the ones that scikit-learn averages over.
func (s *summary) occurring() []tally {
	var list []tally
	for _, t := range s.classes {
		if t.predicted+t.support > 0 {
			list = append(list, t)
		}
	}
	return list
}

// totals are the tallies of all classes together.
func (s *summary) totals() (all tally) {
	for _, t := range s.classes {
		all.right, all.predicted, all.support = all.right+t.right, all.predicted+t.predicted, all.support+t.support
	}
	return all
}

func (s *summary) balanced() float64 {
	var list []tally
	for _, t := range s.classes {
		if t.support > 0 {
			list = append(list, t)
		}
	}
	return Macro.of(list, tally.recall)
}

func (s *summary) mcc() float64 {
	all := s.totals()
	rows := float64(all.support)
	if rows == 0 {
		return math.NaN()
	}
	both, truths, said := s.marginals()
	within := math.Sqrt((rows*rows - truths) * (rows*rows - said)) // exact if both are the same
	if within == 0 {
		return 0
	}
	return (float64(all.right)*rows - both) / within
}

func (s *summary) kappa() float64 {
	all := s.totals()
	rows := float64(all.support)
	both, _, _ := s.marginals()
	if rows*rows == both {
		return math.NaN()
	}
	return (float64(all.right)*rows - both) / (rows*rows - both)
}

// marginals are sums over classes: of truths times predictions, of truths squared,
// and of predictions squared.
func (s *summary) marginals() (both, truths, said float64) {
	invalid := float64(s.invalid)
	said = invalid * invalid
	for _, c := range s.classes {
		t, p := float64(c.support), float64(c.predicted)
		both, truths, said = both+t*p, truths+t*t, said+p*p
	}
	return both, truths, said
}

// decided is a metric of predicted classes; its size follows the first batch.
type decided struct {
	name  string
	value func(*summary) float64
	seen  *summary
}

func (m *decided) Name() string { return m.name }
func (m *decided) Higher() bool { return true }
func (m *decided) Reset()       { m.seen = nil }

func (m *decided) Update(b Batch) {
	if m.seen == nil {
		m.seen = newSummary(b.Classes())
	}
	m.seen.update(b)
}

func (m *decided) Value() float64 {
	if m.seen == nil || m.seen.totals().support == 0 {
		return math.NaN()
	}
	return m.value(m.seen)
}

func averaged(name string, f func(tally) float64, a Average) Metric {
	return &decided{name: name + a.suffix(), value: func(s *summary) float64 {
		switch {
		case a < 0:
			return a.of(s.occurring(), f)
		case int(a) >= len(s.classes):
			return math.NaN()
		}
		return f(s.classes[a])
	}}
}

// Precision is the mean over classes of [Confusion.Precision] (scikit-learn's
// average="macro").
func Precision() Metric { return PrecisionOf(Macro) }

// Recall is the mean over classes of [Confusion.Recall].
func Recall() Metric { return RecallOf(Macro) }

// F1 is the mean over classes of [Confusion.F1].
func F1() Metric { return F1Of(Macro) }

// PrecisionOf is [Precision] with another average, or of one class.
func PrecisionOf(a Average) Metric { return averaged("precision", tally.precision, a) }

// RecallOf is [Recall] with another average, or of one class.
func RecallOf(a Average) Metric { return averaged("recall", tally.recall, a) }

// F1Of is [F1] with another average, or of one class.
func F1Of(a Average) Metric { return averaged("f1", tally.f1, a) }

// BalancedAccuracy is the mean of the recalls of the classes that occur as a truth.
// [Recall] counts those, too, that are only predicted, with a recall of 0.
func BalancedAccuracy() Metric {
	return &decided{name: "balanced_accuracy", value: (*summary).balanced}
}

// MCC is Matthews's correlation of truth and prediction, from -1 to 1, for any
// number of classes (Gorodkin 2004); 0 if all rows are of one class or all are
// predicted as one, as in scikit-learn. NaN outputs are predictions of a class of
// their own, which is never right.
func MCC() Metric { return &decided{name: "mcc", value: (*summary).mcc} }

// Kappa is Cohen's: how much of the agreement that chance leaves out was reached,
// at most 1. It is NaN, as in scikit-learn, if all rows are of one class and
// predicted as it, because chance leaves out nothing. NaN outputs are predictions of
// a class of their own, which is never right.
func Kappa() Metric { return &decided{name: "kappa", value: (*summary).kappa} }
