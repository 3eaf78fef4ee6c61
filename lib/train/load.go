package train

import (
	"context"
	"iter"
	"runtime"
	"slices"
	"sync"

	"graft/lib/train/program"
)

// loaded is a batch of inputs on its way to the device.
type loaded struct {
	rows   []int     // places in sights
	batch  int       // rows after padding
	values []float32 // [batch, size]; nil while the size is unknown
	raw    []float32 // the examples of missing, padded to whole chunks
	// missing are the places in rows whose features are still to be computed.
	missing []int
	err     error
}

// prepare does all of a batch that needs no device: it is called beside the steps.
func (in *inputs) prepare(ctx context.Context, rows []int, batch int) (b loaded) {
	b = loaded{rows: rows, batch: batch}
	b.err = program.Try("train: loading examples", func() error {
		in.look(&b)
		if len(b.missing) == 0 {
			return ctx.Err()
		}
		want := make([]sight, len(b.missing))
		for j, at := range b.missing {
			want[j] = in.sights[rows[at]]
		}
		n, size := in.chunk(), volume(in.src.Shape())
		b.raw = make([]float32, (len(want)+n-1)/n*n*size)
		return see(ctx, in.src, want, b.raw[:len(want)*size])
	})
	return b
}

// look takes what the cache holds.
func (in *inputs) look(b *loaded) {
	size := in.knownSize()
	if size > 0 {
		b.values = make([]float32, b.batch*size)
	}
	for j, at := range b.rows {
		if in.table == nil || size == 0 || !in.table.Get(in.keys[at], b.values[j*size:(j+1)*size]) {
			b.missing = append(b.missing, j)
		}
	}
}

// knownSize is the size as it may be asked for beside the step loop: 0 while nothing
// was computed or found.
func (in *inputs) knownSize() int {
	if in.stage == 0 {
		return volume(in.src.Shape())
	}
	if in.table == nil {
		return 0
	}
	shape := in.table.Shape()
	if shape == nil {
		return 0
	}
	return volume(shape)
}

// ahead prepares batches, in order and two ahead of the reader, until there are no
// more, one fails, or stop is called, which waits for the end of what is going on.
// Small batches are prepared several at a time, so that all cores are at work.
func (in *inputs) ahead(ctx context.Context, chunks iter.Seq[[]int], batch int) (batches <-chan loaded, stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var all sync.WaitGroup
	slots, out := make(chan chan loaded, (runtime.GOMAXPROCS(0)-1)/batch), make(chan loaded, 1)
	all.Go(func() {
		defer close(slots)
		for chunk := range chunks {
			slot := make(chan loaded, 1)
			select {
			case slots <- slot:
				all.Go(func() { slot <- in.prepare(ctx, chunk, batch) })
			case <-ctx.Done():
				return
			}
		}
	})
	all.Go(func() {
		defer close(out)
		defer cancel()
		for slot := range slots {
			b := <-slot
			select {
			case out <- b:
			case <-ctx.Done():
				return
			}
			if b.err != nil {
				return
			}
		}
	})
	return out, func() { cancel(); all.Wait() }
}

// complete computes what a prepared batch lacks. It reports whether all of that
// could be kept.
func (in *inputs) complete(ctx context.Context, b *loaded, status func(string)) (kept bool, err error) {
	if b.err != nil || len(b.missing) == 0 {
		return true, b.err
	}
	kept = true
	raw := volume(in.src.Shape())
	n := in.chunk()
	for c, chunk := range slices.Collect(slices.Chunk(b.missing, n)) {
		features, err := in.forward(ctx, b.raw[c*n*raw:(c+1)*n*raw], n, status)
		if err != nil {
			return false, err
		}
		size := in.size
		if b.values == nil {
			b.values = make([]float32, b.batch*size)
		}
		for j, at := range chunk {
			row := features[j*size : (j+1)*size]
			copy(b.values[at*size:], row)
			kept = in.table != nil && in.table.Put(in.keys[b.rows[at]], slices.Clone(row)) && kept
		}
	}
	return kept, ctx.Err()
}

// load is prepare and complete in one, for a reader that does not look ahead: rows
// are places in sights, dst holds at least as many rows of the size.
func (in *inputs) load(ctx context.Context, rows []int, dst []float32) error {
	b := in.prepare(ctx, rows, len(rows))
	_, err := in.complete(ctx, &b, func(string) {})
	copy(dst, b.values)
	return err
}
