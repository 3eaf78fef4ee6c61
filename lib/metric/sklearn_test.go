package metric

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// sample is a case of testdata/sklearn.json.
type sample struct {
	Name    string
	Kind    string
	Width   int
	Outputs []*float32
	Labels  []int
	Targets []float32
	Want    map[string]*float64
}

type sklearn struct {
	Cases  []sample
	Wilson []struct {
		Right, N  int
		Low, High float64
	}
}

func fixture(t *testing.T) sklearn {
	t.Helper()
	raw, err := os.ReadFile("testdata/sklearn.json")
	require.NoError(t, err)
	var file sklearn
	require.NoError(t, json.Unmarshal(raw, &file))
	require.NotEmpty(t, file.Cases)
	return file
}

var kinds = map[string]Kind{"classes": Classes, "tags": Tags, "numbers": Numbers}

// batch is all rows of s, null being NaN.
func (s sample) batch() Batch {
	b := Batch{Width: s.Width, Labels: s.Labels, Targets: s.Targets}
	for _, v := range s.Outputs {
		if v == nil {
			v = &nan
		}
		b.Outputs = append(b.Outputs, *v)
	}
	return b
}

// cut is rows from to to of b.
func cut(b Batch, from, to int) Batch {
	c := Batch{Width: b.Width, Outputs: b.Outputs[from*b.Width : to*b.Width]}
	if b.Labels != nil {
		c.Labels = b.Labels[from:to]
	}
	if b.Targets != nil {
		c.Targets = b.Targets[from*b.Width : to*b.Width]
	}
	return c
}

// stream gives m all rows of b, size at a time.
func stream(t *testing.T, m Metric, b Batch, size int) float64 {
	t.Helper()
	for from := 0; from < b.Rows(); from += size {
		part := cut(b, from, min(from+size, b.Rows()))
		require.NoError(t, part.Check())
		m.Update(part)
	}
	return m.Value()
}

// TestScikitLearn holds every named metric against scikit-learn, with the rows in one
// batch, and in batches of 7 and of 1, which must agree to the last bit.
func TestScikitLearn(t *testing.T) {
	tested := map[string]bool{}
	for _, s := range fixture(t).Cases {
		t.Run(s.Name, func(t *testing.T) {
			b := s.batch()
			for name, want := range s.Want {
				m, err := New(name, kinds[s.Kind])
				require.NoError(t, err)
				require.Equal(t, name == "accuracy" && s.Kind == "tags", m.Name() != name, name)
				require.True(t, math.IsNaN(m.Value()), "%s without rows", name)
				whole := stream(t, m, b, b.Rows())
				if want == nil {
					require.True(t, math.IsNaN(whole), "%s is %v", name, whole)
				} else {
					require.InDelta(t, *want, whole, 1e-9, name)
				}
				for _, size := range []int{7, 1} {
					m.Reset()
					require.Equal(t, math.Float64bits(whole), math.Float64bits(stream(t, m, b, size)), "%s in batches of %d", name, size)
				}
				tested[name+s.Kind] = true
			}
		})
	}
	for _, e := range Named() {
		for _, k := range e.Kinds {
			require.True(t, tested[e.Name+k.String()] || e.Name == "top5", "%s of %s is in no case", e.Name, k)
		}
	}
}

// TestConfusionAgrees: the matrix says what the metrics without one say.
func TestConfusionAgrees(t *testing.T) {
	for _, s := range fixture(t).Cases {
		if s.Kind != "classes" {
			continue
		}
		b := s.batch()
		c := NewConfusion(b.Classes())
		c.Update(b)
		require.Equal(t, b.Rows(), c.Rows())
		for name, value := range map[string]float64{
			"accuracy": c.Accuracy(), "precision": c.Macro(c.Precision), "recall": c.Macro(c.Recall), "f1": c.Macro(c.F1),
			"mcc": c.MCC(), "kappa": c.Kappa(), "precision:1": c.Precision(1), "recall:1": c.Recall(1), "f1:1": c.F1(1),
		} {
			want := s.Want[name]
			if want == nil {
				require.True(t, math.IsNaN(value), "%s: %s", s.Name, name)
				continue
			}
			require.InDelta(t, *want, value, 1e-12, "%s: %s", s.Name, name)
		}
	}
}

func TestWilson(t *testing.T) {
	for _, w := range fixture(t).Wilson {
		low, high := Wilson(w.Right, w.N)
		require.InDelta(t, w.Low, low, 1e-12)
		require.InDelta(t, w.High, high, 1e-12)
	}
	low, high := Wilson(0, 0)
	require.True(t, math.IsNaN(low) && math.IsNaN(high))
}
