package task

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"graft/lib/data"
	"graft/lib/train"
)

// After a panic of a callback the model is free, whatever the call; in the background
// it is the error of Wait.
func TestPanicsSetTheModelFree(t *testing.T) {
	with := quiet(t)
	m := small(t, with)
	boom := train.OnStep(func(train.Step) error { panic("boom") })
	require.PanicsWithValue(t, "boom", func() { _ = m.Fit(1, with, boom) })
	require.Nil(t, m.Running())
	f, err := m.FitAsync(1, with, boom)
	require.NoError(t, err)
	require.EqualError(t, f.Wait(), "task: FitAsync: boom")
	require.Nil(t, m.Running())
	require.NoError(t, m.Fit(1, with))
}

// A parked run leaves its checkpoint, however short it was, and Resume ends it.
func TestParkedRunsGoOn(t *testing.T) {
	with := quiet(t)
	learn, valid, _, err := folder(t, t.TempDir(), 40).Split(22, 8, data.Rest)
	require.NoError(t, err)
	m, err := NewImageClassifier("resnet18", learn, with, train.FromScratch(), train.ImageSize(32), train.Valid(valid))
	require.NoError(t, err)
	require.NoError(t, m.Freeze())
	f, err := m.FitAsync(3, with, train.BatchSize(4), train.LR(1e-6, 1e-3), train.OnStep(func(s train.Step) error {
		if s.Epoch == 1 && s.Batch == 1 {
			return errors.Join(m.Running().SetLR(2e-3), m.SetRate("classifier", 0.25))
		}
		if s.Epoch == 2 && s.Batch == 2 {
			return m.Running().Park()
		}
		return nil
	}))
	require.NoError(t, err)
	require.ErrorIs(t, f.Wait(), train.ErrParked)
	require.Contains(t, m.last().Note, "interrupted after 8 steps; the weights are those of the last finished step; ")
	require.Contains(t, m.last().Note, "Resume goes on from its checkpoint in ")
	again, err := Resume(with)
	require.NoError(t, err)
	require.Len(t, again.Histories()[0].Epochs, 3)
	rows := again.Ledger().Rows
	require.Equal(t, "0.0005", rows[len(rows)-1][4], "the rates that were steered before")
}
