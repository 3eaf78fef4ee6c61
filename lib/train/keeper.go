package train

import (
	"context"
	"fmt"
	"time"

	"graft/lib/display"
	"graft/lib/train/checkpoint"
)

// keepUnfinished is how many fits that never came to their end keep their
// checkpoints in [checkpoint.Dir]; the oldest go first.
const keepUnfinished = 4

// keeper writes the checkpoints of one run. Its methods are called by the run's
// goroutine; the writer is another one, at most one at a time.
type keeper struct {
	Keeping
	ctx    context.Context
	name   string             // of the network
	writer *checkpoint.Writer // nil before the first checkpoint
	last   time.Time          // when the last one was begun
	done   chan struct{}      // closed when the writer has nothing to do

	moved []bool // groups that were trainable at any time of the run
	// What follows belongs to the writing goroutine while it runs.
	written *point // the last one; nil before the first
	failure error  // of the last write
	warned  bool
}

func newKeeper(ctx context.Context, name string, how Keeping) *keeper {
	if how.Every == 0 {
		how.Every = DefaultEvery
	}
	k := &keeper{Keeping: how, ctx: ctx, name: name, last: time.Now(), done: make(chan struct{})}
	close(k.done)
	return k
}

// startKeeping makes what writes the checkpoints of r, unless nothing is to.
func (r *run) startKeeping(ctx context.Context) (err error) {
	how := r.settings.Keeping
	if how.Off {
		return nil
	}
	r.keeper = newKeeper(ctx, r.net.Name, how)
	switch {
	case r.resumed != nil:
		r.resumed.handOver(r.keeper)
	case how.Dir != "":
		err = r.keeper.open()
	}
	return err
}

// open makes the folder of the fit and takes its lock.
func (k *keeper) open() error {
	root := k.Dir
	if root == "" {
		root = checkpoint.Dir()
		checkpoint.Prune(root, keepUnfinished)
	}
	folder, err := checkpoint.Create(root, k.name)
	if err != nil {
		return fmt.Errorf("train: no checkpoint can be written (free some space, name another folder with Checkpoint, or go without: NoCheckpoint): %w", err)
	}
	k.writer = checkpoint.NewWriter(folder)
	return nil
}

// due reports whether it is time for the next checkpoint.
func (k *keeper) due() bool {
	if k.Each {
		<-k.done
		return true
	}
	if time.Since(k.last) < k.Every {
		return false
	}
	select {
	case <-k.done:
		return true
	default:
		return false // the writer is slower than that
	}
}

// begin writes p, with the parts of d, in the background.
func (k *keeper) begin(p *point, d checkpoint.Draft) {
	<-k.done
	k.warn()
	k.last, k.done = time.Now(), make(chan struct{})
	go func(done chan struct{}) {
		defer close(done)
		k.failure = k.write(p, d)
	}(k.done)
	if k.Each {
		<-k.done
	}
}

// write writes a checkpoint.
func (k *keeper) write(p *point, d checkpoint.Draft) error {
	d.Point = func(parts map[string]checkpoint.Part) any { p.Parts = parts; return p }
	if err := k.writer.Write(d); err != nil {
		return fmt.Errorf("train: a checkpoint could not be written, the last one stands (free some space, or name another folder with Checkpoint): %w", err)
	}
	k.written = p
	return nil
}

// warn tells, once, that a checkpoint could not be written.
func (k *keeper) warn() {
	if k.failure != nil && !k.warned {
		k.warned = true
		display.From(k.ctx).Show(display.Plain(k.failure.Error() + "; the fit goes on"))
	}
}

// end waits for the writer and gives the folder back: removed if the run came to
// its end, else for Resume. It returns what to say about it, "" for nothing.
func (k *keeper) end(finished bool) string {
	if k == nil {
		return ""
	}
	<-k.done
	k.warn()
	said := ""
	if k.writer != nil {
		folder := k.writer.Folder
		defer func() { _ = folder.Close() }()
		if finished || k.written == nil {
			_ = folder.Remove() // one that stays is offered to Resume, which does no harm
		} else {
			said = "; Resume goes on from its checkpoint in " + folder.Path
		}
	}
	if k.failure != nil {
		said += "; the last checkpoint could not be written"
	}
	return said
}
