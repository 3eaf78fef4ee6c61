package train

import (
	"testing"

	"github.com/stretchr/testify/require"
	"graft/lib/metric"
	"graft/lib/train/loss"
)

// TestTags measures a network that may say several things of an example, and one
// that answers yes or no with a single output.
func TestTags(t *testing.T) {
	trainer := linear(t, []float32{.5, -.1, .2, .3, .4, -.6}, []float32{0, .1, 0})
	data := &Multi{Memory: Memory{Inputs: []float32{1, 0, 0, 1, 1, .1, .1, 1}, Dims: []int{2}}, Truth: [][]float32{{1, 0, 1}, {0, 1, 0}, {1, 1, 0}, {0, 0, 0}}}
	names := []string{"accuracy", "f1", "f1_micro", "recall:1", "auroc", "average_precision", "tag_accuracy", "log_loss"}
	tags := WithLoss(loss.Loss{Kind: loss.KindBinary})
	h, err := trainer.Fit(quiet(t), 1, data, WithValid(data), tags, Metrics(names...))
	require.NoError(t, err)
	all, err := trainer.Outputs(quiet(t), data, loss.Loss{Kind: loss.KindBinary})
	require.NoError(t, err)
	require.Nil(t, all.Labels)
	for i, name := range names {
		m, err := metric.New(name, metric.Tags)
		require.NoError(t, err)
		m.Update(all)
		require.Equal(t, m.Value(), h.Epochs[0].Metrics[i], name)
	}
	require.InDelta(t, h.Epochs[0].ValidLoss, h.Epochs[0].Metrics[7], 1e-12, "the loss is the log loss")
	_, err = trainer.Fit(quiet(t), 1, data, WithValid(data), tags, Metrics("kappa"))
	require.ErrorContains(t, err, "kappa does not measure tags")
	require.NotPanics(t, func() { _, err = trainer.Fit(quiet(t), 1, data, WithValid(data), tags) })
	require.NoError(t, err, "default metrics")

	single := linear(t, []float32{.5, -.1}, []float32{0})
	yes := &Memory{Inputs: data.Inputs, Dims: data.Dims, Labels: []int{1, 0, 1, 0}}
	h, err = single.Fit(quiet(t), 1, yes, WithValid(yes), tags, Metrics("accuracy", "auroc", "mcc", "log_loss"))
	require.NoError(t, err)
	require.Equal(t, []float64{1, 1, 1}, h.Epochs[0].Metrics[:3])
	require.InDelta(t, h.Epochs[0].ValidLoss, h.Epochs[0].Metrics[3], 1e-12)
}
