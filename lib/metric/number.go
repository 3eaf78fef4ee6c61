package metric

import "math"

// MSE is the mean squared error over rows and outputs.
func MSE() Metric { return &mean{name: "loss", row: RowSquaredError} }

// RMSE is the root of the mean squared error over rows and outputs, in the unit of
// the targets. With several outputs, scikit-learn takes the mean of their roots.
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

// R2 is the coefficient of determination, 1 minus the squared error as a share of
// that of always saying the mean of the targets; the mean over outputs if there are
// several. As in scikit-learn it is NaN for fewer than 2 rows, and targets that are
// all the same make it 1 if they are predicted without error and 0 otherwise.
func R2() Metric { return &r2{} }

// r2 keeps, per output, the squared error and Welford's running mean and squared
// deviation of the targets.
type r2 struct {
	rows                   int
	wrong, mean, deviation []float64
}

func (m *r2) Name() string { return "r2" }
func (m *r2) Higher() bool { return true }
func (m *r2) Reset()       { *m = r2{} }

func (m *r2) Update(b Batch) {
	if m.mean == nil {
		m.wrong, m.mean, m.deviation = make([]float64, b.Width), make([]float64, b.Width), make([]float64, b.Width)
	}
	for i := range b.Rows() {
		m.rows++
		for j, said := range b.Row(i) {
			truth := float64(b.Targets[i*b.Width+j])
			error := float64(said) - truth
			m.wrong[j] += error * error
			away := truth - m.mean[j]
			m.mean[j] += away / float64(m.rows)
			m.deviation[j] += away * (truth - m.mean[j])
		}
	}
}

func (m *r2) Value() float64 {
	if m.rows < 2 {
		return math.NaN()
	}
	sum := 0.0
	for j, wrong := range m.wrong {
		switch {
		case m.deviation[j] != 0 || math.IsNaN(wrong):
			sum += 1 - wrong/m.deviation[j]
		case wrong == 0:
			sum++
		}
	}
	return sum / float64(len(m.wrong))
}
