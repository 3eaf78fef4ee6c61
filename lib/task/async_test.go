package task

import (
	"testing"

	"github.com/stretchr/testify/require"
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
