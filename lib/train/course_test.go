package train

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestResumeAcrossPhases copies the checkpoint after every step of fits whose plan
// changes on the way and goes on from each copy: no resumed fit freezes again what
// was freed, frees it twice, or forgets what a step counter or a rate was. One of the
// fits ends with the weights of an epoch of an earlier phase.
func TestResumeAcrossPhases(t *testing.T) {
	for name, opts := range map[string][]Option{
		"gradual":  {Gradual(1), Spread(10), Adam(), LR(0.02), KeepBest()},
		"back":     {UnfreezeAt(2, "all"), FreezeAt(3, "bn"), UnfreezeAt(4, "bn"), SGD(0.9), LR(0.02)},
		"at first": {FreezeAt(1, "bn"), UnfreezeAt(3, "bn"), Adam(), OneCycle(0.05)},
	} {
		t.Run(name, func(t *testing.T) {
			make := func(t *testing.T, more ...Option) (*Trainer, *Memory, []Option) {
				trainer, data, all := hard(t)
				require.NoError(t, trainer.net.Plan.Freeze(""))
				if name == "at first" {
					require.NoError(t, trainer.net.Plan.Unfreeze("bn"))
				}
				return trainer, data, append(append([]Option{all[0], BatchSize(8), Seed(3)}, opts...), more...)
			}
			dir, copies := t.TempDir(), t.TempDir()
			var taken []string
			take := func() error {
				to := filepath.Join(copies, string(rune('a'+len(taken))))
				taken = append(taken, to)
				return os.CopyFS(to, os.DirFS(only(t, dir)))
			}
			var rates []string
			wheel := func(tr *Trainer) *Steering { return tr.NewSteering(nil, nil) }
			trainer, data, all := make(t, Checkpoint(dir), CheckpointEvery(0), OnEpoch(func(Epoch) error { return take() }))
			s := wheel(trainer)
			h, err := trainer.Fit(quiet(t), 4, data, append(all, Steered(s), OnStep(func(st Step) error {
				if st.Epoch == 1 && st.Batch == 2 {
					if err := s.SetRate("classifier", 0.5); err != nil {
						return err
					}
				}
				return take()
			}))...)
			require.NoError(t, err)
			want := end(t, trainer, h)
			for _, p := range h.Phases {
				rates = append(rates, p.Trainable)
			}
			require.Greater(t, len(rates), 1)
			for i, folder := range taken {
				if i < 3 || i%2 == 0 { // before the first checkpoint, and before the rate was changed; half of the others do
					continue
				}
				trainer, data, all := make(t, Checkpoint(dir))
				c, err := OpenCheckpoint(folder)
				require.NoError(t, err)
				s, err := Resolve("Fit", Settings{}, all, FitOptions...)
				require.NoError(t, err)
				again, err := trainer.Resume(quiet(t), c, data, s)
				require.NoError(t, err, "copy %d", i)
				require.NoError(t, c.Close())
				require.Equal(t, want, end(t, trainer, again), "copy %d", i)
				var phases []string
				for _, p := range again.Phases {
					phases = append(phases, p.Trainable)
				}
				require.Equal(t, rates, phases)
				require.Equal(t, strings.Count(h.Note, "epoch"), strings.Count(again.Note, "epoch"))
			}
		})
	}
}
