package train

import (
	"context"
	"errors"
	"math"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"graft/lib/display"
	"graft/lib/train/loss"
)

// TestSteeringFromACallback asks for everything at once and looks at the next steps.
func TestSteeringFromACallback(t *testing.T) {
	trainer, _, data := frozenNet(t)
	require.NoError(t, trainer.net.Plan.Freeze(""))
	var taken []string
	wheel := trainer.NewSteering(nil, func(name string) error {
		if name == "bad" {
			return errors.New("disk full")
		}
		taken = append(taken, name)
		return nil
	})
	require.Equal(t, "starting", wheel.Status().State)
	require.Contains(t, wheel.Display().Data[display.Text], "not begun")
	var rates []float64
	var status Status
	h, err := trainer.Fit(quiet(t), 3, data, LR(0.1), BatchSize(40), Steered(wheel), OnStep(func(s Step) error {
		rates = append(rates, s.LR)
		if len(rates) == 1 {
			require.NoError(t, errors.Join(wheel.SetLR(0.01), wheel.SetRate("classifier", 0.5), wheel.Snapshot("one"), wheel.Snapshot("bad"), wheel.Unfreeze("bn")))
			status = wheel.Status()
		}
		return nil
	}))
	require.NoError(t, err)
	require.Equal(t, []float64{0.1, 0.01, 0.01, 0.01, 0.01, 0.01}, rates)
	require.Equal(t, []string{"learning rate 0.01", "0.5 of the rate for classifier", "unfrozen bn at the next epoch", "snapshot one", "snapshot bad"}, status.Waiting)
	require.Equal(t, "running: epoch 1 of 3, step 1 of 2", status.String()[:34])
	require.Equal(t, []string{"fft", "ftt", "ftt"}, keys(h))
	require.Equal(t, []string{"one"}, taken)
	require.Equal(t, 0.5, trainer.net.Plan.Groups[2].Rate)
	status = wheel.Status()
	require.Equal(t, []string{"one"}, status.Snapshots)
	require.Contains(t, status.Problem, `no snapshot "bad": disk full`)
	require.Contains(t, wheel.Display().Data[display.Text], "epoch 2: unfrozen bn")
	require.Len(t, trainer.steps, 2, "rates compile nothing")
}

// TestPace: the wheel knows the rates of the run, whoever changed them, and the question
// for another one says them.
func TestPace(t *testing.T) {
	trainer, _, data := frozenNet(t)
	require.NoError(t, trainer.net.Plan.Freeze(""))
	wheel, rate := trainer.NewSteering(nil, nil), 0.1
	base, shares := wheel.Pace()
	require.Zero(t, base)
	require.Nil(t, shares)
	steps := 0
	_, err := trainer.Fit(quiet(t), 2, data, BatchSize(40), Spread(4), LRFrom(func() float64 { return rate }), Steered(wheel), OnStep(func(Step) error {
		base, shares := wheel.Pace()
		require.Equal(t, rate, base, "step %d", steps)
		switch steps++; steps {
		case 1:
			require.Equal(t, []float64{0.25, 0.5, 1}, shares)
			require.NoError(t, wheel.SetRate("classifier", 0.75))
		case 2:
			require.Equal(t, []float64{0.25, 0.5, 0.75}, shares)
			rate = 0.3
		case 3:
			require.Contains(t, wheel.actions()[2].Ask, "now 0.3")
		}
		return nil
	}))
	require.NoError(t, err)
	base, shares = wheel.Pace()
	require.Equal(t, 0.3, base)
	require.Equal(t, []float64{0.25, 0.5, 0.75}, shares)
}

func TestSteeringErrors(t *testing.T) {
	trainer, data := small(t)
	wheel := trainer.NewSteering(nil, nil)
	for want, err := range map[string]error{
		"learning rate 0": wheel.SetLR(0), "learning rate NaN": wheel.SetLR(math.NaN()), "rate -1": wheel.SetRate("all", -1),
		`no group matches "bn"`: wheel.Unfreeze("bn"), "no group matches": wheel.Freeze("layer9"),
		"needs a name": wheel.Snapshot(""), "no place for snapshots": wheel.Snapshot("a"),
	} {
		require.ErrorContains(t, err, want)
	}
	require.Empty(t, wheel.Status().Waiting)
	require.NoError(t, wheel.Freeze("all"))
	h, err := trainer.Fit(quiet(t), 2, data, Steered(wheel))
	require.NoError(t, err, "a plan that trains nothing is refused, not the end of the run")
	require.Empty(t, wheel.Status().Waiting)
	require.Contains(t, wheel.Status().Problem, "every group is frozen")
	require.Len(t, h.Epochs, 2)
	require.NoError(t, wheel.Freeze("all"))
	require.NoError(t, wheel.End())
	require.Equal(t, "f", trainer.net.Plan.Key(), "what waited for an epoch happens in the end")
	require.ErrorIs(t, wheel.Stop(), ErrEnded)
	require.Equal(t, "ended", wheel.Status().State)
}

// TestPauseLookContinueStop steers from another goroutine; run with -race.
func TestPauseLookContinueStop(t *testing.T) {
	trainer, data := small(t)
	wheel := trainer.NewSteering(nil, func(string) error { return nil })
	steps := make(chan int)
	var h *History
	var run sync.WaitGroup
	run.Go(func() {
		defer close(steps)
		count := 0
		var err error
		h, err = trainer.Fit(quiet(t), 100, data, LR(0.01), BatchSize(2), Steered(wheel), OnStep(func(Step) error {
			if count++; count == 1 {
				return wheel.Pause()
			}
			steps <- count
			return nil
		}))
		if err != nil {
			t.Error(err)
		}
	})
	for !trainer.paused.Load() { // until the run has come to its pause
		runtime.Gosched()
	}
	require.Equal(t, "paused", wheel.Status().State)
	out, err := trainer.Outputs(quiet(t), data, loss.CrossEntropy)
	for errors.Is(err, ErrBusy) { // the run is about to let go
		out, err = trainer.Outputs(quiet(t), data, loss.CrossEntropy)
	}
	require.NoError(t, err, "a paused network can be looked at")
	require.Equal(t, 4, out.Rows())
	require.Equal(t, 1, wheel.Status().Step)
	_, err = trainer.Fit(quiet(t), 1, data)
	require.ErrorIs(t, err, ErrPaused)
	require.NoError(t, errors.Join(wheel.SetLR(0.02), wheel.Snapshot("paused"), wheel.Continue()))
	require.Equal(t, 2, <-steps)
	require.Equal(t, []string{"paused"}, wheel.Status().Snapshots)
	var asking sync.WaitGroup
	for range 4 {
		asking.Go(func() {
			_, _ = wheel.Status(), wheel.Display()
			_ = errors.Join(wheel.Pause(), wheel.SetRate("all", 0.5), wheel.Unfreeze(), wheel.Continue())
		})
	}
	asking.Wait()
	require.Equal(t, 3, <-steps)
	require.NoError(t, wheel.Stop())
	for range steps {
	}
	run.Wait()
	require.LessOrEqual(t, len(h.StepLoss), 4)
	require.Contains(t, h.Note, "stopped after")
}

// TestPauseBeforeTheFirstStep is seen as a pause.
func TestPauseBeforeTheFirstStep(t *testing.T) {
	trainer, data := small(t)
	wheel := trainer.NewSteering(nil, nil)
	require.NoError(t, wheel.Pause())
	var run sync.WaitGroup
	run.Go(func() {
		if _, err := trainer.Fit(quiet(t), 1, data, Steered(wheel)); err != nil {
			t.Error(err)
		}
	})
	for wheel.Status().State != "paused" {
		runtime.Gosched()
	}
	require.NoError(t, wheel.Continue())
	run.Wait()
	require.Equal(t, "running", wheel.Status().State)
}

func TestInterruptEndsAPause(t *testing.T) {
	trainer, data := small(t)
	wheel := trainer.NewSteering(nil, nil)
	require.NoError(t, wheel.Pause())
	ctx, cancel := context.WithCancel(quiet(t))
	cancel()
	require.Equal(t, "pausing", wheel.Status().State)
	_, err := trainer.Fit(ctx, 1, data, Steered(wheel))
	require.ErrorIs(t, err, context.Canceled)
	require.False(t, trainer.paused.Load())
	require.NoError(t, wheel.Stop())
	h, err := trainer.Fit(quiet(t), 1, data, Steered(wheel))
	require.NoError(t, err)
	require.Empty(t, h.StepLoss, "stopped before it began")
}
