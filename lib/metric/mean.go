package metric

import (
	"fmt"
	"math"
)

// mean is a metric that is a mean over rows of one number per row.
type mean struct {
	name   string
	higher bool
	row    func(b Batch, i int) float64
	finish func(float64) float64 // nil for the identity

	sum  float64
	rows int
}

func (m *mean) Name() string { return m.name }
func (m *mean) Higher() bool { return m.higher }
func (m *mean) Reset()       { m.sum, m.rows = 0, 0 }

func (m *mean) Update(b Batch) {
	for i := range b.Rows() {
		m.sum += m.row(b, i)
		m.rows++
	}
}

func (m *mean) Value() float64 {
	if m.rows == 0 {
		return math.NaN()
	}
	v := m.sum / float64(m.rows)
	if m.finish != nil {
		return m.finish(v)
	}
	return v
}

// Accuracy is the share of rows that are taken for their own class.
func Accuracy() Metric {
	return &mean{name: "accuracy", higher: true, row: func(b Batch, i int) float64 {
		return one(b.Predicted(i) == b.Labels[i])
	}}
}

// TopK is the share of rows whose class is among those of the k largest outputs. Of
// equal outputs the first counts as larger, as in [Argmax]; scikit-learn's
// top_k_accuracy_score prefers the last. With k classes or fewer it is 1 unless
// outputs are NaN. It panics if k is below 1.
func TopK(k int) Metric {
	if k < 1 {
		panic(fmt.Errorf("metric: top %d (must be at least 1)", k))
	}
	return &mean{name: fmt.Sprintf("top%d", k), higher: true, row: func(b Batch, i int) float64 {
		if b.Width == 1 {
			return one(k > 1 && b.Predicted(i) >= 0 || b.Predicted(i) == b.Labels[i])
		}
		return one(place(b.Row(i), b.Labels[i]) < k)
	}}
}

// place is how many outputs come before that of label; all of them if one is NaN.
func place(row []float32, label int) int {
	n := 0
	for j, v := range row {
		switch {
		case math.IsNaN(float64(v)):
			return math.MaxInt
		case v > row[label] || v == row[label] && j < label:
			n++
		}
	}
	return n
}

// CrossEntropy is the mean over rows of -log softmax(outputs)[label], in nats.
func CrossEntropy() Metric { return &mean{name: "loss", row: RowCrossEntropy} }

// LogLoss is [CrossEntropy] under the name it has among metrics. scikit-learn's
// log_loss is the same, except that it cuts probabilities off at the smallest float.
func LogLoss() Metric { return &mean{name: "log_loss", row: RowCrossEntropy} }

// RowCrossEntropy is the cross-entropy of row i of b.
func RowCrossEntropy(b Batch, i int) float64 {
	row := b.Row(i)
	if b.Width == 1 {
		return binary(row[0], b.Labels[i] == 1)
	}
	top := math.Inf(-1)
	for _, v := range row {
		top = max(top, float64(v))
	}
	sum := 0.0
	for _, v := range row {
		sum += math.Exp(float64(v) - top)
	}
	return math.Log(sum) + top - float64(row[b.Labels[i]])
}

// binary is the cross-entropy of one logit.
func binary(logit float32, truth bool) float64 {
	if truth {
		return softplus(-float64(logit))
	}
	return softplus(float64(logit))
}

func one(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
