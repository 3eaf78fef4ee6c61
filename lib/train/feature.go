package train

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"graft/lib/nn"
	"graft/lib/tune"
)

// inputs are what the trained part of a network gets: features of the frozen prefix,
// or the examples themselves.
type inputs struct {
	stage  int // first stage that is still to run
	shape  []int
	size   int // numbers per example
	load   func(ctx context.Context, rows []int, dst []float32) error
	cached int // examples found in the cache, of Cached plus computed ones
	total  int
}

func (in *inputs) tensor(values []float32, batch int) *tensors.Tensor {
	return tensors.FromFlatDataAndDimensions(values, append([]int{batch}, in.shape...)...)
}

// hits is the cache column of the fit table.
func (in *inputs) hits() string {
	if in.stage == 0 {
		return ""
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

// features keeps the outputs of frozen prefixes.
type features struct {
	scope  string            // network and device, part of every key
	tables map[string]*table // by key
	order  []string          // of use, the latest last
}

// keepTables is how many tables stay in memory: the plan in use, and those that a
// user goes back to.
const keepTables = 4

// table holds the rows of one key.
type table struct {
	shape []int
	rows  map[rowKey][]float32
}

func newTable() *table { return &table{rows: map[rowKey][]float32{}} }

// rowKey is the content of an example, or where it is for those without a key.
type rowKey struct {
	content string
	src     Source
	index   int
}

func keyOf(src Source, i int) (rowKey, bool) {
	if content := src.Key(i); content != "" {
		return rowKey{content: content}, true
	}
	return rowKey{src: src, index: i}, reflect.TypeOf(src).Comparable()
}

func newFeatures(scope string) *features {
	return &features{scope: scope, tables: map[string]*table{}}
}

// table returns the table of key, made if need be, and drops the one used least
// recently when there are too many.
func (f *features) table(key string) (t *table, fresh bool) {
	f.order = append(slices.DeleteFunc(f.order, func(k string) bool { return k == key }), key)
	if len(f.order) > keepTables {
		delete(f.tables, f.order[0])
		f.order = f.order[1:]
	}
	if f.tables[key] == nil {
		f.tables[key], fresh = newTable(), true
	}
	return f.tables[key], fresh
}

// maxMemory bounds the examples kept in memory as they are, in bytes, when nothing
// is frozen. Beyond it they are loaded again for every step.
const maxMemory = 1 << 30

// inputs computes what the trained part of the network gets for all of src. With
// keep, features are looked for in the cache and put there.
func (t *Trainer) inputs(ctx context.Context, src Source, keep bool, report progress) (*inputs, error) {
	stage := t.net.Plan.Prefix()
	in := &inputs{stage: stage, shape: src.Shape(), size: volume(src.Shape()), load: src.Load, total: src.Len()}
	if stage == 0 && in.size*in.total*4 > maxMemory || in.total == 0 {
		return in, ctx.Err()
	}
	digest, err := t.net.Plan.PrefixDigest(t.net.Store, stage)
	if err != nil {
		return nil, err
	}
	dir := ""
	if keep && stage > 0 && t.net.Name != "" {
		dir = packDir(t.featureKey(src, stage, digest))
	}
	tab := t.table(t.featureKey(src, stage, digest), dir, keep)
	if err := t.compute(ctx, src, in, tab, digest, dir, report); err != nil {
		return nil, err
	}
	return in, nil
}

// table returns the features of key, from memory or else from the folder dir.
func (t *Trainer) table(key, dir string, keep bool) *table {
	if !keep {
		return newTable()
	}
	tab, fresh := t.features.table(key)
	if fresh && dir != "" {
		readPacks(dir, tab)
	}
	return tab
}

// featureKey is everything that features depend on, the example aside.
func (t *Trainer) featureKey(src Source, stage int, digest tune.Digest) string {
	text := fmt.Sprintf("%s|%d|%x|%s|%v|%v", t.features.scope, stage, digest, src.View(), src.Shape(), t.net.Fold != nil)
	return fmt.Sprintf("%x", sha256.Sum256([]byte(text)))[:32]
}

// compute fills tab with the rows of src that it lacks and makes in read from it.
func (t *Trainer) compute(ctx context.Context, src Source, in *inputs, tab *table, digest tune.Digest, dir string, report progress) error {
	keys := make([]rowKey, src.Len())
	var missing []int
	seen := map[rowKey]bool{}
	for i := range keys {
		k, ok := keyOf(src, i)
		if !ok {
			return fmt.Errorf("train: %T cannot be told apart from its like (use a pointer)", src)
		}
		keys[i] = k
		if tab.rows[k] == nil && !seen[k] {
			missing = append(missing, i)
			seen[k] = true
		}
	}
	in.cached = src.Len() - len(missing)
	done, err := t.computeRows(ctx, src, in, missing, digest, tab, report)
	if dir != "" {
		fresh := map[string][]float32{}
		for _, i := range missing[:done] {
			if keys[i].content != "" {
				fresh[keys[i].content] = tab.rows[keys[i]]
			}
		}
		err = errors.Join(err, writePack(dir, tab.shape, fresh))
	}
	if tab.shape != nil {
		in.shape, in.size = tab.shape, volume(tab.shape)
	}
	in.load = func(ctx context.Context, rows []int, dst []float32) error {
		for j, i := range rows {
			copy(dst[j*in.size:(j+1)*in.size], tab.rows[keys[i]])
		}
		return ctx.Err()
	}
	return err
}

// computeRows computes the rows of the examples in missing, batch by batch, the
// next batch being loaded meanwhile. It returns how many it did.
func (t *Trainer) computeRows(ctx context.Context, src Source, in *inputs, missing []int, digest tune.Digest, tab *table, report progress) (done int, err error) {
	if len(missing) == 0 {
		return 0, ctx.Err()
	}
	run, err := t.prefixProgram(in.stage, digest)
	if err != nil {
		return 0, err
	}
	batch := inferenceBatch // one executable for all sets,
	if len(missing) == 1 {
		batch = 1 // and one for single images
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for b := range prefetch(ctx, src, missing, batch) {
		if b.err == nil {
			b.err = t.computeBatch(ctx, run, in, src, b, batch, tab, func(s string) { report(done, len(missing), s) })
		}
		if b.err != nil {
			return done, explain(b.err, batch)
		}
		done += len(b.rows)
		report(done, len(missing), "computing features")
	}
	if done < len(missing) {
		return done, context.Cause(ctx)
	}
	return done, nil
}

// loaded is a batch of examples on its way to the device.
type loaded struct {
	rows   []int
	values []float32
	err    error
}

// prefetch loads rows of src in batches, one ahead of the reader.
func prefetch(ctx context.Context, src Source, rows []int, batch int) <-chan loaded {
	out := make(chan loaded, 1)
	go func() {
		defer close(out)
		size := volume(src.Shape())
		for chunk := range slices.Chunk(rows, batch) {
			b := loaded{rows: chunk, values: make([]float32, batch*size)}
			b.err = src.Load(ctx, chunk, b.values)
			select {
			case out <- b:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

// computeBatch puts the rows of one loaded batch into tab.
func (t *Trainer) computeBatch(ctx context.Context, run *prefix, in *inputs, src Source, b loaded, batch int, tab *table, status func(string)) error {
	values := b.values
	if run != nil {
		args := []*tensors.Tensor{tensors.FromFlatDataAndDimensions(values, append([]int{batch}, src.Shape()...)...)}
		status("compiling the frozen part")
		if _, err := run.prepare(ctx, args); err != nil {
			return err
		}
		out, err := run.call(args)
		if err != nil {
			return err
		}
		tab.shape = slices.Clone(out.Shape().Dimensions[1:])
		if values, err = take(out); err != nil {
			return err
		}
	} else {
		tab.shape = src.Shape()
	}
	size := volume(tab.shape)
	for j, i := range b.rows {
		k, _ := keyOf(src, i)
		tab.rows[k] = slices.Clone(values[j*size : (j+1)*size])
	}
	return ctx.Err()
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
