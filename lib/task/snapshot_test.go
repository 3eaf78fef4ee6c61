package task

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"graft/lib/display"
	"graft/lib/train"
)

// weightsOf is the digest of every parameter.
func weightsOf(t *testing.T, m *ImageClassifier) string {
	t.Helper()
	s, err := m.plan.Snapshot(m.store)
	require.NoError(t, err)
	return fmt.Sprintf("%x", sha256.Sum256([]byte(fmt.Sprint(s))))
}

// TestSnapshotsAndBranches: two branches from one snapshot, compared.
func TestSnapshotsAndBranches(t *testing.T) {
	with := quiet(t)
	m := small(t, with)
	require.NoError(t, m.Fit(2, with, train.LR(0.01)))
	require.NoError(t, m.Snapshot("head"))
	head, plan := weightsOf(t, m), m.plan.Key()
	require.NoError(t, m.Fit(1, with, train.LR(0.01)))
	require.NoError(t, m.Snapshot("slow"))
	require.NotEqual(t, head, weightsOf(t, m))

	require.NoError(t, m.SetRate("classifier", 0.5))
	require.NoError(t, m.Unfreeze("last 1"))
	require.NoError(t, m.Restore("head"))
	require.Equal(t, head, weightsOf(t, m), "to the last bit")
	require.Equal(t, plan, m.plan.Key())
	require.Equal(t, 1.0, m.plan.Groups[m.plan.Stages()].Rate)
	require.NoError(t, m.Fit(2, with, train.LR(0.03), train.KeepBest()))
	require.NoError(t, m.Snapshot("fast"))

	table := m.Snapshots()
	require.Equal(t, []string{"snapshot", "parent", "epochs", "train_loss", "valid_loss", "accuracy", "trainable"}, table.Columns)
	var lines [][]string
	for _, row := range table.Rows {
		lines = append(lines, row[:3])
	}
	require.Equal(t, [][]string{{"head", "", "2"}, {"slow", "head", "3"}, {"fast", "head", "4"}, {"now", "fast", "4"}}, lines)
	h := m.Histories()
	require.Equal(t, fmt.Sprintf("%.4f", h[0].Epochs[1].ValidLoss), table.Rows[0][4])
	require.Equal(t, fmt.Sprintf("%.4f", h[2].Epochs[h[2].Best-1].ValidLoss), table.Rows[2][4], "of the epoch that was kept")
	require.Equal(t, "classifier", table.Rows[0][6])
	require.Contains(t, table.Note, "45 MB of 1074 MB", "a frozen backbone is there once")

	diff, err := m.Diff("head", "fast")
	require.NoError(t, err)
	text := diff.Display().Data[display.Text].(string)
	require.Regexp(t, `layer4 +frozen +frozen +none`, text)
	require.Regexp(t, `classifier +trainable +trainable +0\.\d+`, text)
	require.Regexp(t, `epochs +2 +4 +\+2`, text)
	require.Regexp(t, `accuracy +\d\.\d{4} +\d\.\d{4} +[+-]\d`, text)
	same, err := m.Diff("fast", Now)
	require.NoError(t, err)
	for _, row := range same.Rows[:len(m.plan.Groups)] {
		require.Equal(t, "none", row[3])
	}
	_, err = m.Diff("head", "fasst")
	require.ErrorContains(t, err, `no snapshot "fasst" (did you mean "fast"?) (there are head, slow, fast)`)
	require.NoError(t, m.Forget("slow"))
	require.ErrorContains(t, m.Restore("slow"), "there are head, fast")
	require.ErrorContains(t, m.Snapshot(Now), "the model as it is")
}

// TestLedgerSaysTheRatesOfTheLastFit, spread over the groups, also after a Restore.
func TestLedgerSaysTheRatesOfTheLastFit(t *testing.T) {
	with := quiet(t)
	m := small(t, with)
	require.NoError(t, m.Unfreeze("last 1"))
	rates := func() (list []string) {
		for _, row := range m.Ledger().Rows {
			list = append(list, row[4])
		}
		return list
	}
	require.NoError(t, m.Fit(1, with, train.LR(1e-6, 1e-3), train.NoCheckpoint()))
	n := len(m.plan.Groups)
	layer4 := fmt.Sprintf("%.3g", 1e-3*math.Pow(1e-3, 1/float64(n-1)))
	want := append(make([]string, n-2), layer4, "0.001")
	require.Equal(t, want, rates())
	require.NoError(t, m.Snapshot("spread"))
	require.NoError(t, m.Fit(1, with, train.LR(1e-3), train.NoCheckpoint()))
	require.Equal(t, append(make([]string, n-2), "0.001", "0.001"), rates(), "the plan's shares")
	require.NoError(t, m.Restore("spread"))
	require.Equal(t, want, rates())
	require.NoError(t, m.SetRate("layer4", 0.5))
	require.Equal(t, append(make([]string, n-2), "0.0005", "0.001"), rates(), "what the user says counts")
	_, err := m.Undo()
	require.NoError(t, err)
	require.Equal(t, want, rates())
}

// TestLedgerSaysTheRatesThatWereSteered: what a person changes while a Fit runs, by the
// wheel, by SetRate or by a slider, is what the ledger says, then and afterwards.
func TestLedgerSaysTheRatesThatWereSteered(t *testing.T) {
	with := quiet(t)
	m := small(t, with)
	require.NoError(t, m.Unfreeze("last 1"))
	rates := func() []string {
		rows := m.Ledger().Rows
		return []string{rows[len(rows)-2][4], rows[len(rows)-1][4]}
	}
	var during []string
	fit := func(first func(), opts ...train.Option) {
		t.Helper()
		n := 0
		require.NoError(t, m.Fit(2, append(opts, with, train.NoCheckpoint(), train.BatchSize(4), train.OnStep(func(train.Step) error {
			if n++; n == 1 {
				first()
			}
			during = rates()
			return nil
		}))...))
		require.Equal(t, during, rates(), "as at the last step")
	}
	fit(func() {
		require.NoError(t, m.Running().SetLR(5e-4))
		require.NoError(t, m.SetRate("layer4", 0.5))
	}, train.LR(1e-3))
	require.Equal(t, []string{"0.00025", "0.0005"}, rates())
	require.NoError(t, m.Snapshot("steered"))
	fit(func() {
		require.NoError(t, m.Running().SetLR(4e-4))
		require.NoError(t, m.Running().Snapshot("on the way"))
	}, train.LR(1e-3))
	fit(func() { require.NoError(t, m.SetRate("layer4", 0.25)) }, train.LR(1e-6, 1e-3))
	require.Equal(t, []string{"0.00025", "0.001"}, rates(), "of rates that are spread, too")
	rate := 1e-3
	fit(func() { rate = 2e-3 }, train.LR(1e-3), train.LRFrom(func() float64 { return rate }))
	require.Equal(t, []string{"0.001", "0.002"}, rates(), "by a slider")
	_, err := m.Undo()
	require.NoError(t, err)
	require.Equal(t, []string{"0.00025", "0.001"}, rates())
	require.NoError(t, m.Restore("steered"))
	require.Equal(t, []string{"0.00025", "0.0005"}, rates())
	require.NoError(t, m.Restore("on the way"))
	require.Equal(t, []string{"0.0002", "0.0004"}, rates())
}

// TestDiffMeasures a change of known size.
func TestDiffMeasures(t *testing.T) {
	with := quiet(t)
	m := small(t, with)
	require.NoError(t, m.Snapshot("a"))
	size, far := 0.0, 0.0
	for _, p := range m.plan.Groups[m.plan.Stages()].Params {
		v := m.store.GetVariable(p.Path)
		err := v.MustValue().MutableFlatData(func(flat any) {
			for i, x := range flat.([]float32) {
				y := x + 0.25
				size += float64(x) * float64(x)
				far += (float64(y) - float64(x)) * (float64(y) - float64(x))
				flat.([]float32)[i] = y
			}
		})
		require.NoError(t, err)
	}
	b, err := m.seek(Now)
	require.NoError(t, err)
	a, err := m.album.find("a")
	require.NoError(t, err)
	change, moved, err := a.copy.Change(m.plan.Groups[m.plan.Stages()], b.copy)
	require.NoError(t, err)
	require.True(t, moved)
	require.InDelta(t, far/size, change*change, 1e-9*far/size)
}

// TestUndo takes back a fit, a change of the plan, and a restored snapshot.
func TestUndo(t *testing.T) {
	with := quiet(t)
	m := small(t, with) // which froze all but the head
	start, frozen := weightsOf(t, m), m.plan.Key()
	require.NoError(t, m.Fit(1, with))
	first := weightsOf(t, m)
	require.NoError(t, m.Unfreeze("last 1"))
	require.ErrorContains(t, m.Unfreeze("layer9"), "did you mean")
	require.NoError(t, m.Freeze("layer4"))
	require.NoError(t, m.Fit(1, with))
	require.Error(t, m.Fit(0, with), "which changes nothing, so Undo has nothing to do with it")

	undone := func(want string) {
		t.Helper()
		what, err := m.Undo()
		require.NoError(t, err)
		require.Equal(t, want, what)
	}
	undone("Fit")
	require.Equal(t, first, weightsOf(t, m))
	undone("Freeze layer4")
	require.NotEqual(t, frozen, m.plan.Key())
	undone("Unfreeze last 1")
	require.Equal(t, frozen, m.plan.Key())
	undone("Fit")
	require.Equal(t, start, weightsOf(t, m))
	require.NoError(t, m.Snapshot("start"))
	require.NoError(t, m.Fit(1, with))
	require.Equal(t, first, weightsOf(t, m), "as the first time: no trace is left of what was undone")
	require.NoError(t, m.Restore("start"))
	undone("Restore start")
	require.Equal(t, first, weightsOf(t, m))
	undone("Fit")
	undone("Freeze")
	_, err := m.Undo()
	require.ErrorContains(t, err, "nothing to undo")
}

// TestSnapshotDuringAFit is refused while the network is at work, and what Fit
// interrupts can be undone.
func TestSnapshotDuringAFit(t *testing.T) {
	with := quiet(t)
	m := small(t, with)
	start := weightsOf(t, m)
	ctx, cancel := context.WithCancel(display.WithSink(t.Context(), display.Lines(io.Discard)))
	err := m.Fit(2, train.With(ctx), train.OnStep(func(train.Step) error {
		require.ErrorIs(t, m.Snapshot("x"), train.ErrBusy)
		require.Len(t, m.Snapshots().Rows, 1)
		cancel()
		return nil
	}))
	require.ErrorIs(t, err, context.Canceled)
	require.NotEqual(t, start, weightsOf(t, m))
	_, err = m.Undo()
	require.NoError(t, err)
	require.Equal(t, start, weightsOf(t, m))
}

// TestSnapshotsAreBounded: marks go first, then a new snapshot is an error.
func TestSnapshotsAreBounded(t *testing.T) {
	with := quiet(t)
	m := small(t, with)
	half := make([]snapshot, 2)
	c, err := m.trainer.Copy()
	require.NoError(t, err)
	for i := range half {
		half[i] = snapshot{spot{name: fmt.Sprint(i)}, c}
	}
	require.Equal(t, train.Bytes(c), train.Bytes(c, c), "what is shared counts once")
	a := album{marks: half}
	used, ok := a.fit()
	require.True(t, ok)
	require.Equal(t, train.Bytes(c), used)
	require.Len(t, a.marks, 2)
	for range maxMarks + 5 {
		m.mu.Lock()
		require.NoError(t, m.mark("x", false))
		m.mu.Unlock()
	}
	require.Len(t, m.album.marks, maxMarks)
}
