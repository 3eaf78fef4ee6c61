package metric

import "math"

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

// Accuracy is the share of rows whose largest output is their label.
func Accuracy() Metric {
	return &mean{name: "accuracy", higher: true, row: func(b Batch, i int) float64 {
		if Argmax(b.Row(i)) == b.Labels[i] {
			return 1
		}
		return 0
	}}
}

// CrossEntropy is the mean over rows of -log softmax(outputs)[label], in nats.
func CrossEntropy() Metric { return &mean{name: "loss", row: RowCrossEntropy} }

// RowCrossEntropy is the cross-entropy of row i of b.
func RowCrossEntropy(b Batch, i int) float64 {
	row := b.Row(i)
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

// MSE is the mean squared error over rows and outputs.
func MSE() Metric { return &mean{name: "loss", row: RowSquaredError} }

// RMSE is the root of the mean squared error, in the unit of the targets.
func RMSE() Metric { return &mean{name: "rmse", row: RowSquaredError, finish: math.Sqrt} }

// MAE is the mean absolute error, in the unit of the targets.
func MAE() Metric {
	return &mean{name: "mae", row: func(b Batch, i int) float64 { return rowMean(b, i, math.Abs) }}
}

// RowSquaredError is the squared error of row i of b, averaged over its outputs.
func RowSquaredError(b Batch, i int) float64 {
	return rowMean(b, i, func(d float64) float64 { return d * d })
}

func rowMean(b Batch, i int, f func(difference float64) float64) float64 {
	sum := 0.0
	for j, v := range b.Row(i) {
		sum += f(float64(v) - float64(b.Targets[i*b.Width+j]))
	}
	return sum / float64(b.Width)
}
