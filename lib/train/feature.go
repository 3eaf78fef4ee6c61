package train

import (
	"context"
	"crypto/sha256"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"sync"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"graft/lib/nn"
	"graft/lib/tune"
)

// inputs are what the trained part of a network gets: features of the frozen prefix,
// or the examples themselves. Rows that the cache holds come from there; others are
// loaded, sent through the prefix, and kept where there is room.
type inputs struct {
	trainer *Trainer
	src     Source
	sights  []sight
	keys    []rowKey // of sights; nil without a table
	table   *table   // nil for views that will not come again
	digest  tune.Digest

	stage  int   // first stage that is still to run
	shape  []int // of one row; nil until features were computed or found
	size   int   // numbers per row; 0 until then
	cached int   // sights found in the cache, of total
	total  int
	fresh  bool // views that will not come again
}

func (in *inputs) shaped(shape []int) {
	if shape != nil {
		in.shape, in.size = slices.Clone(shape), volume(shape)
	}
}

func (in *inputs) tensor(values []float32, batch int) *tensors.Tensor {
	return tensors.FromFlatDataAndDimensions(values, append([]int{batch}, in.shape...)...)
}

// hits is the cache column of the fit table.
func (in *inputs) hits() string {
	switch {
	case in.stage == 0:
		return ""
	case in.fresh:
		return fmt.Sprintf("0/%d", in.total)
	}
	return fmt.Sprintf("%d/%d", in.cached, in.total)
}

// progress is called while features are computed.
type progress func(done, total int, status string)

// prefix is the inference executable of stages [0, to).
type prefix struct {
	*program
	store  *model.Store // folded, or the network's own
	digest tune.Digest
}

// inputs computes what the trained part of the network gets for all of src, or finds
// it in the cache. Without keep, the cache is neither looked at nor added to.
func (t *Trainer) inputs(ctx context.Context, src Source, keep bool, report progress) (*inputs, error) {
	return t.collect(ctx, src, plain(src.Len()), keep, report)
}

// collect is inputs for certain sights of src. When nothing is frozen, examples are
// loaded as they are needed, ahead of the step, not all at once before it.
func (t *Trainer) collect(ctx context.Context, src Source, sights []sight, keep bool, report progress) (*inputs, error) {
	in, err := t.begin(src, sights)
	if err != nil || in.total == 0 {
		return in, err
	}
	kept := t.features
	if !keep {
		kept = passing()
	}
	if err := in.open(ctx, kept, keep); err != nil {
		return nil, err
	}
	missing := in.missing()
	in.cached = in.total - len(missing)
	if in.stage == 0 {
		return in, ctx.Err()
	}
	return in, in.compute(ctx, missing, report)
}

// passed are inputs of which nothing is kept or computed in advance.
func (t *Trainer) passed(src Source, sights []sight) (*inputs, error) {
	in, err := t.begin(src, sights)
	if err == nil {
		in.fresh = true
	}
	return in, err
}

func (t *Trainer) begin(src Source, sights []sight) (in *inputs, err error) {
	in = &inputs{trainer: t, src: src, sights: sights, stage: t.net.Plan.Prefix(), total: len(sights)}
	if in.stage == 0 {
		in.shaped(src.Shape())
	}
	in.digest, err = t.net.Plan.PrefixDigest(t.net.Store, in.stage)
	return in, err
}

// open finds the table of the inputs.
func (in *inputs) open(ctx context.Context, kept *features, onDisk bool) (err error) {
	in.keys = make([]rowKey, len(in.sights))
	for i, s := range in.sights {
		k, ok := keyOf(in.src, s)
		if !ok {
			return fmt.Errorf("train: %T cannot be told apart from its like (use a pointer)", in.src)
		}
		in.keys[i] = k
	}
	key, dir := in.trainer.featureKey(in.src, in.stage, in.digest), ""
	if onDisk && in.stage > 0 && in.trainer.net.Name != "" && kept.disk > 0 {
		dir = packDir(key)
	}
	if in.table, err = kept.table(ctx, key, dir); err != nil {
		return err
	}
	if in.stage > 0 {
		in.shaped(in.table.shape)
	}
	return nil
}

// featureKey is everything that features depend on, the example and its view aside.
func (t *Trainer) featureKey(src Source, stage int, digest tune.Digest) string {
	text := fmt.Sprintf("%s|%d|%x|%s|%v|%v", t.features.scope, stage, digest, src.View(), src.Shape(), t.net.Fold != nil)
	return fmt.Sprintf("%x", sha256.Sum256([]byte(text)))[:32]
}

// missing are the sights that the cache lacks, each content once.
func (in *inputs) missing() []int {
	var list []int
	seen := map[rowKey]bool{}
	for i, k := range in.keys {
		if !seen[k] && !in.table.has(k) {
			list = append(list, i)
		}
		seen[k] = true
	}
	return list
}

// compute computes the missing rows, batch by batch, the next batch being loaded
// meanwhile. It stops early when there is no room to keep them.
func (in *inputs) compute(ctx context.Context, missing []int, report progress) error {
	defer in.table.flush()
	if len(missing) == 0 {
		return ctx.Err()
	}
	batch := in.chunk(len(missing))
	batches, stop := in.ahead(ctx, slices.Chunk(missing, batch), batch)
	defer stop()
	done := 0
	for b := range batches {
		kept, err := in.complete(ctx, &b, func(status string) { report(done, len(missing), status) })
		if err != nil {
			return explain(err, batch)
		}
		done += len(b.rows)
		report(done, len(missing), "computing features")
		if !kept {
			return nil // the others are computed when they are needed
		}
	}
	if done < len(missing) {
		return context.Cause(ctx)
	}
	return nil
}

// chunk is the batch size of the prefix for n examples: one executable for all sets,
// and one for single images.
func (in *inputs) chunk(n int) int {
	if n == 1 {
		return 1
	}
	return inferenceBatch
}

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
	b.err = Try("train: loading examples", func() error {
		in.look(&b)
		if len(b.missing) == 0 {
			return ctx.Err()
		}
		want := make([]sight, len(b.missing))
		for j, at := range b.missing {
			want[j] = in.sights[rows[at]]
		}
		n, size := in.chunk(len(want)), volume(in.src.Shape())
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
		if in.table == nil || size == 0 || !in.table.get(in.keys[at], b.values[j*size:(j+1)*size]) {
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
	in.table.mu.Lock()
	defer in.table.mu.Unlock()
	if in.table.shape == nil {
		return 0
	}
	return volume(in.table.shape)
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
	n := in.chunk(len(b.missing))
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
			kept = in.table != nil && in.table.put(in.keys[b.rows[at]], slices.Clone(row)) && kept
		}
	}
	return kept, ctx.Err()
}

// forward sends n examples through the frozen prefix.
func (in *inputs) forward(ctx context.Context, raw []float32, n int, status func(string)) ([]float32, error) {
	if in.stage == 0 {
		return raw, nil
	}
	run, err := in.trainer.prefixProgram(in.stage, in.digest)
	if err != nil {
		return nil, err
	}
	args := []*tensors.Tensor{tensors.FromFlatDataAndDimensions(raw, append([]int{n}, in.src.Shape()...)...)}
	status("compiling the frozen part")
	if _, err := run.prepare(ctx, args); err != nil {
		return nil, err
	}
	out, err := run.call(args)
	if err != nil {
		return nil, err
	}
	in.shaped(out.Shape().Dimensions[1:])
	if in.table != nil {
		in.table.mu.Lock()
		in.table.shape = in.shape
		in.table.mu.Unlock()
	}
	return take(out)
}

// load is prepare and complete in one, for a reader that does not look ahead: rows
// are places in sights, dst holds at least as many rows of the size.
func (in *inputs) load(ctx context.Context, rows []int, dst []float32) error {
	b := in.prepare(ctx, rows, len(rows))
	_, err := in.complete(ctx, &b, func(string) {})
	copy(dst, b.values)
	return err
}

// prefixProgram returns the executable of stages [0, to), with the parameters that
// digest stands for; nil if to is 0.
func (t *Trainer) prefixProgram(to int, digest tune.Digest) (*prefix, error) {
	if to == 0 {
		return nil, nil
	}
	p := t.prefixes[to]
	if p != nil && p.digest == digest {
		return p, nil
	}
	store, mode := t.net.Store, nn.Mode{}
	if t.net.Fold != nil {
		folded, err := t.net.Fold(to)
		if err != nil {
			return nil, err
		}
		store, mode.Folded = folded, true
	}
	if p != nil {
		p.digest = digest
		return p, refill(p.store, store)
	}
	run := t.program("frozen part", store, func(in []*graph.Node) *graph.Node {
		return t.net.Body(store, in[0], 0, to, mode)
	})
	t.prefixes[to] = &prefix{run, store, digest}
	return t.prefixes[to], nil
}

// refill gives the variables of to the values in from, so that the executable of to
// need not be compiled again.
func refill(to, from *model.Store) error {
	if to == from {
		return nil
	}
	for v := range from.IterVariables() {
		value, err := v.Value()
		if err != nil {
			return err
		}
		old := to.GetVariable(v.Path())
		if old == nil {
			return fmt.Errorf("train: the folded network has a new variable %q", v.Path())
		}
		if err := old.SetValue(value); err != nil {
			return err
		}
	}
	return nil
}
