package train

import (
	"context"
	"fmt"

	"github.com/gomlx/gomlx/core/tensors"
	"graft/lib/metric"
	"graft/lib/train/loss"
)

// Vectors is a [Source] with several numbers to predict for each example: 0 or 1 for
// each label that may hold, or a regression's values. A source without this method
// has its class or its one target.
type Vectors interface {
	Source
	Vector(i int) []float32 // of example i, one number an output
}

// Multi is a [Vectors] of numbers already in memory.
type Multi struct {
	Memory
	Truth [][]float32 // of each example, one number an output
}

// Len is the number of examples.
func (m *Multi) Len() int { return len(m.Truth) }

// Vector is what the outputs for example i should be.
func (m *Multi) Vector(i int) []float32 { return m.Truth[i] }

// Load copies the inputs of examples.
func (m *Multi) Load(ctx context.Context, examples []int, dst []float32) error {
	if need := m.Len() * volume(m.Dims); need > len(m.Inputs) {
		return fmt.Errorf("train: %d numbers for %d examples of %d", len(m.Inputs), m.Len(), volume(m.Dims))
	}
	return m.Memory.Load(ctx, examples, dst)
}

// truthOf is what the loss compares the outputs for rows with: [rows] class indices,
// or [rows] or [rows, outputs] numbers.
func truthOf(l loss.Loss, src Source, rows []int) *tensors.Tensor {
	vectors, several := src.(Vectors)
	switch {
	case several && (l.Numeric() || l.Binary()):
		var all []float32
		for _, i := range rows {
			all = append(all, vectors.Vector(i)...)
		}
		return tensors.FromFlatDataAndDimensions(all, len(rows), len(all)/max(1, len(rows)))
	case l.Numeric():
		numbers := make([]float32, len(rows))
		for j, i := range rows {
			numbers[j] = src.Target(i)
		}
		return tensors.FromFlatDataAndDimensions(numbers, len(rows))
	}
	labels := make([]int32, len(rows))
	for j, i := range rows {
		labels[j] = int32(src.Label(i))
	}
	return tensors.FromFlatDataAndDimensions(labels, len(rows))
}

// withTruth adds to b, the outputs for rows of src, what is true of them.
func withTruth(b metric.Batch, src Source, rows []int, l loss.Loss) (metric.Batch, error) {
	vectors, several := src.(Vectors)
	for _, i := range rows {
		switch {
		case several && (l.Numeric() || l.Binary()):
			b.Targets = append(b.Targets, vectors.Vector(i)...)
		case l.Numeric():
			b.Targets = append(b.Targets, src.Target(i))
		default:
			b.Labels = append(b.Labels, src.Label(i))
		}
	}
	return b, b.Check()
}

// checkTruth finds examples whose truth has another length than the first one's,
// which would shift all after it.
func checkTruth(l loss.Loss, src Source) error {
	vectors, ok := src.(Vectors)
	if !ok || !l.Numeric() && !l.Binary() {
		return nil
	}
	for i := range src.Len() {
		if n, first := len(vectors.Vector(i)), len(vectors.Vector(0)); n != first || n == 0 {
			return fmt.Errorf("train: example %d has %d numbers to predict, but example 0 has %d", i, n, first)
		}
	}
	return nil
}
