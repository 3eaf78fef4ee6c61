package metric

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

var nan = float32(math.NaN())

// TestUnevenBatches is field case T3: batch sizes 1 to 5 over five rows give the
// same loss and accuracy, those of PyTorch over all rows.
func TestUnevenBatches(t *testing.T) {
	raw, err := os.ReadFile("testdata/partial_and_stop.json")
	require.NoError(t, err)
	var file struct {
		Partial struct {
			Logits    [][]float32
			Labels    []int
			Loss, Acc float64
		}
	}
	require.NoError(t, json.Unmarshal(raw, &file))
	want := file.Partial
	for size := 1; size <= 5; size++ {
		loss, accuracy := CrossEntropy(), Accuracy()
		for from := 0; from < 5; from += size {
			b := Batch{Width: 2}
			for i := from; i < min(from+size, 5); i++ {
				b.Outputs = append(b.Outputs, want.Logits[i]...)
				b.Labels = append(b.Labels, want.Labels[i])
			}
			require.NoError(t, b.Check())
			loss.Update(b)
			accuracy.Update(b)
		}
		require.InDelta(t, want.Loss, loss.Value(), 1e-6, "batch size %d", size)
		require.InDelta(t, want.Acc, accuracy.Value(), 1e-7, "batch size %d", size)
	}
}

// TestConfusion follows scikit-learn's precision_recall_fscore_support on truth
// 0 0 0 1 1 2 and predictions 0 0 1 1 2 2.
func TestConfusion(t *testing.T) {
	b := Batch{Width: 4, Labels: []int{0, 0, 0, 1, 1, 2}}
	for _, k := range []int{0, 0, 1, 1, 2, 2} {
		row := make([]float32, 4)
		row[k] = 1
		b.Outputs = append(b.Outputs, row...)
	}
	precision, recall, f1 := Precision(), Recall(), F1()
	for _, m := range []Metric{precision, recall, f1} {
		require.True(t, math.IsNaN(m.Value()), "no rows yet")
		m.Update(b)
	}
	require.InDelta(t, (1+.5+.5)/3, precision.Value(), 1e-12)
	require.InDelta(t, (2./3+.5+1)/3, recall.Value(), 1e-12)
	require.InDelta(t, (.8+.5+2./3)/3, f1.Value(), 1e-12)
	c := NewConfusion(4)
	c.Update(b)
	require.InDelta(t, 4./6, c.Accuracy(), 1e-12)
	require.Zero(t, c.Precision(3), "a class that never occurs")
	require.Equal(t, [][]int{{2, 1, 0, 0}, {0, 1, 1, 0}, {0, 0, 1, 0}, {0, 0, 0, 0}}, c.Counts)
	f1.Reset()
	require.True(t, math.IsNaN(f1.Value()))
}

func TestRegression(t *testing.T) {
	rmse, mae, mse := RMSE(), MAE(), MSE()
	for _, b := range []Batch{
		{Width: 1, Outputs: []float32{1, 2, 3}, Targets: []float32{1, 0, 3}},
		{Width: 1, Outputs: []float32{5}, Targets: []float32{1}},
	} {
		require.NoError(t, b.Check())
		for _, m := range []Metric{rmse, mae, mse} {
			m.Update(b)
		}
	}
	require.InDelta(t, math.Sqrt(5), rmse.Value(), 1e-12)
	require.InDelta(t, 5, mse.Value(), 1e-12)
	require.InDelta(t, 1.5, mae.Value(), 1e-12)
	require.False(t, rmse.Higher())
}

// TestNaN: a NaN output is never right and never hidden.
func TestNaN(t *testing.T) {
	b := Batch{Width: 2, Outputs: []float32{nan, 0, 3, 1}, Labels: []int{0, 0}}
	accuracy, loss, recall := Accuracy(), CrossEntropy(), Recall()
	c := NewConfusion(2)
	for _, update := range []func(Batch){accuracy.Update, loss.Update, recall.Update, c.Update} {
		update(b)
	}
	require.Equal(t, .5, accuracy.Value())
	require.Equal(t, .5, recall.Value())
	require.True(t, math.IsNaN(loss.Value()))
	require.Equal(t, []int{1, 0}, c.Invalid)
	require.Equal(t, .5, c.Accuracy())
	require.Equal(t, -1, Argmax([]float32{1, nan}))
	require.True(t, math.IsNaN(Softmax([]float32{1, nan})[0]))
}

func TestCheck(t *testing.T) {
	for name, b := range map[string]Batch{
		"do not divide":       {Width: 2, Outputs: make([]float32, 3)},
		"1 labels for 2":      {Width: 1, Outputs: make([]float32, 2), Labels: []int{0}},
		"classes 0 to 1":      {Width: 2, Outputs: make([]float32, 2), Labels: []int{2}},
		"3 targets for 2":     {Width: 1, Outputs: make([]float32, 2), Targets: make([]float32, 3)},
		"label -1":            {Width: 2, Outputs: make([]float32, 2), Labels: []int{-1}},
		"0 outputs do not di": {},
	} {
		require.ErrorContains(t, b.Check(), name)
	}
}

func TestSoftmaxOfLargeLogits(t *testing.T) {
	require.InDeltaSlice(t, []float64{1. / 3, 2. / 3}, Softmax([]float32{1000, 1000 + float32(math.Ln2)}), 1e-4)
}

func ExampleAccuracy() {
	m := Accuracy()
	m.Update(Batch{Width: 2, Outputs: []float32{2, 1, 0, 3}, Labels: []int{0, 0}})
	fmt.Println(m.Name(), m.Value())
	// Output: accuracy 0.5
}
