//go:build full || soak

package task

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"graft/lib/data"
	"graft/lib/display"
	"graft/lib/train"
	"graft/lib/train/checkpoint"
)

// job is a fit that is killed at random moments.
type job struct {
	name  string
	every time.Duration // between checkpoints
	begin func(ctx context.Context, home string, opts ...train.Option) (*ImageClassifier, error)
}

// jobs are the fits, by name, which is how the process that is killed finds its own.
var jobs = map[string]job{
	"small":  {"small", 50 * time.Millisecond, beginSmall},
	"lesson": {"lesson", time.Second, beginLesson},
}

// beginSmall trains the last stage of a small network on pictures in a folder.
func beginSmall(ctx context.Context, home string, opts ...train.Option) (*ImageClassifier, error) {
	all, err := data.ImageFolder(filepath.Join(home, "pictures"))
	if err != nil {
		return nil, err
	}
	learn, valid, _, err := all.Split(24, 16, data.Rest)
	if err != nil {
		return nil, err
	}
	m, err := NewImageClassifier("resnet18", learn, train.With(ctx), train.FromScratch(), train.ImageSize(32), train.Valid(valid))
	if err != nil {
		return nil, err
	}
	if err := m.Freeze(""); err != nil {
		return nil, err
	}
	if err := m.Unfreeze("last 1"); err != nil {
		return nil, err
	}
	return m, m.Fit(12, append(opts, train.With(ctx), train.BatchSize(8), train.OneCycle(2e-3), train.EarlyStop(12))...)
}

// beginLesson is the second fit of lesson 1: the last two stages of a pretrained
// network on photographs of solar cells.
func beginLesson(ctx context.Context, _ string, opts ...train.Option) (*ImageClassifier, error) {
	all, err := data.Load(ctx, "elpv")
	if err != nil {
		return nil, err
	}
	learn, valid, _, err := all.Split(100, 200, 555)
	if err != nil {
		return nil, err
	}
	m, err := NewImageClassifier("mobilenet_v2.tv_in1k", learn, train.With(ctx), train.ImageSize(160), train.Valid(valid))
	if err != nil {
		return nil, err
	}
	if err := m.Freeze(""); err != nil {
		return nil, err
	}
	if err := m.Unfreeze("last 2"); err != nil {
		return nil, err
	}
	return m, m.Fit(12, append(opts, train.With(ctx), train.OneCycle(1e-3))...)
}

const (
	killHome = "GRAFT_TASK_TEST_KILL_HOME"
	killJob  = "GRAFT_TASK_TEST_KILL_JOB"
)

// TestKillChild is the process that is killed. It begins the fit, or goes on with it
// if there is a checkpoint, and at the end writes what was learned.
func TestKillChild(t *testing.T) {
	home, j := os.Getenv(killHome), jobs[os.Getenv(killJob)]
	if home == "" {
		t.Skip("only as a child of the kill tests")
	}
	ctx := display.WithSink(t.Context(), display.Lines(os.Stdout))
	where := filepath.Join(home, "checkpoints")
	opts := []train.Option{train.Checkpoint(where), train.CheckpointEvery(j.every)}
	var m *ImageClassifier
	var err error
	if len(checkpoint.Unfinished(where)) == 0 {
		m, err = j.begin(ctx, home, opts...)
	} else {
		var any Model
		any, err = Resume(append(opts, train.With(ctx))...)
		m, _ = any.(*ImageClassifier)
	}
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(home, "end"), []byte(trained(t, m)), 0o600))
}

func (j job) child(t *testing.T, home string) (*exec.Cmd, *strings.Builder) {
	t.Helper()
	var said strings.Builder
	c := exec.Command(os.Args[0], "-test.run=^TestKillChild$")
	c.Env = append(os.Environ(), killHome+"="+home, killJob+"="+j.name)
	c.Stdout, c.Stderr = &said, &said
	require.NoError(t, c.Start())
	return c, &said
}

// home is a folder with the pictures of [beginSmall].
func (j job) home(t *testing.T) string {
	t.Helper()
	home := t.TempDir()
	folder(t, filepath.Join(home, "pictures"), 40)
	return home
}

// writing reports whether a file of a checkpoint is being written in home.
func writing(home string) bool {
	found, _ := filepath.Glob(filepath.Join(home, "checkpoints", "*", ".new-*"))
	return len(found) > 0
}

// kill runs the fit of j in one process after the other, each killed at a random
// moment, every other one while it writes a checkpoint, until there were so many
// kills and some process went on with a fit; every fit that comes to its end must end as the one that nobody killed.
func (j job) kill(t *testing.T, kills, whileWriting int) {
	home := j.home(t)
	start := time.Now()
	c, said := j.child(t, home)
	require.NoError(t, c.Wait(), said)
	longest := time.Since(start)
	want, err := os.ReadFile(filepath.Join(home, "end"))
	require.NoError(t, err)
	require.NotContains(t, said.String(), "goes on from")

	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d; the whole fit took %s", seed, longest)
	killed, torn, ended, resumed := 0, 0, 0, 0
	home = j.home(t)
	count := func(said string) {
		if strings.Contains(said, "the fit goes on from") {
			resumed++
		}
	}
	finish := func(said string) {
		count(said)
		end, err := os.ReadFile(filepath.Join(home, "end"))
		require.NoError(t, err, said)
		require.Equal(t, string(want), string(end), "after %d kills", killed)
		ended, home = ended+1, j.home(t)
	}
	for killed < kills || torn < whileWriting || resumed == 0 {
		c, said := j.child(t, home)
		done := make(chan error, 1)
		go func() { done <- c.Wait() }()
		select {
		case err := <-done:
			require.NoError(t, err, said)
			finish(said.String())
			continue
		case <-time.After(time.Duration(random.Float64() * float64(longest))):
		}
		if killed%2 == 1 {
			for deadline := time.Now().Add(longest); !writing(home) && len(done) == 0 && time.Now().Before(deadline); {
				time.Sleep(100 * time.Microsecond) // the moment is what is sought, not waited out
			}
		}
		if err := c.Process.Kill(); !errors.Is(err, os.ErrProcessDone) {
			require.NoError(t, err)
		}
		if err := <-done; err == nil { // it was done a moment before
			finish(said.String())
			continue
		}
		killed++
		if writing(home) {
			torn++
		}
		t.Logf("kill %d, %d of them while a checkpoint was written", killed, torn)
		count(said.String())
	}
	c, said = j.child(t, home)
	require.NoError(t, c.Wait(), said)
	finish(said.String())
	fmt.Printf("%s: %d kills, %d while a checkpoint was written, %d processes went on with a fit; all %d fits ended with the same weights\n", j.name, killed, torn, resumed, ended)
}
