package loss

import (
	"math"

	"graft/lib/metric"
)

// Metric is the loss as a metric, in double precision, which needs no graph.
func (l Loss) Metric() metric.Metric { return &measured{loss: l} }

// measured is the weighted mean of the loss over all rows so far.
type measured struct {
	loss      Loss
	sum, mass float64
}

// Name is "loss".
func (m *measured) Name() string { return "loss" }

// Higher is false: a loss is better the smaller it is.
func (m *measured) Higher() bool { return false }

// Reset forgets all rows.
func (m *measured) Reset() { m.sum, m.mass = 0, 0 }

// Value is NaN before the first row.
func (m *measured) Value() float64 {
	if m.mass == 0 {
		return math.NaN()
	}
	return m.sum / m.mass
}

// Update adds the rows of b.
func (m *measured) Update(b metric.Batch) {
	for i := range b.Rows() {
		loss, share := m.loss.row(b, i)
		m.sum += loss
		m.mass += share
	}
}

// row is the loss of row i of b and what it counts in the mean; see [Loss.rows].
func (l Loss) row(b metric.Batch, i int) (loss, share float64) {
	if l.Numeric() || l.Binary() {
		for j, v := range b.Row(i) {
			loss += l.cell(float64(v), cellTarget(b, i, j), j)
		}
		return loss / float64(b.Width), 1
	}
	nll, weight := metric.RowCrossEntropy(b, i), 1.0
	if len(l.Weights) > 0 {
		weight = l.Weights[b.Labels[i]]
	}
	if l.Kind == KindFocal {
		return weight * nll * math.Pow(-math.Expm1(-nll), l.Gamma), 1
	}
	if l.Smoothing == 0 {
		return weight * nll, weight
	}
	return (1-l.Smoothing)*weight*nll + l.Smoothing*l.spread(b, i, nll), weight
}

// spread is the weighted mean over all classes of -log softmax of row i, whose value
// for its label is nll.
func (l Loss) spread(b metric.Batch, i int, nll float64) float64 {
	row, sum := b.Row(i), 0.0
	for c, v := range row {
		weight := 1.0
		if len(l.Weights) > 0 {
			weight = l.Weights[c]
		}
		sum += weight * (nll + float64(row[b.Labels[i]]) - float64(v))
	}
	return sum / float64(len(row))
}

// Probabilities turns the outputs of one example into probabilities of its classes:
// they sum to 1, unless the loss is binary, with which each class answers for itself.
func (l Loss) Probabilities(row []float32) []float64 {
	if !l.Binary() {
		return metric.Softmax(row)
	}
	out := make([]float64, len(row))
	for i, v := range row {
		out[i] = 1 / (1 + math.Exp(-float64(v)))
	}
	return out
}

// cellTarget is what output j of row i should be.
func cellTarget(b metric.Batch, i, j int) float64 {
	if b.Targets != nil {
		return float64(b.Targets[i*b.Width+j])
	}
	if b.Width == 1 { // which says whether it is class 1 of two
		return float64(b.Labels[i])
	}
	if b.Labels[i] == j {
		return 1
	}
	return 0
}

// cell is the loss of output j with value x and target y; see [Loss.cells].
func (l Loss) cell(x, y float64, j int) float64 {
	if l.Binary() {
		return l.question(x, y, j)
	}
	d := math.Abs(x - y)
	switch {
	case l.Kind == KindMSE:
		return d * d
	case d < l.delta():
		return d * d / 2
	}
	return l.delta() * (d - l.delta()/2)
}

func (l Loss) question(x, y float64, j int) float64 {
	weight := 1.0
	if len(l.Positive) > 0 {
		weight += (l.Positive[j] - 1) * y
	}
	loss := (1-y)*x + weight*(math.Log1p(math.Exp(-math.Abs(x)))+max(-x, 0))
	if l.Kind == KindBinary {
		return loss
	}
	yes := 1 / (1 + math.Exp(-x))
	loss *= math.Pow(1-(yes*y+(1-yes)*(1-y)), l.Gamma)
	if l.Alpha > 0 {
		loss *= l.Alpha*y + (1-l.Alpha)*(1-y)
	}
	return loss
}
