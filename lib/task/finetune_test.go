package task

import (
	"errors"
	"io"
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"graft/lib/display"
	"graft/lib/train"
	"graft/lib/train/schedule"
	"graft/lib/tune"
)

// written is a sink that keeps what is shown and printed.
type written struct {
	mu    sync.Mutex
	text  strings.Builder
	shown []string
}

func (w *written) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(p)
}

func (w *written) Show(b display.Bundle) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.shown = append(w.shown, b.Data[display.Text].(string))
}

func (w *written) Update(display.Bundle) {}

func (w *written) Writer() io.Writer { return w }

// TestFineTune runs the recipe with both controls and looks at its rates, its plan
// and what it says; the controls leave the network alone.
func TestFineTune(t *testing.T) {
	with := quiet(t)
	m := small(t, with)
	m.settings.Scratch = false // so that a control from scratch makes sense
	require.NoError(t, m.BatchNorm("keep"))
	var out written
	ctx := display.WithSink(t.Context(), &out)
	var rates []float64
	var tuned tune.Snapshot
	err := m.FineTune(2, train.With(ctx), train.Unfreeze("last 1"), train.LR(0.004), train.ScratchBudget(0.5), train.OnStep(func(s train.Step) error {
		rates = append(rates, s.LR)
		return nil
	}), train.OnEpoch(func(e train.Epoch) (err error) {
		tuned, err = m.plan.Snapshot(m.store)
		return err
	}))
	require.NoError(t, err)
	require.Len(t, rates, 6)
	head := schedule.Schedule{Shape: schedule.OneCycle, Peak: 0.004, Rise: 0.99}
	body := schedule.Schedule{Shape: schedule.OneCycle, Peak: 0.002, Rise: 0.3, Div: 5}
	for i, rate := range rates {
		want := head.Rate(i, 2)
		if i >= 2 {
			want = body.Rate(i-2, 4)
		}
		require.InDelta(t, want, rate, 1e-12, "step %d", i)
	}
	h := m.Histories()
	require.Len(t, h, 2)
	require.True(t, strings.HasSuffix(h[0].Epochs[0].Trainable, "fft"), h[0].Epochs[0].Trainable)
	require.True(t, strings.HasSuffix(h[1].Epochs[0].Trainable, "ftt"), h[1].Epochs[0].Trainable)
	rows := h[1].Ledger.Rows
	require.InDelta(t, 0.002*math.Pow(0.01, 1/float64(len(rows)-1)), rows[len(rows)-2].LR, 1e-9, "spread from a hundredth")
	require.Equal(t, "yes", rows[len(rows)-2].Moved)
	require.Equal(t, "no", rows[0].Moved)

	g := m.Guard()
	require.Len(t, g.Controls, 2)
	require.Equal(t, 10, g.Examples)
	require.Equal(t, "linear probe", g.Controls[0].Name)
	require.Equal(t, []string{"1 + 2", "2 of 3"}, []string{g.Tuned.Budget, g.Controls[1].Budget})
	require.Len(t, g.Classes, 2)
	require.Equal(t, 5, g.Classes[0].Support)
	now, err := m.plan.Snapshot(m.store)
	require.NoError(t, err)
	require.Equal(t, tuned, now, "controls do not touch the network")
	said := out.text.String()
	require.Contains(t, said, "FineTune: 1 epoch with the head alone, 2 fine-tuning\nthen the controls: a linear probe, at most 100 epochs on cached features,\nand from scratch 2 of 3 epochs")
	require.Contains(t, said, "control from scratch: 2 of 3 epochs, more than")
	require.Contains(t, out.shown[len(out.shown)-1], "guard against negative transfer")

	require.ErrorContains(t, m.FineTune(1, with, train.Cosine(1)), "FineTune has no use for the option Cosine")
	require.ErrorContains(t, m.FineTune(0, with), "FineTune for 0 epochs")
	require.ErrorContains(t, m.FineTune(1, with, train.Unfreeze("layer9")), "did you mean")
	steps := 0
	require.NoError(t, m.FineTune(2, with, train.Unfreeze("last 1"), train.StopWhen(func() bool { steps++; return steps == 2 })))
	require.Len(t, m.Histories(), 3, "what stops the first phase stops all")
	require.Nil(t, m.Guard())
	require.NoError(t, m.Use(m.Train(), nil))
	require.NoError(t, m.FineTune(1, with, train.Unfreeze("last 1"), train.FreezeEpochs(0)))
	require.Contains(t, m.Guard().Verdict, "no validation set")
}

// TestFitAsync steers a Fit from this goroutine while it runs in another; run with
// -race.
func TestFitAsync(t *testing.T) {
	with := quiet(t)
	m := small(t, with)
	reached := make(chan struct{})
	once := sync.OnceFunc(func() { close(reached) })
	f, err := m.FitAsync(500, with, train.OnStep(func(train.Step) error { once(); return nil }))
	require.NoError(t, err)
	require.Equal(t, f.Steering, m.Running())
	require.ErrorIs(t, m.Fit(1, with), train.ErrBusy)
	require.ErrorIs(t, m.FreezeTo(1), train.ErrBusy)
	<-reached
	require.ErrorContains(t, m.Unfreeze("layer9"), "no group matches")
	require.NoError(t, errors.Join(m.SetRate("classifier", 0.5), f.SetLR(0.001), f.Snapshot("early")))
	require.NotEmpty(t, m.Ledger().Display().Data[display.Text])
	require.NotEmpty(t, f.String())
	require.NoError(t, f.Stop())
	require.NoError(t, f.Wait())
	<-f.Done()
	require.Nil(t, m.Running())
	require.Equal(t, []string{"early"}, f.Status().Snapshots)
	require.NoError(t, m.Restore("early"))
	require.Equal(t, "ended", f.Status().State)
	require.Contains(t, f.Display().Data[display.Text], "stopped after")
	require.ErrorIs(t, f.Pause(), train.ErrEnded)
	require.Len(t, m.Histories(), 1)
	require.NoError(t, m.Fit(1, with), "and it can go on")
	_, err = m.FitAsync(1, with, train.ImageSize(64))
	require.ErrorContains(t, err, "FitAsync has no use for the option ImageSize")
}
