package plot

import (
	"fmt"
	"image"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"graft/lib/display"
)

// boards are a run in all its states.
func boards() map[string]Fit {
	f := running()
	f.Name, f.Title = "mobilenet_v2", "3 of 10 groups trainable, 888,642 parameters, adam, constant 0.002"
	f.Epochs = append(f.Epochs, Epoch{N: 3, TrainLoss: 0.4611, ValidLoss: 0.61, Metrics: []float64{0.655}, LR: 5e-4, Time: 900 * time.Millisecond, Cache: "100/100"})
	for _, name := range []string{"conv_stem", "blocks.0", "blocks.1", "blocks.2", "blocks.3", "blocks.4", "blocks.5", "blocks.6", "head", "classifier"} {
		f.Groups = append(f.Groups, Group{name, len(f.Groups) > 6})
	}
	f.Images, f.LR, f.Memory, f.Device, f.Elapsed = 381.7, 5e-4, 812e6, 1.23e9, 12*time.Second
	f.Remarks = []Remark{{Text: "learning rate 0.002 → 0.0005 after step 3 of epoch 2"}, {Text: `no snapshot "epoch 2 step 4": the disk is full`, Bad: true}}
	f.Waiting = []string{"unfrozen blocks.5 at the next epoch"}
	paused, stopped, finished, failed := f, f, f, f
	paused.State = Paused
	stopped.State, stopped.Note = Stopped, "stopped after 16 steps; the weights are those of the last one"
	finished.State, finished.Planned, finished.Step, finished.Note = Done, 3, 0, "the weights are those of epoch 2; compiled in 3.1 s"
	failed.State, failed.Note = Failed, "train: the loss is NaN in epoch 4, batch 3 (the parameters of the last finished epoch are back; try a learning rate below 0.0005, or look at the inputs)"
	return map[string]Fit{"running": f, "paused": paused, "stopped": stopped, "finished": finished, "failed": failed}
}

func TestBoards(t *testing.T) {
	for state, f := range boards() {
		t.Run(state, func(t *testing.T) {
			var plain, colour strings.Builder
			for _, size := range [][2]int{{40, 12}, {80, 24}, {120, 40}} {
				s := display.Screen{Columns: size[0], Rows: size[1]}
				fmt.Fprintf(&plain, "-- %d×%d --\n%s\n", size[0], size[1], drawnOn(f, s))
				s.Colour = true
				fmt.Fprintf(&colour, "-- %d×%d --\n%s\n", size[0], size[1], drawnOn(f, s))
			}
			golden(t, "board-"+state+".txt", plain.String())
			golden(t, "board-"+state+".ansi", strings.ReplaceAll(colour.String(), "\x1b", "␛"))
		})
	}
}

func drawnOn(f Fit, s display.Screen) string { return f.Display().Draw(s)[0].Text }

// Whatever the window, the board fits into it, and tells where the run is.
func TestBoardsFitTheirWindows(t *testing.T) {
	for state, f := range boards() {
		draw := f.Display().Draw
		for width := 1; width <= 300; width += 1 + width/8 {
			for rows := 1; rows <= 100; rows += 1 + rows/4 {
				lines := strings.Split(draw(display.Screen{Columns: width, Rows: rows, Colour: rows%2 == 0})[0].Text, "\n")
				if len(lines) > rows && (rows > 2 || width > 40) {
					t.Fatalf("%s in %d×%d has %d lines\n%s", state, width, rows, len(lines), strings.Join(lines, "\n"))
				}
				for _, l := range lines {
					if cellsOf(l) > width && width >= 20 {
						t.Fatalf("%s in %d×%d: %d cells in %q", state, width, rows, cellsOf(l), l)
					}
				}
			}
		}
	}
}

// A board of one line tells what matters most.
func TestSmallestBoard(t *testing.T) {
	f := boards()["running"]
	require.Equal(t, "mobilenet… ━━━━━━━━───── epoch 4/5", unpainted.ReplaceAllString(drawnOn(f, display.Screen{Columns: 40, Rows: 1, Colour: true}), ""))
	require.Equal(t, "• running", drawnOn(Fit{}, display.Screen{Columns: 40, Rows: 1}))
}

func TestSpark(t *testing.T) {
	for _, c := range []struct {
		values []float64
		n      int
		want   string
	}{
		{[]float64{0, 1, 2, 3, 4, 5, 6, 7}, 8, "▁▂▃▄▅▆▇█"},
		{[]float64{4, 4, 1, 1, 0, 0}, 3, "█▃▁"},
		{[]float64{1, math.NaN(), 0}, 5, "█ ▁"},
		{[]float64{2, 2}, 5, "▄▄"},
		{[]float64{1, math.Inf(1)}, 5, ""},
		{nil, 5, ""},
	} {
		require.Equal(t, c.want, monoInk.spark(c.values, c.n), "%v", c.values)
	}
}

// What a log gets of a long epoch, of what was done to the run, and of its end.
func TestLines(t *testing.T) {
	f := boards()["running"]
	f.EpochEnd, f.Fresh = false, 1
	line := func() string { return f.Display().Metadata[display.LineKey].(string) }
	require.Equal(t, `no snapshot "epoch 2 step 4": the disk is full`, line())
	f.Fresh, f.StepLine = 0, true
	require.Equal(t, "epoch 4/5  step 2/7  loss 0.4200  lr 0.0005  382 images/s  1:04 left", line())
	f.StepLine = false
	require.Empty(t, line())
	f.State = Stopped
	require.Equal(t, f.Title+": stopped after 3 of 5 epochs and 2 steps in 12.0s · best epoch 2", line())
}

// A loss that has exploded is still a column of figures.
func TestHugeLosses(t *testing.T) {
	require.Equal(t, "2.5185e+09", figure(2518537748.48, 4))
	require.Equal(t, "-1.000e+06", figure(-1e6, 3))
	require.Equal(t, "999999.5000", figure(999999.5, 4))
	require.Equal(t, "2.5185e+09", last([]float64{1, 2518537748.48, math.NaN()}, 4))
}

// The chart in pixels of a board that is over stands below the whole table.
func TestChartInPixelsIsBelowTheTable(t *testing.T) {
	for _, width := range []int{40, 120} { // the title takes two lines of the first
		parts := boards()["finished"].Display().Draw(display.Screen{Columns: width, Rows: 40, Cell: image.Pt(10, 20)})
		require.Len(t, parts, 3)
		require.NotNil(t, parts[1].Image)
		require.Contains(t, parts[0].Text, "0.4611", "the last row")
		require.True(t, strings.HasPrefix(parts[2].Text, "groups "), parts[2].Text)
	}
}

// Values that differ by less than figures can tell have an axis, too.
func TestNearlyEqualValues(t *testing.T) {
	for _, v := range []float64{0.3, -0.3, 1e17} {
		c := Curves{Series: []Series{{Y: []float64{v, math.Nextafter(v, math.Inf(1))}}}}
		require.NotEmpty(t, c.frame(8, 5).y.ticks)
	}
}
