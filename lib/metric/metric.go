package metric

import (
	"fmt"
	"math"
)

// Batch is what a network said of some rows and what is true of them.
type Batch struct {
	Outputs []float32 // [rows, Width], row after row: logits, or predicted values
	Width   int       // outputs of one row: classes, or predicted values
	Labels  []int     // [rows] class indices; nil for regression
	Targets []float32 // [rows, Width] true values; nil for classification
}

// Rows is the number of examples in b.
func (b Batch) Rows() int {
	if b.Width <= 0 {
		return 0
	}
	return len(b.Outputs) / b.Width
}

// Row is the outputs of row i.
func (b Batch) Row(i int) []float32 { return b.Outputs[i*b.Width : (i+1)*b.Width] }

// Check returns an error if the parts of b do not have the same number of rows, or
// if a label names no output.
func (b Batch) Check() error {
	rows := b.Rows()
	switch {
	case b.Width <= 0 || rows*b.Width != len(b.Outputs):
		return fmt.Errorf("metric: %d outputs do not divide into rows of %d", len(b.Outputs), b.Width)
	case b.Labels != nil && len(b.Labels) != rows:
		return fmt.Errorf("metric: %d labels for %d rows", len(b.Labels), rows)
	case b.Targets != nil && len(b.Targets) != len(b.Outputs):
		return fmt.Errorf("metric: %d targets for %d outputs", len(b.Targets), len(b.Outputs))
	}
	for _, label := range b.Labels {
		if label < 0 || label >= b.Width {
			return fmt.Errorf("metric: label %d, but the network has outputs 0 to %d", label, b.Width-1)
		}
	}
	return nil
}

// Metric is a running measurement. Update must be given batches that pass
// [Batch.Check]; rows already seen are never looked at again.
type Metric interface {
	Name() string
	Update(Batch)
	Value() float64 // NaN while no row has been seen
	Reset()
	// Higher reports whether larger values are better.
	Higher() bool
}

// Argmax is the index of the largest output; -1 if any output is NaN, which no
// label equals.
func Argmax(row []float32) int {
	best := -1
	for i, v := range row {
		if math.IsNaN(float64(v)) {
			return -1
		}
		if best < 0 || v > row[best] {
			best = i
		}
	}
	return best
}

// Softmax turns logits into probabilities that sum to 1.
func Softmax(row []float32) []float64 {
	top := math.Inf(-1)
	for _, v := range row {
		top = max(top, float64(v)) // NaN if any is
	}
	out, sum := make([]float64, len(row)), 0.0
	for i, v := range row {
		out[i] = math.Exp(float64(v) - top)
		sum += out[i]
	}
	for i := range out {
		out[i] /= sum
	}
	return out
}
