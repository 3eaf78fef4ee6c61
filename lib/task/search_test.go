package task

import (
	"context"
	"errors"
	"io"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"graft/lib/display"
	"graft/lib/train"
)

type setup struct {
	LR    float64 `search:"1e-4..1e-1 log"`
	Depth int     `search:"1..4"`
	Which string  `search:"last 1|all"`
	Flip  bool    `search:"true|false"`
	Fixed string
}

// hill has its top at LR 1e-2, Depth 3, all, true.
func hill(s setup) float64 {
	score := -math.Abs(math.Log10(s.LR)+2) - math.Abs(float64(s.Depth-3))
	if s.Which == "all" {
		score++
	}
	if s.Flip {
		score++
	}
	return score
}

func unseen(t *testing.T) train.Option {
	t.Helper()
	return train.With(display.WithSink(t.Context(), display.Lines(io.Discard)))
}

func TestGridSearch(t *testing.T) {
	best, trials, err := SearchOver(setup{Fixed: "kept"}, func(s setup, epochs int) (float64, error) {
		require.Equal(t, "kept", s.Fixed)
		require.Equal(t, 7, epochs)
		return hill(s), nil
	}, unseen(t), train.GridSearch(4, 7))
	require.NoError(t, err)
	require.Len(t, trials.List, 4*4*2*2)
	require.Equal(t, 3, best.Depth)
	require.InDelta(t, 0.01, best.LR, 1e-12)
	require.Equal(t, "all", best.Which)
	require.True(t, best.Flip)
	for i := 1; i < len(trials.List); i++ {
		require.GreaterOrEqual(t, trials.List[i-1].Score, trials.List[i].Score)
	}
	text := trials.Display().Data[display.Text].(string)
	for _, want := range []string{"score", "LR", "Depth", "0.01", "last 1", "@ best"} {
		require.Contains(t, text, want)
	}
}

func TestRandomSearchIsItsSeed(t *testing.T) {
	run := func(seed int64, n int) (points []setup) {
		trials, err := Search(setup{}, func(s setup) float64 {
			points = append(points, s)
			return hill(s)
		}, unseen(t), train.RandomSearch(n, 1), train.Seed(seed))
		require.NoError(t, err)
		require.Len(t, trials.List, n)
		return points
	}
	one := run(1, 40)
	require.Equal(t, one, run(1, 40))
	require.Equal(t, one[:10], run(1, 10), "more points change none of the first")
	require.NotEqual(t, one, run(2, 40))
	low, depths := 0, map[int]int{}
	for _, s := range one {
		require.True(t, s.LR >= 1e-4 && s.LR <= 1e-1)
		depths[s.Depth]++
		if s.LR < math.Sqrt(1e-5) {
			low++
		}
	}
	require.InDelta(t, 20, low, 12, "by factors, half of the rates are below the middle one")
	require.Len(t, depths, 4)
}

func TestHalving(t *testing.T) {
	var epochs []int
	trials, err := Search(setup{}, func(s setup, n int) (float64, error) {
		epochs = append(epochs, n)
		return -hill(s), nil
	}, unseen(t), train.Halving(9, 1, 9), train.Lowest())
	require.NoError(t, err)
	require.Equal(t, []int{1, 1, 1, 1, 1, 1, 1, 1, 1, 3, 3, 3, 9}, epochs)
	require.Equal(t, 9, trials.List[0].Epochs)
	for _, r := range trials.List[1:] {
		require.GreaterOrEqual(t, r.Score, trials.List[0].Score, "the winner is the best of all, as scores do not depend on epochs here")
	}
}

func TestSearchGoesOnAndIsInterrupted(t *testing.T) {
	n := 0
	trials, err := Search(setup{}, func(s setup) (float64, error) {
		n++
		switch n {
		case 1:
			return 0, errors.New("boom")
		case 2:
			return math.NaN(), nil
		}
		return float64(n), nil
	}, unseen(t), train.RandomSearch(4, 1))
	require.NoError(t, err)
	require.Equal(t, []int{4, 3, 1, 2}, []int{trials.List[0].Number, trials.List[1].Number, trials.List[2].Number, trials.List[3].Number})
	require.Contains(t, trials.Display().Data[display.Text], "failed: boom")
	_, err = Search(setup{}, func(setup) (float64, error) { return 0, errors.New("boom") }, unseen(t), train.RandomSearch(2, 1))
	require.ErrorContains(t, err, "all 2 trials failed, the first with: boom")

	ctx, cancel := context.WithCancel(display.WithSink(t.Context(), display.Lines(io.Discard)))
	trials, err = Search(setup{}, func(s setup) (float64, error) {
		if s.Depth > 0 {
			cancel()
		}
		return 1, nil
	}, train.With(ctx), train.RandomSearch(5, 1))
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, "interrupted after 1 of 5 trials")
	require.Len(t, trials.List, 1)
	require.Equal(t, trials.List[0].Value, trials.Best())
}

func TestSearchErrors(t *testing.T) {
	ok := func(setup) float64 { return 0 }
	for want, run := range map[string]func() error{
		"want a struct":                func() error { _, err := Search(3, ok); return err },
		"has no field with a tag":      func() error { _, err := Search(struct{ A int }{}, ok); return err },
		"want a func(task.setup, int)": func() error { _, err := Search(setup{}, func(int) float64 { return 0 }); return err },
		"RandomSearch of 0 points":     func() error { _, err := Search(setup{}, ok, train.RandomSearch(0, 1)); return err },
		"halving from 3 to 2 epochs":   func() error { _, err := Search(setup{}, ok, train.Halving(9, 3, 2)); return err },
		"Search has no use for":        func() error { _, err := Search(setup{}, ok, train.LR(1)); return err },
		"low < high": func() error {
			return bad[struct {
				A float64 `search:"2..1"`
			}]()
		},
		"above 0 with log": func() error {
			return bad[struct {
				A float64 `search:"0..1 log"`
			}]()
		},
		`unknown word "lgo"`: func() error {
			return bad[struct {
				A float64 `search:"1..2 lgo"`
			}]()
		},
		`"x" is no int`: func() error {
			return bad[struct {
				A int `search:"1|x"`
			}]()
		},
		"no range of numbers": func() error {
			return bad[struct {
				A int `search:"a..b"`
			}]()
		},
		"a range for a string": func() error {
			return bad[struct {
				A string `search:"1..2"`
			}]()
		},
		"cannot be searched": func() error {
			return bad[struct {
				A []int `search:"1|2"`
			}]()
		},
		"begin its name with a capital": func() error {
			return bad[struct {
				a int `search:"1|2"`
			}]()
		},
		"a grid of more than 10000": func() error { _, err := Search(setup{}, ok, train.GridSearch(1000, 1)); return err },
	} {
		require.ErrorContains(t, run(), want)
	}
}

func bad[S any]() error {
	var s S
	_, err := Search(s, func(S) float64 { return 0 })
	return err
}

// TestTrialsOfAModel search the learning rate of a head on cached features and leave
// no trace.
func TestTrialsOfAModel(t *testing.T) {
	with := quiet(t)
	m := small(t, with)
	before, err := m.plan.Snapshot(m.store)
	require.NoError(t, err)
	type rates struct {
		LR float64 `search:"1e-6|1e-2"`
	}
	run := func() (rates, *Trials) {
		best, trials, err := SearchOver(rates{}, func(r rates, epochs int) (float64, error) {
			return m.Trial(epochs, with, train.LR(r.LR))
		}, with, train.GridSearch(1, 5))
		require.NoError(t, err)
		return best, trials
	}
	best, first := run()
	require.Equal(t, 1e-2, best.LR)
	require.Greater(t, first.List[0].Score, 0.8)
	compiled := m.trainer.Compilations()
	_, second := run()
	require.Equal(t, first.List[1].Score, second.List[1].Score)
	require.Equal(t, compiled, m.trainer.Compilations())
	after, err := m.plan.Snapshot(m.store)
	require.NoError(t, err)
	require.Equal(t, before, after)
	require.Empty(t, m.Histories())
	require.NoError(t, m.Use(m.Train(), nil))
	_, err = m.Trial(1, with)
	require.ErrorContains(t, err, "no validation set")
}
