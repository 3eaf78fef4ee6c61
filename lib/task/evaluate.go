package task

import (
	"fmt"
	"math"
	"strconv"

	"graft/lib/data"
	"graft/lib/display"
	"graft/lib/metric"
	"graft/lib/plot"
	"graft/lib/train"
)

// Report is the result of Evaluate.
type Report struct {
	Examples int
	Loss     float64
	Metrics  []string  // names
	Values   []float64 // in the order of Metrics
	// Control is what one gets without looking at any picture: the accuracy of
	// always saying the commonest class of this set, or for numbers the RMSE of
	// always saying the mean of the training set (of this set if there is none).
	Control     float64
	ControlName string

	classes   []string
	confusion *metric.Confusion
}

// Accuracy is the share of right answers; NaN for regression.
func (r *Report) Accuracy() float64 { return r.Value("accuracy") }

// Value is the value of a metric by name; NaN if it was not measured.
func (r *Report) Value(name string) float64 {
	for i, n := range r.Metrics {
		if n == name {
			return r.Values[i]
		}
	}
	return math.NaN()
}

// Evaluate measures the network on test: all metrics of its kind, per class too,
// beside the control.
func (m *Image) Evaluate(test *data.Set, opts ...train.Option) (*Report, error) {
	s, err := m.resolve("Evaluate", opts)
	if err != nil {
		return nil, err
	}
	src, err := m.source(test)
	if err != nil {
		return nil, err
	}
	if test.Len() == 0 {
		return nil, fmt.Errorf("task: Evaluate has no photographs to measure on")
	}
	b, err := m.trainer.Outputs(s.Context, src, s.Loss)
	if err != nil {
		return nil, err
	}
	return m.report(b), nil
}

func (m *Image) report(b metric.Batch) *Report {
	r := &Report{Examples: b.Rows(), classes: m.classes}
	loss, names := metric.MSE(), []string{"rmse", "mae"}
	if m.classes != nil {
		loss, names = metric.CrossEntropy(), []string{"accuracy", "precision", "recall", "f1"}
		r.confusion = metric.NewConfusion(len(m.classes))
		r.confusion.Update(b)
	}
	loss.Update(b)
	r.Loss, r.Metrics = loss.Value(), names
	for _, name := range names {
		r.Values = append(r.Values, train.Measure(name, b))
	}
	r.Control, r.ControlName = m.control(b)
	return r
}

func (m *Image) control(b metric.Batch) (value float64, name string) {
	if m.classes == nil {
		mean := m.mean(b)
		guess := metric.Batch{Width: 1, Targets: b.Targets, Outputs: make([]float32, len(b.Targets))}
		for i := range guess.Outputs {
			guess.Outputs[i] = float32(mean)
		}
		return train.Measure("rmse", guess), "rmse of always the mean"
	}
	counts, most := make([]int, len(m.classes)), 0
	for _, label := range b.Labels {
		counts[label]++
		if counts[label] > counts[most] {
			most = label
		}
	}
	return float64(counts[most]) / float64(len(b.Labels)), fmt.Sprintf("accuracy of always %q", m.classes[most])
}

// mean is that of the training targets.
func (m *Image) mean(b metric.Batch) float64 {
	sum, n := 0.0, 0
	if set, _ := m.sets(); set != nil {
		for n = range set.Len() {
			sum += float64(set.Target(n))
		}
		return sum / float64(set.Len())
	}
	for _, v := range b.Targets {
		sum += float64(v)
	}
	return sum / float64(len(b.Targets))
}

// String is the report in one line.
func (r *Report) String() string {
	text := fmt.Sprintf("%d images: loss %.4f", r.Examples, r.Loss)
	for i, name := range r.Metrics {
		text += fmt.Sprintf(", %s %.4f", name, r.Values[i])
	}
	return text + fmt.Sprintf(" (%s: %.4f)", r.ControlName, r.Control)
}

// Display shows the numbers, and for classes a row each.
func (r *Report) Display() display.Bundle {
	t := plot.Table{Title: fmt.Sprintf("%d images", r.Examples), Columns: []string{"measure", "value"}}
	t.Rows = append(t.Rows, []string{"loss", fmt.Sprintf("%.4f", r.Loss)})
	for i, name := range r.Metrics {
		t.Rows = append(t.Rows, []string{name, fmt.Sprintf("%.4f", r.Values[i])})
	}
	t.Note = fmt.Sprintf("control, %s: %.4f", r.ControlName, r.Control)
	if r.confusion == nil {
		return t.Display()
	}
	c := plot.Table{Columns: []string{"class", "images", "precision", "recall", "f1"}}
	for k, name := range r.classes {
		c.Rows = append(c.Rows, []string{name, strconv.Itoa(r.confusion.Support(k)), percent(r.confusion.Precision(k)), percent(r.confusion.Recall(k)), percent(r.confusion.F1(k))})
	}
	return plot.Stack(t.Display(), c.Display())
}

func percent(v float64) string { return fmt.Sprintf("%.1f%%", 100*v) }
