package metric

import (
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNames(t *testing.T) {
	for want, make := range map[string]func() (Metric, error){
		`unknown metric "acuracy" (did you mean "accuracy"?)`: func() (Metric, error) { return New("acuracy", Classes) },
		`(did you mean "recall"?)`:                            func() (Metric, error) { return New("recal:2", Classes) },
		"rmse does not measure classes (there are accuracy":   func() (Metric, error) { return New("rmse", Classes) },
		"top3 does not measure numbers":                       func() (Metric, error) { return New("top3", Numbers) },
		`unknown metric "top0"`:                               func() (Metric, error) { return New("top0", Classes) },
		`unknown metric "top"`:                                func() (Metric, error) { return New("top", Classes) },
		"mcc is not to be had of one class":                   func() (Metric, error) { return New("mcc:1", Classes) },
		"recall is not to be had of one class":                func() (Metric, error) { return New("recall:", Classes) },
		`no class "catt" (did you mean "cat"?)`:               func() (Metric, error) { return New("recall:catt", Classes, "cat", "dog") },
		`no class "2"`:                                        func() (Metric, error) { return New("recall:2", Classes, "cat", "dog") },
		"the classes have no names here":                      func() (Metric, error) { return New("recall:cat", Classes) },
		`recall:-1: the classes have no names`:                func() (Metric, error) { return New("recall:-1", Classes) },
	} {
		_, err := make()
		require.ErrorContains(t, err, want)
	}
	require.NoError(t, Check("recall:anything"))
	require.NoError(t, Check("top7"))
	require.Error(t, Check("tap7"))
}

// TestClassByName: a class goes by its name, even one that looks like a number.
func TestClassByName(t *testing.T) {
	b := Batch{Width: 3, Outputs: []float32{1, 0, 0, 0, 0, 1, 0, 0, 1}, Labels: []int{0, 1, 2}}
	for name, want := range map[string]float64{"precision:7": 1, "precision:1": .5, "recall:0": 0} {
		m, err := New(name, Classes, "7", "0", "1")
		require.NoError(t, err)
		require.Equal(t, want, stream(t, m, b, 2), name)
	}
	m, err := New("f1:5", Classes)
	require.NoError(t, err)
	require.True(t, math.IsNaN(stream(t, m, b, 2)), "no such class")
}

// TestNamesAreListed: the package comment is the list for readers.
func TestNamesAreListed(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	for _, e := range Named() {
		require.Regexp(t, `(?m)^//	.*\b`+e.Name+` `, string(doc))
	}
}

// TestTagsNaN: a NaN is the wrong decision, whatever is true.
func TestTagsNaN(t *testing.T) {
	b := Batch{Width: 2, Outputs: []float32{nan, 1, 1, nan}, Targets: []float32{1, 1, 1, 0}}
	c := NewTagCounts(2)
	c.Update(b)
	require.Equal(t, []int{1, 1}, c.Invalid)
	require.Equal(t, 0, c.Whole)
	require.Equal(t, 2, c.Decisions)
	require.Equal(t, .5, c.Recall(0))
	require.Equal(t, .5, c.Precision(1))
	for _, m := range []Metric{TagLogLoss(), TagAUROC(Macro), TagAveragePrecision(0)} {
		require.True(t, math.IsNaN(stream(t, m, b, 1)), m.Name())
	}
}

// TestTop follows rows of which the label is first, second and NaN.
func TestTop(t *testing.T) {
	b := Batch{Width: 3, Outputs: []float32{2, 1, 0, 2, 1, 0, 1, 1, 1, nan, 1, 1}, Labels: []int{0, 1, 1, 1}}
	require.Equal(t, .25, stream(t, TopK(1), b, 4))
	require.Equal(t, .75, stream(t, TopK(2), b, 4), "of equal outputs the first is the larger")
	require.Equal(t, .75, stream(t, TopK(9), b, 4))
	require.Panics(t, func() { TopK(0) })
}

func TestR2NaN(t *testing.T) {
	b := Batch{Width: 1, Outputs: []float32{1, nan}, Targets: []float32{2, 2}}
	require.True(t, math.IsNaN(stream(t, R2(), b, 1)))
}

// TestAllRight: what is perfect is 1, not nearly.
func TestAllRight(t *testing.T) {
	b := Batch{Width: 1, Outputs: []float32{1, -1, 1, 1, -1}, Labels: []int{1, 0, 1, 1, 0}}
	for _, m := range []Metric{Accuracy(), F1(), MCC(), Kappa(), AUROC(), AveragePrecision(), BalancedAccuracy()} {
		require.Equal(t, 1., stream(t, m, b, 2), m.Name())
	}
}
