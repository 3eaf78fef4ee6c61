package train

import (
	"context"
	"fmt"
	"time"

	"graft/lib/display"
	"graft/lib/plot"
)

// board shows a run while it goes on. Between epochs it draws at most ten times a
// second, which is as fast as a person can read.
type board struct {
	live    *display.Live
	history *History
	start   time.Time
	drawn   time.Time
	steps   int // of one epoch
	done    int // of the running epoch
	status  string

	training time.Duration // spent in steps, for the rate
	keep     func(display.Bundle)
}

const redraw = 100 * time.Millisecond

func newBoard(ctx context.Context, h *History, steps int) *board {
	return &board{
		live: display.NewLive(display.From(ctx)), history: h, start: time.Now(), steps: steps,
		keep: func(display.Bundle) {},
	}
}

// say shows what is happening besides steps; "" for nothing.
func (b *board) say(status string) {
	if status != b.status {
		b.status = status
		b.draw(false)
	}
}

// step shows that n steps of the running epoch are done.
func (b *board) step(n int, took time.Duration) {
	b.done, b.status = n, ""
	b.training += took
	if time.Since(b.drawn) >= redraw {
		b.draw(false)
	}
}

// epoch shows the epoch that has just ended.
func (b *board) epoch() {
	b.done, b.status = 0, ""
	b.draw(true)
}

func (b *board) end(state plot.State, note string) {
	b.status, b.history.state, b.history.Note = "", state, note
	b.history.Elapsed = time.Since(b.start)
	b.draw(false)
}

func (b *board) draw(epochEnd bool) {
	f := b.history.board()
	f.EpochEnd, f.Status, f.Elapsed = epochEnd, b.status, time.Since(b.start)
	f.Step, f.Steps = b.done, b.steps
	if b.training > 0 {
		f.Rate = float64(len(b.history.StepLoss)) / b.training.Seconds()
		left := b.history.planned*b.steps - len(b.history.StepLoss)
		f.Remaining = time.Duration(float64(left) / f.Rate * float64(time.Second))
	}
	picture := f.Display()
	b.keep(picture)
	b.live.Update(picture)
	b.drawn = time.Now()
}

// computing shows the progress of the feature cache.
func (b *board) computing(done, total int, status string) {
	if done > 0 && status != "" && done < total {
		status = fmt.Sprintf("%s, %d of %d images", status, done, total)
	}
	if b.status == "" || done >= total || time.Since(b.drawn) >= redraw {
		b.say(status)
	}
}
