package metric

import "math"

// eceBins is how many bins Guo et al. 2017 use for the expected calibration error.
const eceBins = 15

// ECE is the expected calibration error (Guo et al. 2017, On Calibration of Modern
// Neural Networks): how far, on average, the probability of the predicted class is
// from the share of rows it is right for. Rows are put into 15 bins by that
// probability, (0, 1/15], (1/15, 2/15] and so on. 0 is best. A row with a NaN makes it
// NaN.
func ECE() Metric { return &ece{} }

type ece struct {
	rows, right [eceBins]int
	confidence  [eceBins]float64 // sums
	invalid     bool
}

func (m *ece) Name() string { return "ece" }
func (m *ece) Higher() bool { return false }
func (m *ece) Reset()       { *m = ece{} }

func (m *ece) Update(b Batch) {
	for i, label := range b.Labels {
		said := b.Predicted(i)
		if said < 0 {
			m.invalid = true
			continue
		}
		row := b.Row(i)
		if b.Width == 1 {
			row = []float32{0, row[0]}
		}
		p := Softmax(row)[said]
		if math.IsNaN(p) { // of infinite logits
			m.invalid = true
			continue
		}
		bin := min(max(int(math.Ceil(p*eceBins))-1, 0), eceBins-1)
		m.rows[bin]++
		m.confidence[bin] += p
		if said == label {
			m.right[bin]++
		}
	}
}

func (m *ece) Value() float64 {
	sum, all := 0.0, 0
	for i, n := range m.rows {
		sum += math.Abs(float64(m.right[i]) - m.confidence[i])
		all += n
	}
	if m.invalid || all == 0 {
		return math.NaN()
	}
	return sum / float64(all)
}
