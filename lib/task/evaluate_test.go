package task

import (
	"image"
	"math"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/core/tensors"
	"github.com/stretchr/testify/require"
	"graft/lib/data"
	"graft/lib/display"
	"graft/lib/train"
)

// TestReport: the metrics asked for, those of every report, the classes one by one,
// and what the set cannot say.
func TestReport(t *testing.T) {
	with := quiet(t)
	m := small(t, with)
	require.NoError(t, m.Fit(6, with, train.LR(0.01), train.Metrics("recall:right", "auroc")))
	require.Equal(t, []string{"recall:right", "auroc"}, m.Histories()[0].Metrics)
	report, err := m.Evaluate(halves(t, 12), with, train.Metrics("auroc", "recall:right", "mcc", "top1"))
	require.NoError(t, err)
	require.Equal(t, []string{"auroc", "recall:right", "mcc", "top1", "accuracy", "precision", "recall", "f1"}, report.Metrics)
	require.Equal(t, report.Accuracy(), report.Value("top1"))
	right, err := report.Class("right")
	require.NoError(t, err)
	require.Equal(t, 6, right.Support)
	require.Equal(t, report.Value("recall:right"), right.Recall)
	_, err = report.Class("rigth")
	require.ErrorContains(t, err, `did you mean "right"?`)
	low, high := report.Interval()
	require.Less(t, low, report.Accuracy())
	require.GreaterOrEqual(t, high, report.Accuracy())
	require.Empty(t, report.Warnings)
	text := report.Display().Data[display.Text].(string)
	for _, want := range []string{"how sure", "95 %: ", "auroc", "images", "right", "mean"} {
		require.Contains(t, text, want)
	}

	report.Bounds[0] = 3e-5
	require.Contains(t, report.Display().Data[display.Text], "± 3e-05, scores binned")

	only, err := data.Images([]image.Image{picture(1, true)}, []string{"right"})
	require.NoError(t, err)
	one, err := m.Evaluate(only, with, train.Metrics("auroc"))
	require.NoError(t, err, "one image, and a class missing")
	require.Equal(t, 1, one.Examples)
	require.True(t, math.IsNaN(one.Value("auroc")), "no pair to rank")
	require.Equal(t, []string{"no image of left here: nothing that is measured speaks for it"}, one.Warnings)
	require.Contains(t, one.Display().Data[display.Text], "no image of left")
	low, _ = one.Interval()
	require.Less(t, low, .3, "one image says little")

	for want, name := range map[string]string{`no class "rihgt" (did you mean "right"?)`: "recall:rihgt", "rmse does not measure classes": "rmse", `(did you mean "kappa"?)`: "kapa"} {
		_, err = m.Evaluate(only, with, train.Metrics(name))
		require.ErrorContains(t, err, want)
	}
}

// TestOutputsThatAreNotNumbers are wrong and shown everywhere.
func TestOutputsThatAreNotNumbers(t *testing.T) {
	with := quiet(t)
	m := small(t, with)
	nan := float32(math.NaN())
	bias := m.linear().Params()[1]
	require.NoError(t, bias.Put(m.store, train.HeadScope, tensors.FromFlatDataAndDimensions([]float32{nan, 0}, 2)))
	report, err := m.Evaluate(halves(t, 4), with, train.Metrics("auroc", "mcc", "ece"))
	require.NoError(t, err)
	for name, want := range map[string]float64{"accuracy": 0, "recall": 0, "f1": 0, "mcc": 0, "auroc": math.NaN(), "ece": math.NaN()} {
		require.Equal(t, math.IsNaN(want), math.IsNaN(report.Value(name)), name)
		if !math.IsNaN(want) {
			require.Equal(t, want, report.Value(name), name)
		}
	}
	require.True(t, math.IsNaN(report.Loss))
	const warning = "4 of 4 images have outputs that are not numbers, which count as wrong"
	require.Equal(t, []string{warning}, report.Warnings)
	matrix, err := m.Confusion(with)
	require.NoError(t, err)
	require.Contains(t, matrix.Note, "10 of 10 images")
	confused, err := m.MostConfused(3, with)
	require.NoError(t, err)
	require.Contains(t, confused.Note, "10 of 10 images")
	worst, err := m.TopLosses(2, with)
	require.NoError(t, err)
	require.Len(t, worst.Images, 2)
	require.Contains(t, worst.Images[0].Caption, "left, said nothing  loss NaN")
}

// TestEmptySets are errors that say what to do.
func TestEmptySets(t *testing.T) {
	with := quiet(t)
	m := small(t, with)
	none := &data.Set{}
	for want, call := range map[string]func() error{
		"no photographs to measure on":                         func() error { _, err := m.Evaluate(none, with); return err },
		"Confusion: the validation set is empty (give another": func() error { _, err := m.Confusion(with, train.Valid(none)); return err },
		"TopLosses: the validation set is empty":               func() error { _, err := m.TopLosses(1, with, train.Valid(none)); return err },
		"the set is empty (it needs a photograph at least)":    func() error { return m.Fit(1, with, train.Valid(none)) },
	} {
		require.ErrorContains(t, call(), want)
	}
	require.NoError(t, m.Use(halves(t, 4), nil))
	_, err := m.MostConfused(1, with)
	require.ErrorContains(t, err, "MostConfused has no validation set (give one with Valid)")
}

// TestWorst keeps the largest losses in order whatever order they come in.
func TestWorst(t *testing.T) {
	nan := math.NaN()
	worst := ranking{room: 4}
	for i, loss := range []float64{1, 3, nan, 2, 3, 0, nan, math.Inf(1)} {
		worst.add(mistake{example: i, loss: loss})
	}
	var order []int
	for _, one := range worst.list {
		order = append(order, one.example)
	}
	require.Equal(t, []int{2, 6, 7, 1}, order)
	none := ranking{}
	none.add(mistake{})
	require.Empty(t, none.list)
}

// TestRegressionReport has the metrics of numbers and no classes.
func TestRegressionReport(t *testing.T) {
	with := quiet(t)
	var images []image.Image
	var targets []float32
	for i := range 20 {
		images, targets = append(images, picture(i, i%2 == 1)), append(targets, 3+float32(i%2))
	}
	set, err := data.ImagesWithTargets(images, targets)
	require.NoError(t, err)
	m, err := NewImageRegressor("resnet18", set, with, train.FromScratch(), train.ImageSize(32))
	require.NoError(t, err)
	require.NoError(t, m.Freeze())
	require.NoError(t, m.Fit(1, with, train.LR(0.01)))
	report, err := m.Evaluate(set, with)
	require.NoError(t, err)
	require.Equal(t, []string{"rmse", "mae", "r2"}, report.Metrics)
	rmse := report.Value("rmse")
	require.InDelta(t, 1-rmse*rmse/.25, report.Value("r2"), 1e-6)
	require.InDelta(t, rmse*rmse, report.Loss, 1e-9)
	require.Nil(t, report.Classes())
	low, _ := report.Interval()
	require.True(t, math.IsNaN(low))
	_, err = report.Class("left")
	require.ErrorContains(t, err, "the network says numbers")
	text := report.Display().Data[display.Text].(string)
	require.Contains(t, text, "r2")
	require.False(t, strings.Contains(text, "precision"))
	require.Empty(t, report.PerClass().Rows)
}
