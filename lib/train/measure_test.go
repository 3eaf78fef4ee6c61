package train

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"graft/lib/metric"
	"graft/lib/train/loss"
)

// named is a source whose classes have names.
type named struct {
	*Memory
	classes []string
}

func (n *named) Classes() []string { return n.classes }

// forty are examples of which the linear network of small gets three in four right:
// more than one batch of inference, the last one not full.
func forty() *Memory {
	m := &Memory{Dims: []int{2}}
	for i := range 39 {
		x := float32(i%7) / 7
		m.Inputs, m.Labels = append(m.Inputs, x, 1-x), append(m.Labels, (i%4+1)/4)
	}
	return m
}

// TestValidationStreams: what Fit measures, batch after batch, is what the metrics say
// of all outputs at once.
func TestValidationStreams(t *testing.T) {
	trainer, data := small(t)
	valid := &named{forty(), []string{"cat", "dog"}}
	names := []string{"accuracy", "top2", "f1_weighted", "recall:dog", "precision:0", "auroc", "average_precision:cat", "mcc", "kappa", "log_loss", "ece"}
	h, err := trainer.Fit(quiet(t), 2, data, WithValid(valid), Metrics(names...), LR(0.05))
	require.NoError(t, err)
	require.Equal(t, names, h.Metrics)
	all, err := trainer.Outputs(quiet(t), valid, loss.CrossEntropy)
	require.NoError(t, err)
	require.Equal(t, 39, all.Rows())
	list, err := NewMetrics(names, loss.CrossEntropy, valid)
	require.NoError(t, err)
	for i, m := range list {
		m.Update(all)
		require.Equal(t, m.Value(), h.Epochs[1].Metrics[i], m.Name())
		require.NotZero(t, m.Value(), m.Name())
	}
	loss := loss.CrossEntropy.Metric()
	loss.Update(all)
	require.Equal(t, loss.Value(), h.Epochs[1].ValidLoss)
}

// TestStream: batches come in order, with their truth, and an error of the reader
// ends it.
func TestStream(t *testing.T) {
	trainer, _ := small(t)
	var rows []int
	var labels []int
	require.NoError(t, trainer.Stream(quiet(t), forty(), loss.CrossEntropy, func(b metric.Batch) error {
		rows, labels = append(rows, b.Rows()), append(labels, b.Labels...)
		return b.Check()
	}))
	require.Equal(t, []int{16, 16, 7}, rows)
	require.Equal(t, forty().Labels, labels)
	calls := 0
	require.ErrorIs(t, trainer.Stream(quiet(t), forty(), loss.CrossEntropy, func(metric.Batch) error { calls++; return ErrStop }), ErrStop)
	require.Equal(t, 1, calls)
	require.NoError(t, trainer.Stream(quiet(t), &Memory{Dims: []int{2}}, loss.CrossEntropy, func(metric.Batch) error { calls++; return nil }))
	require.Equal(t, 1, calls, "no examples, no batch")
	none, err := trainer.Outputs(quiet(t), &Memory{Dims: []int{2}}, loss.CrossEntropy)
	require.NoError(t, err)
	require.Zero(t, none.Rows())
}

// TestValidationSets that are unusual.
func TestValidationSets(t *testing.T) {
	trainer, data := small(t)
	before := value(t, trainer.net.Store, "/net/linear/weight")
	_, err := trainer.Fit(quiet(t), 1, data, WithValid(&Memory{Dims: []int{2}}))
	require.ErrorContains(t, err, "the validation set is empty")
	for names, want := range map[string]string{
		"rmse":       "rmse does not measure classes (there are accuracy",
		"recall:owl": `no class "owl" (there are cat, dog)`,
	} {
		_, err = trainer.Fit(quiet(t), 1, data, WithValid(&named{forty(), []string{"cat", "dog"}}), Metrics(names))
		require.ErrorContains(t, err, want)
	}
	_, err = trainer.Fit(quiet(t), 1, data, Metrics("acuracy"))
	require.ErrorContains(t, err, `did you mean "accuracy"?`)
	require.Equal(t, before, value(t, trainer.net.Store, "/net/linear/weight"), "an error trains nothing")

	one := &Memory{Inputs: []float32{1, 0}, Dims: []int{2}, Labels: []int{0}}
	h, err := trainer.Fit(quiet(t), 1, data, WithValid(one), Metrics("accuracy", "f1", "auroc", "mcc", "kappa", "ece"), KeepBest())
	require.NoError(t, err, "one example of one class")
	require.Equal(t, 1, h.Best)
	values := h.Epochs[0].Metrics
	require.Contains(t, []float64{0, 1}, values[0])
	require.True(t, math.IsNaN(values[2]), "no pair to rank")
	require.False(t, math.IsNaN(values[5]))

	h, err = trainer.Fit(quiet(t), 1, one, WithValid(one))
	require.NoError(t, err, "one example to train on, too")
	require.Len(t, h.StepLoss, 1)
}

// TestNumbers measures a network that says numbers.
func TestNumbers(t *testing.T) {
	trainer := linear(t, []float32{.1, -.1}, []float32{0})
	data := &Memory{Inputs: []float32{1, 0, 0, 1, 1, .1, .1, 1}, Dims: []int{2}, Targets: []float32{1, 2, 1, 2}}
	numbers := func(s *Settings) error { s.Loss = loss.MSE; return nil }
	h, err := trainer.Fit(quiet(t), 1, data, WithValid(data), Metrics("rmse", "mae", "r2"), Option{"BatchSize", numbers})
	require.NoError(t, err)
	all, err := trainer.Outputs(quiet(t), data, loss.MSE)
	require.NoError(t, err)
	for i, name := range h.Metrics {
		want, err := Measure(name, all)
		require.NoError(t, err)
		require.Equal(t, want, h.Epochs[0].Metrics[i])
	}
	_, err = Measure("accuracy", all)
	require.ErrorContains(t, err, "accuracy does not measure numbers")
}
