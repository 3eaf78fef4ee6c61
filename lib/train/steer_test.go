package train

import (
	"io"
	"testing"

	"github.com/stretchr/testify/require"
	"graft/lib/display"
	"graft/lib/display/control"
)

// TestStopWhen stops between two steps of an epoch, keeps what was learned, and
// forgets presses from before.
func TestStopWhen(t *testing.T) {
	trainer, data := small(t)
	start := value(t, trainer.net.Store, "/net/linear/weight")
	stop := control.NewButton("Stop")
	stop.Press()
	h, err := trainer.Fit(quiet(t), 5, data, BatchSize(2), StopWhen(stop.Pressed), OnStep(func(s Step) error {
		if s.Epoch == 2 && s.Batch == 1 {
			stop.Press()
		}
		return nil
	}))
	require.NoError(t, err)
	require.Len(t, h.Epochs, 1)
	require.Len(t, h.StepLoss, 3)
	require.Contains(t, h.Note, "stopped after 3 steps")
	require.NotEqual(t, start, value(t, trainer.net.Store, "/net/linear/weight"))
	h, err = trainer.Fit(quiet(t), 2, data, StopWhen(stop.Pressed), StopWhen(func() bool { return false }))
	require.NoError(t, err)
	require.Len(t, h.Epochs, 2, "the press was for the run before")
}

// TestLRFrom follows a slider that moves while the run goes on; nothing is compiled
// again.
func TestLRFrom(t *testing.T) {
	trainer, data := small(t)
	rate, err := control.NewLogSlider("rate", 1e-4, 1, 0.1)
	require.NoError(t, err)
	var rates []float64
	h, err := trainer.Fit(quiet(t), 3, data, LRFrom(rate.Value), OnStep(func(s Step) error {
		rates = append(rates, s.LR)
		return rate.Set(rate.Value() / 10)
	}))
	require.NoError(t, err)
	require.InDeltaSlice(t, []float64{0.1, 0.01, 0.001}, rates, 1e-12)
	require.Contains(t, h.title, "constant 0.1")
	require.Len(t, trainer.steps, 1)

	rates = nil
	_, err = trainer.Fit(quiet(t), 2, data, Cosine(1), LRFrom(func() float64 { return 0.2 }), OnStep(func(s Step) error {
		rates = append(rates, s.LR)
		return nil
	}))
	require.NoError(t, err)
	require.InDeltaSlice(t, []float64{0.2, 0.1}, rates, 1e-12, "the schedule keeps its shape")
	_, err = trainer.Fit(quiet(t), 1, data, LRFrom(func() float64 { return -1 }))
	require.ErrorContains(t, err, "LRFrom gave the learning rate -1")
}

// TestSteer shows what steers the run, made by itself or given.
func TestSteer(t *testing.T) {
	trainer, data := small(t)
	var shown shows
	ctx := display.WithSink(quiet(t), &shown)
	h, err := trainer.Fit(ctx, 3, data, LR(0.1), Steer(), OnStep(func(s Step) error {
		if s.Epoch == 2 {
			return shown[0].Turn(nil)
		}
		return shown[1].Turn(0.01)
	}))
	require.NoError(t, err)
	require.Len(t, shown, 2)
	require.Len(t, h.StepLoss, 2)
	require.InDelta(t, 0.1, h.Epochs[0].LR, 1e-12)
	require.Contains(t, h.Note, "stopped after 2 steps")

	toggle := control.NewToggle("Stop", true)
	h, err = trainer.Fit(ctx, 3, data, Steer(toggle, shown[1]))
	require.NoError(t, err)
	require.Len(t, shown, 4)
	require.Len(t, h.StepLoss, 1)
	require.Contains(t, h.title, "constant 0.01")

	dropdown, err := control.NewDropdown("d", "a")
	require.NoError(t, err)
	_, err = trainer.Fit(ctx, 1, data, Steer(dropdown))
	require.ErrorContains(t, err, "no use for *control.Dropdown")
}

// shows are the controls that a sink was given.
type shows []control.Control

func (s *shows) Show(b display.Bundle) {
	if v, ok := b.Data[display.Widget].(control.View); ok {
		*s = append(*s, v.Control)
	}
}
func (s *shows) Update(display.Bundle) {}
func (s *shows) Writer() io.Writer     { return io.Discard }
