package command

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"graft/lib/display"
)

func timed(ctx context.Context, h Host, source string) error {
	start := time.Now()
	err := h.Run(ctx, source)
	h.Show(display.Plain("took " + spell(time.Since(start))))
	return err
}

// spell writes a duration with three digits, and a long one as people do.
func spell(d time.Duration) string {
	switch {
	case d < time.Minute:
		return short(d.Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%d min %d s", d/time.Minute, d%time.Minute/time.Second)
	}
	return fmt.Sprintf("%d h %d min", d/time.Hour, d%time.Hour/time.Minute)
}

// timeit repeats code as IPython's does: runs, each of so many loops that it takes a
// while, of which mean and deviation are told.
const (
	timeitRuns  = 7
	timeitWhile = 20 * time.Millisecond
)

func timeit(ctx context.Context, h Host, source string) error {
	if strings.TrimSpace(source) == "" {
		return errors.New("command: :timeit without code (:timeit f(3))")
	}
	run, err := h.Repeat(ctx, source)
	if err != nil {
		return err
	}
	loops, took := 0, time.Duration(0)
	for i := 0; took < timeitWhile && loops < 1e9; i++ {
		loops = []int{1, 2, 5}[i%3] * int(math.Pow10(i/3))
		if took, err = run(loops); err != nil {
			return err
		}
	}
	runs := timeitRuns
	if took > time.Second {
		runs = 3
	}
	single := make([]float64, runs) // seconds of one loop
	for i := range single {
		if took, err = run(loops); err != nil {
			return err
		}
		single[i] = took.Seconds() / float64(loops)
	}
	mean, deviation := spread(single)
	h.Show(display.Plain(fmt.Sprintf("%s ± %s per loop (mean ± deviation of %d runs of %s)", short(mean), short(deviation), runs, plural(loops, "loop"))))
	return nil
}

func spread(values []float64) (mean, deviation float64) {
	for _, v := range values {
		mean += v / float64(len(values))
	}
	for _, v := range values {
		deviation += (v - mean) * (v - mean) / float64(len(values))
	}
	return mean, math.Sqrt(deviation)
}

// short writes seconds with three digits; a loop may take less than a nanosecond.
func short(seconds float64) string {
	for _, unit := range []struct {
		name string
		size float64
	}{{"s", 1}, {"ms", 1e-3}, {"µs", 1e-6}} {
		if seconds >= 0.9995*unit.size { // what would be written as 1000 of the next one
			return fmt.Sprintf("%.3g %s", seconds/unit.size, unit.name)
		}
	}
	return fmt.Sprintf("%.3g ns", seconds/1e-9)
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
