package train

import (
	"errors"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"graft/lib/display"
	"graft/lib/plot"
	"graft/lib/train/checkpoint"
)

// screen is a sink that keeps the last bundle and the lines for a log.
type screen struct {
	mu    sync.Mutex
	last  display.Bundle
	lines []string
	ids   []string
}

func (s *screen) Show(b display.Bundle) { s.ids = append(s.ids, b.ID); s.Update(b) }
func (s *screen) Update(b display.Bundle) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = b
	if line, _ := b.Metadata[display.LineKey].(string); line != "" {
		s.lines = append(s.lines, line)
	}
}
func (s *screen) Writer() io.Writer { return io.Discard }

// press does the action of a key.
func (s *screen) press(t *testing.T, key, answer string) (string, error) {
	t.Helper()
	s.mu.Lock()
	a, ok := s.last.Action(key)
	s.mu.Unlock()
	require.True(t, ok, "no key %q", key)
	return a.Do(answer)
}

func labels(b display.Bundle) (list []string) {
	for _, a := range b.Actions {
		if a.Key == "" {
			continue
		}
		list = append(list, a.Key+" "+a.Label)
	}
	return list
}

// TestActions presses all keys after the first step and reads the board.
func TestActions(t *testing.T) {
	trainer, _, data := frozenNet(t)
	require.NoError(t, trainer.net.Plan.Freeze(""))
	wheel := trainer.NewSteering(nil, func(name string) error {
		if name == "epoch 2 step 1" {
			return errors.New("the disk is full")
		}
		return nil
	})
	var seen screen
	said := func(key, answer, want string) {
		t.Helper()
		got, err := seen.press(t, key, answer)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	h, err := trainer.Fit(display.WithSink(quiet(t), &seen), 4, data, LR(0.1), BatchSize(40), Steered(wheel), OnStep(func(s Step) error {
		switch {
		case s.Epoch == 1 && s.Batch == 1:
			require.Equal(t, []string{"p pause", "q stop", "s snapshot", "l learning rate", "u unfreeze"}, labels(seen.last))
			l, _ := seen.last.Action("l")
			require.Contains(t, l.Ask, "now 0.1")
			said("l", "0.01", "learning rate 0.01 from the next step on")
			said("l", "classifier 0.5", "0.5 of the learning rate for classifier from the next step on")
			said("s", "", "a snapshot after the running step")
			said("u", "", "bn learns from the next epoch on")
			said("u", "", "conv learns from the next epoch on")
			_, err := seen.press(t, "u", "")
			require.ErrorContains(t, err, "every stage is trainable already")
			for answer, want := range map[string]string{"": "want a number", "fast": `"fast" is no learning rate (want a number`, "0": "learning rate 0", "klassifier 0.1": `did you mean "classifier"`, "all -1": "rate -1"} {
				_, err := seen.press(t, "l", answer)
				require.ErrorContains(t, err, want)
			}
		case s.Epoch == 2 && s.Batch == 1:
			said("s", "", "a snapshot after the running step")
		case s.Epoch == 3 && s.Batch == 1:
			said("q", "", "stopping after the running step")
		}
		return nil
	}), OnEpoch(func(e Epoch) error {
		if e.N == 1 {
			said("s", "", "a snapshot after the running step")
			require.Contains(t, wheel.Status().Waiting, "snapshot")
		}
		return nil
	}))
	require.NoError(t, err)
	require.Empty(t, seen.last.Actions, "a run that has ended offers nothing")
	require.Len(t, seen.ids, 1)
	require.Equal(t, []plot.Remark{
		{Text: "learning rate 0.1 → 0.01 after step 1 of epoch 1"},
		{Text: "0.5 of the learning rate for classifier after step 1 of epoch 1"},
		{Text: `snapshot "epoch 1 step 1" kept after step 1 of epoch 1`},
		{Text: "unfrozen bn; unfrozen conv before epoch 2: 130 parameters are trainable now"},
		{Text: `snapshot "epoch 1 step 2" kept before epoch 2`},
		{Text: `no snapshot "epoch 2 step 1": the disk is full`, Bad: true},
	}, h.Remarks)
	text := seen.last.Data[display.Text].(string)
	require.Contains(t, text, "■ stopped after 2 of 4 epochs and 1 step")
	for _, r := range h.Remarks {
		require.Contains(t, strings.Join(strings.Fields(text), " "), r.Text)
		require.True(t, slices.ContainsFunc(seen.lines, func(l string) bool { return strings.Contains(l, r.Text) }), "no line for a log")
	}
}

// A pause is on the board while it lasts, and how long it was afterwards.
func TestAPauseIsShown(t *testing.T) {
	trainer, data := small(t)
	wheel := trainer.NewSteering(nil, nil)
	var seen screen
	require.NoError(t, wheel.Pause())
	ended := make(chan bool)
	go func() {
		defer close(ended)
		if _, err := trainer.Fit(display.WithSink(quiet(t), &seen), 1, data, Steered(wheel)); err != nil {
			t.Error(err)
		}
	}()
	paused := func() bool {
		seen.mu.Lock()
		defer seen.mu.Unlock()
		return len(seen.last.Actions) > 0 && strings.Contains(seen.last.Data[display.Text].(string), "paused")
	}
	for !paused() {
		select {
		case <-ended:
			t.Fatal("the run does not pause")
		default:
			runtime.Gosched()
		}
	}
	require.Equal(t, []string{"p resume", "q stop", "l learning rate", "u unfreeze"}, labels(seen.last), "no place for snapshots")
	_, err := seen.press(t, "p", "")
	require.NoError(t, err)
	<-ended
	require.Contains(t, seen.last.Data[display.Text], "paused for 0s before epoch 1")
}

// A callback's panic leaves the board as the record of what happened, and the
// checkpoint for Resume.
func TestAPanicEndsTheRun(t *testing.T) {
	trainer, data := small(t)
	dir := t.TempDir()
	var seen screen
	require.PanicsWithValue(t, "boom", func() {
		_, _ = trainer.Fit(display.WithSink(quiet(t), &seen), 3, data, Checkpoint(dir), CheckpointEvery(0), OnStep(func(s Step) error {
			if s.Epoch == 2 {
				panic("boom")
			}
			return nil
		}))
	})
	require.Empty(t, seen.last.Actions)
	require.Contains(t, seen.last.Data[display.Text], "✗ failed")
	require.Contains(t, seen.last.Data[display.Text], "Resume goes on from its checkpoint")
	require.False(t, checkpoint.Unfinished(dir)[0].InUse, "by a run that has ended")
	_, err := trainer.Fit(quiet(t), 1, data)
	require.NoError(t, err, "the network can be trained again")
}

// A long epoch gets lines in a log before its end.
func TestStepLines(t *testing.T) {
	var seen screen
	b := newBoard(display.WithSink(quiet(t), &seen), &History{planned: 1}, 120)
	for n := 1; n <= 120; n++ {
		b.step(Step{Epoch: 1, Batch: n, Loss: 1, LR: 0.1}, 8, 0)
	}
	require.Equal(t, []string{"epoch 1/1  step 50/120  lr 0.1", "epoch 1/1  step 100/120  lr 0.1"}, seen.lines)
}
