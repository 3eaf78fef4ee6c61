package train

import (
	"context"
	"fmt"
	"time"

	"graft/lib/device"
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
	paused  bool
	fresh   int     // remarks that were not drawn yet
	lr      float64 // of the last step
	seen    int     // examples in the steps of this process

	training time.Duration // spent in steps, for the rate
	timed    time.Duration // part of it in this process
	name     string        // of the network
	groups   func() []plot.Group
	actions  func() []display.Action
	waiting  func() []string // what was asked and is still to happen
	keep     func(display.Bundle)
}

const redraw = 100 * time.Millisecond

func newBoard(ctx context.Context, h *History, steps int) *board {
	return &board{
		live: display.NewLive(display.From(ctx)), history: h, start: time.Now(), steps: steps,
		groups:  func() []plot.Group { return nil },
		actions: func() []display.Action { return nil },
		waiting: func() []string { return nil },
		keep:    func(display.Bundle) {},
	}
}

// logEvery is how many steps of a long epoch a log gets a line for, unless ten lines
// an epoch are fewer.
const logEvery = 50

// say shows what is happening besides steps; "" for nothing.
func (b *board) say(status string) {
	if status != b.status {
		b.status = status
		b.draw(nil)
	}
}

// step shows that step s is done, on so many examples.
func (b *board) step(s Step, examples int, took time.Duration) {
	b.done, b.status, b.lr = s.Batch, "", s.LR
	b.training += took
	b.timed += took
	b.seen += examples
	line := s.Batch < b.steps && s.Batch%max(logEvery, (b.steps+9)/10) == 0
	if line || time.Since(b.drawn) >= redraw {
		b.draw(func(f *plot.Fit) { f.StepLine = line })
	}
}

// epoch shows the epoch that has just ended.
func (b *board) epoch() {
	b.done, b.status = 0, ""
	b.draw(func(f *plot.Fit) { f.EpochEnd = true })
}

// remark adds a line on what was done to the run.
func (b *board) remark(r plot.Remark) {
	b.history.Remarks = append(b.history.Remarks, r)
	b.fresh++
	b.draw(nil)
}

// pause shows that the run waits, or goes on.
func (b *board) pause(paused bool) {
	b.paused = paused
	b.draw(nil)
}

func (b *board) end(state plot.State, note string) {
	b.status, b.paused, b.history.state, b.history.Note = "", false, state, note
	b.history.Elapsed = time.Since(b.start)
	b.actions = func() []display.Action { return nil }
	b.draw(nil)
}

// draw shows the board; change is what is special about this picture, or nil.
func (b *board) draw(change func(*plot.Fit)) {
	f := b.history.board()
	f.Name, f.Groups, f.Waiting, f.Fresh = b.name, b.groups(), b.waiting(), b.fresh
	f.Status, f.Elapsed = b.status, time.Since(b.start)
	f.Step, f.Steps, f.LR = b.done, b.steps, b.lr
	f.Memory, f.Device = resident(), device.MemoryInUse()
	if b.paused {
		f.State = plot.Paused
	}
	if b.training > 0 {
		f.Rate = float64(len(b.history.StepLoss)) / b.training.Seconds()
		left := b.history.planned*b.steps - len(b.history.StepLoss)
		f.Remaining = time.Duration(float64(left) / f.Rate * float64(time.Second))
	}
	if b.timed > 0 {
		f.Images = float64(b.seen) / b.timed.Seconds()
	}
	if change != nil {
		change(&f)
	}
	picture := f.Display()
	b.keep(picture)
	picture.Actions = b.actions()
	b.live.Update(picture)
	b.drawn, b.fresh = time.Now(), 0
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
