package train

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"time"
)

// feed hands the batches of one epoch to the step loop. They are loaded, decoded and
// augmented on all cores while the device runs the steps before.
type feed struct {
	epoch int
	order []int  // examples, for their labels
	plan  string // that it was made for
	in    *inputs
	rows  []int // the order as places in in.sights
	steps int
	batch int

	booked  bool // its hits are counted
	at      int  // next batch
	batches <-chan loaded
	stop    func()
}

// open begins an epoch and returns the order of its examples.
func (r *run) open(ctx context.Context, epoch int) ([]int, error) {
	f := r.ahead
	r.ahead = nil
	if f == nil || !f.fits(r, epoch) {
		f.close()
		var err error
		if f, err = r.newFeed(ctx, epoch); err != nil {
			return nil, err
		}
	}
	r.feed.close()
	r.feed, r.in = f, f.in
	return f.order, nil
}

// fits reports whether the feed is the one of an epoch, under the plan as it is now.
func (f *feed) fits(r *run, epoch int) bool { return f.epoch == epoch && f.plan == r.net.Plan.Key() }

// openNext begins to load the epoch after this one, while the validation set runs.
// Features of new views wait, since they need the device.
func (r *run) openNext(ctx context.Context, epoch int) error {
	if epoch > r.epochs || r.views() > 0 && r.net.Plan.Prefix() > 0 {
		return nil
	}
	f, err := r.newFeed(ctx, epoch)
	if err == nil {
		f.start(ctx, 0)
		r.ahead = f
	}
	return err
}

func (r *run) newFeed(ctx context.Context, epoch int) (*feed, error) {
	order := r.order(epoch)
	f := &feed{epoch: epoch, plan: r.net.Plan.Key(), order: order, rows: span(0, len(order)), steps: r.steps, batch: r.batch}
	var err error
	switch views := r.views(); {
	case views == 0:
		f.in, err = r.plainInputs(ctx)
		f.rows = order
	case views < 0:
		f.in, err = r.passed(r.source, sights(order, views, r.round, epoch))
	default:
		f.in, err = r.collect(ctx, r.source, sights(order, views, r.round, epoch), true, r.board.computing)
	}
	return f, err
}

// plainInputs are those of all examples as they are, made again when the plan is
// another.
func (r *run) plainInputs(ctx context.Context) (in *inputs, err error) {
	if key := r.net.Plan.Key(); r.plain == nil || r.plainFor != key {
		r.plain, err = r.inputs(ctx, r.source, true, r.board.computing)
		r.plainFor = key
		return r.plain, err
	}
	if r.plain.table != nil {
		r.plain.cached = r.plain.total - len(r.plain.missing())
	}
	return r.plain, nil
}

// start loads from batch b on.
func (f *feed) start(ctx context.Context, b int) {
	f.close()
	f.at = b
	f.batches, f.stop = f.in.ahead(ctx, f.chunks(b), f.batch)
}

func (f *feed) chunks(from int) iter.Seq[[]int] {
	return func(yield func([]int) bool) {
		for b := from; b < f.steps; b++ {
			rows, _ := batchOf(f.rows, b, f.batch)
			if !yield(rows) {
				return
			}
		}
	}
}

// close ends the loading and waits until it has ended.
func (f *feed) close() {
	if f != nil && f.stop != nil {
		f.stop()
		f.stop, f.batches = nil, nil
	}
}

// take returns batch b, which is usually the next.
func (f *feed) take(ctx context.Context, b int) (loaded, error) {
	if f.batches == nil || f.at != b {
		f.start(ctx, b)
	}
	f.at++
	select {
	case batch, ok := <-f.batches:
		if !ok {
			return batch, context.Cause(ctx)
		}
		return batch, batch.err
	case <-ctx.Done():
		return loaded{}, context.Cause(ctx)
	}
}

// batchValues are the inputs of batch b of the open epoch; what the cache lacks is
// computed.
func (r *run) batchValues(ctx context.Context, b int) ([]float32, error) {
	start := time.Now()
	batch, err := r.feed.take(ctx, b)
	if err != nil {
		return nil, err
	}
	if waited := time.Since(start); r.stepped {
		r.history.Waited += waited
	}
	r.stepped = true // what the first step waits for is a start, not a lack of speed
	r.streamed = r.streamed || len(batch.missing) > 0
	_, err = r.in.complete(ctx, &batch, r.board.say)
	return batch.values, err
}

// closeFeeds ends all loading and writes what the cache still has to write.
func (r *run) closeFeeds() {
	r.feed.close()
	r.ahead.close()
	for _, in := range []*inputs{r.in, r.valid} {
		if in != nil && in.table != nil {
			in.table.Flush()
		}
	}
}

// dataNotes says what the run's data were like: the cache's hits, misses and size,
// what kept it from being written, and the time that steps waited for data.
func (r *run) dataNotes() []string {
	var notes []string
	if r.in != nil && r.in.stage > 0 && r.in.table != nil {
		rows, memory, disk := r.in.table.Sizes()
		note := fmt.Sprintf("features: %d found, %d computed", r.history.Hits, r.history.Misses)
		if n := r.views(); n > 0 {
			note += fmt.Sprintf(", %d views", n)
		}
		note += fmt.Sprintf("; the cache has %d, %s in memory", rows, megabytes(memory))
		if disk > 0 {
			note += fmt.Sprintf(", %s on disk", megabytes(disk))
		}
		notes = append(notes, note)
	}
	for _, in := range []*inputs{r.in, r.valid} {
		if in == nil || in.table == nil {
			continue
		}
		if problem := in.table.Problem(); problem != nil {
			notes = append(notes, strings.TrimPrefix(problem.Error(), "feature: "))
			break
		}
	}
	if elapsed := time.Since(r.board.start); r.streamed {
		notes = append(notes, fmt.Sprintf("waited for data %.1f s (%.0f %%)", r.history.Waited.Seconds(), 100*r.history.Waited.Seconds()/elapsed.Seconds()))
	}
	return append(notes, r.settings.Warnings...)
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }

// epochInputs opens an epoch, unless it is open, and books its hits.
func (r *run) epochInputs(ctx context.Context, epoch int) ([]int, error) {
	if r.feed == nil || !r.feed.fits(r, epoch) {
		if _, err := r.open(ctx, epoch); err != nil {
			return nil, err
		}
	}
	if f := r.feed; !f.booked {
		f.booked = true
		if r.history.Features == "" {
			r.history.Features = r.in.hits()
		}
		if r.in.stage > 0 && !r.in.fresh {
			r.history.Hits += r.in.cached
			r.history.Misses += r.in.total - r.in.cached
		}
	}
	return r.feed.order, nil
}
