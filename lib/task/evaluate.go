package task

import (
	"context"
	"fmt"
	"math"
	"slices"

	"graft/lib/data"
	"graft/lib/metric"
	"graft/lib/train"
)

// Report is the result of Evaluate.
type Report struct {
	Examples int
	Loss     float64
	Metrics  []string  // names
	Values   []float64 // in the order of Metrics
	// Bounds say how far each value may be from the exact one; 0 for most, see
	// [metric.Bounded].
	Bounds []float64
	// Control is what one gets without looking at any picture: the accuracy of
	// always saying the commonest class of this set, or for numbers the RMSE of
	// always saying the mean of the training set (of this set if there is none).
	Control     float64
	ControlName string
	// Warnings say what the numbers do not tell: classes of which the set has no
	// image, and outputs that are not numbers.
	Warnings []string

	classes   []string
	confusion *metric.Confusion // nil for regression
}

// ClassReport is how one class fared. Precision, Recall and F1 are as in
// [metric.Confusion]: 0 where there is nothing to divide by.
type ClassReport struct {
	Class                 string
	Support               int // images of the class
	Predicted             int // images taken for it
	Precision, Recall, F1 float64
}

// Evaluate measures the network on test: all metrics of its kind and those asked
// for with the option Metrics, per class too, beside the control. Outputs go into
// the metrics batch after batch; they are not kept.
func (m *Image) Evaluate(test *data.Set, opts ...train.Option) (*Report, error) {
	s, err := m.resolve("Evaluate", opts, "Metrics")
	if err != nil {
		return nil, err
	}
	if test != nil && test.Len() == 0 {
		return nil, fmt.Errorf("task: Evaluate has no photographs to measure on (the set is empty)")
	}
	src, err := m.source(test)
	if err != nil {
		return nil, err
	}
	return m.evaluate(s.Context, src, s)
}

// evaluate is Evaluate on a source, with the metrics and the loss of s.
func (m *Image) evaluate(ctx context.Context, src *photos, s train.Settings) (*Report, error) {
	r := &Report{Examples: src.Len(), Metrics: m.chosen(s.Metrics), classes: m.classes}
	list, err := train.NewMetrics(r.Metrics, s.Loss, src)
	if err != nil {
		return nil, err
	}
	if m.classes != nil {
		r.confusion = metric.NewConfusion(len(m.classes))
	}
	loss := s.Loss.Metric()
	err = m.trainer.Stream(ctx, src, s.Loss, func(b metric.Batch) error {
		loss.Update(b)
		for _, one := range list {
			one.Update(b)
		}
		if r.confusion != nil {
			r.confusion.Update(b)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	r.Loss = loss.Value()
	for _, one := range list {
		bound := 0.0
		if b, ok := one.(metric.Bounded); ok {
			bound = b.Bound()
		}
		r.Values, r.Bounds = append(r.Values, one.Value()), append(r.Bounds, bound)
	}
	r.Control, r.ControlName = m.control(src)
	r.Warnings = warnings(r.confusion, m.classes)
	return r, nil
}

// chosen are the metrics named, and after them those that every report has.
func (m *Image) chosen(names []string) []string {
	standard := []string{"accuracy", "precision", "recall", "f1"}
	if m.classes == nil {
		standard = []string{"rmse", "mae", "r2"}
	}
	names = slices.Clone(names)
	for _, name := range standard {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// control is what can be had of src without looking.
func (m *Image) control(src *photos) (value float64, name string) {
	if m.classes == nil {
		mean, sum := m.mean(src), 0.0
		for i := range src.Len() {
			away := float64(src.Target(i)) - mean
			sum += away * away
		}
		return math.Sqrt(sum / float64(src.Len())), "rmse of always the mean"
	}
	counts, most := make([]int, len(m.classes)), 0
	for i := range src.Len() {
		label := src.Label(i)
		counts[label]++
		if counts[label] > counts[most] {
			most = label
		}
	}
	return float64(counts[most]) / float64(src.Len()), fmt.Sprintf("accuracy of always %q", m.classes[most])
}

// mean is that of the training targets, or of src without a training set.
func (m *Image) mean(src *photos) float64 {
	set, _ := m.sets()
	if set == nil || set.Len() == 0 {
		set = src.set
	}
	sum := 0.0
	for i := range set.Len() {
		sum += float64(set.Target(i))
	}
	return sum / float64(set.Len())
}

// Accuracy is the share of right answers; NaN for regression.
func (r *Report) Accuracy() float64 { return r.Value("accuracy") }

// Interval is the 95 % confidence interval of the accuracy (Wilson's): how far this
// many images narrow it down. NaN for regression.
func (r *Report) Interval() (low, high float64) {
	if r.confusion == nil {
		return math.NaN(), math.NaN()
	}
	return metric.Wilson(r.confusion.Right(), r.confusion.Rows())
}

// Value is the value of a metric by name; NaN if it was not measured.
func (r *Report) Value(name string) float64 {
	if i := slices.Index(r.Metrics, name); i >= 0 {
		return r.Values[i]
	}
	return math.NaN()
}

// Classes are the classes one by one; nil for regression.
func (r *Report) Classes() []ClassReport {
	var list []ClassReport
	for k, name := range r.classes {
		c := r.confusion
		list = append(list, ClassReport{name, c.Support(k), c.Predicted(k), c.Precision(k), c.Recall(k), c.F1(k)})
	}
	return list
}

// Class is how one class fared, by name; an error if there is none of that name.
func (r *Report) Class(name string) (ClassReport, error) {
	for _, c := range r.Classes() {
		if c.Class == name {
			return c, nil
		}
	}
	return ClassReport{}, unknownClass(name, r.classes)
}
