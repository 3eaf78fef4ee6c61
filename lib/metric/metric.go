package metric

import (
	"fmt"
	"math"
)

// Batch is what a network said of some rows and what is true of them. What is true
// are labels, one class per row; or targets, which are numbers to predict or, for
// several tags per row, 1 for a tag that is there and 0 for one that is not.
type Batch struct {
	Outputs []float32 // [rows, Width], row after row: logits, or predicted values
	// Width is the number of outputs of one row: classes, tags or values. A single
	// output with labels is the logit of class 1 of two.
	Width   int
	Labels  []int     // [rows] class indices; nil without classes
	Targets []float32 // [rows, Width] true values; nil with classes
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

// Classes is the number of classes that the outputs tell apart: Width, or 2 for a
// single output.
func (b Batch) Classes() int { return max(2, b.Width) }

// Predicted is the class that row i is taken for: that of the largest output, the
// first of equal ones; -1 if an output is NaN, which no label equals.
func (b Batch) Predicted(i int) int {
	row := b.Row(i)
	if b.Width == 1 {
		return Argmax([]float32{0, row[0]})
	}
	return Argmax(row)
}

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
		if label < 0 || label >= b.Classes() {
			return fmt.Errorf("metric: label %d, but the network knows classes 0 to %d", label, b.Classes()-1)
		}
	}
	return nil
}

// Metric is a running measurement. Update must be given batches that pass
// [Batch.Check] and have the truth that the metric needs; rows already seen are
// never looked at again. Width must not change between two calls of Reset.
type Metric interface {
	Name() string
	Update(Batch)
	Value() float64 // NaN while no row has been seen
	Reset()
	// Higher reports whether larger values are better.
	Higher() bool
}

// Bounded is a metric whose value may differ from the exact one by as much as
// Bound: one that keeps a bounded summary of the rows. Bound is 0 as long as the
// summary holds everything.
type Bounded interface {
	Metric
	Bound() float64
}

// Argmax is the index of the largest output, the first of equal ones; -1 if any
// output is NaN, which no label equals.
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

// softplus is log(1+exp(x)) without overflow: the loss of a logit whose truth is 0,
// and of -x if it is 1.
func softplus(x float64) float64 {
	if math.IsNaN(x) {
		return x
	}
	return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x)))
}
