package task

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"graft/lib/display"
	"graft/lib/metric"
)

// TestMcNemar compares with scipy's exact binomial test.
func TestMcNemar(t *testing.T) {
	var cases []struct {
		Tuned, Control int
		P              float64
	}
	raw, err := os.ReadFile(filepath.Join("testdata", "mcnemar.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &cases))
	require.NotEmpty(t, cases)
	for _, c := range cases {
		require.InEpsilon(t, c.P, Pair{c.Tuned, c.Control}.P(), 1e-9, "%+v", c)
	}
	require.Equal(t, 1.0, Pair{}.P())
}

// answers is a contender that is right on the examples for which ok is true.
func answers(name string, labels []int, ok func(i int) bool) outcome {
	b := metric.Batch{Width: 3, Labels: labels}
	for i, label := range labels {
		row := make([]float32, 3)
		if row[(label+1)%3] = 1; ok(i) {
			row[label] = 2
		}
		b.Outputs = append(b.Outputs, row...)
	}
	return outcome{Contender: Contender{Name: name, Budget: "some epochs"}, batch: b}
}

func TestGuardVerdicts(t *testing.T) {
	labels := make([]int, 90)
	for i := range labels {
		labels[i] = i % 2 // class 2 has no example
	}
	classes := []string{"a", "b", "c"}
	all := func(int) bool { return true }
	odd := func(i int) bool { return labels[i] == 1 }
	few := func(i int) bool { return i%30 != 0 }

	g := newGuard(answers("tuned", labels, few), []outcome{answers("linear probe", labels, all)}, classes)
	require.False(t, g.Hurts, "three examples are noise")
	require.Contains(t, g.Verdict, "no difference beyond noise: the tuned network has accuracy 96.7%; not to be told apart from the linear probe with 100.0% (0 against 3 where they differ, exact McNemar p = 0.250)")

	g = newGuard(answers("tuned", labels, odd), []outcome{answers("linear probe", labels, few), answers("from scratch", labels, odd)}, classes)
	require.True(t, g.Hurts)
	require.Contains(t, g.Verdict, "not to be told apart from the network from scratch with 50.0% (they never differ)")
	require.Contains(t, g.Verdict, "transfer hurts: the tuned network has accuracy 50.0%, worse than the linear probe with 96.7%")
	require.Contains(t, g.Verdict, "transfer hurts the class a (-93.3 points, 45 images); freeze more, lower the rate, label more, or use the control")
	require.Equal(t, Pair{0, 42}, g.Controls[0].Pair)
	require.True(t, g.Classes[0].Hurts)
	require.False(t, g.Classes[1].Hurts)
	require.InDelta(t, -42.0/45, g.Classes[0].Gain, 1e-12)
	require.Equal(t, 0, g.Classes[2].Support)
	text := g.Display().Data[display.Text].(string)
	for _, want := range []string{"linear probe", "not in the validation set", "worse beyond noise", "guard against negative transfer: transfer hurts\n", "-93.3", "against linear probe"} {
		require.Contains(t, text, want)
	}

	// A control that always says "b" is no measure for that class.
	g = newGuard(answers("tuned", labels, few), []outcome{answers("always b", labels, odd), answers("linear probe", labels, few)}, classes)
	require.Equal(t, 1, g.Best)
	require.False(t, g.Classes[1].Hurts)
	require.Zero(t, g.Classes[1].Gain)

	g = newGuard(answers("tuned", labels, all), []outcome{answers("linear probe", labels, odd)}, classes)
	require.False(t, g.Hurts)
	require.Contains(t, g.Verdict, "transfer helps: the tuned network has accuracy 100.0%, better than the linear probe with 50.0%")
}

// TestGuardOfNumbers counts who is closer.
func TestGuardOfNumbers(t *testing.T) {
	batch := func(off float32) outcome {
		b := metric.Batch{Width: 1}
		for i := range 20 {
			b.Targets, b.Outputs = append(b.Targets, float32(i)), append(b.Outputs, float32(i)+off)
		}
		return outcome{Contender: Contender{Name: "linear probe"}, batch: b}
	}
	g := newGuard(batch(2), []outcome{batch(-1)}, nil)
	require.True(t, g.Hurts)
	require.Equal(t, Pair{0, 20}, g.Controls[0].Pair)
	require.Contains(t, g.Verdict, "transfer hurts: the tuned network has rmse 2, worse than the linear probe with 1")
	require.Contains(t, g.Display().Data[display.Text], "closer")
}
