package train

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"

	"github.com/gomlx/gomlx/core/tensors"
	"graft/lib/train/feature"
	"graft/lib/tune"
)

// inputs are what the trained part of a network gets: features of the frozen prefix,
// or the examples themselves. Rows that the cache holds come from there; others are
// loaded, sent through the prefix, and kept where there is room.
type inputs struct {
	trainer *Trainer
	src     Source
	sights  []sight
	keys    []feature.Key  // of sights; nil without a table
	table   *feature.Table // nil for views that will not come again
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
		kept = feature.Passing()
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
func (in *inputs) open(ctx context.Context, kept *feature.Store, onDisk bool) (err error) {
	in.keys = make([]feature.Key, len(in.sights))
	for i, s := range in.sights {
		k, ok := keyOf(in.src, s)
		if !ok {
			return fmt.Errorf("train: %T cannot be told apart from its like (use a pointer)", in.src)
		}
		in.keys[i] = k
	}
	key := in.trainer.featureKey(in.src, in.stage, in.digest)
	if in.table, err = kept.Table(ctx, key, onDisk && in.stage > 0 && in.trainer.net.Name != ""); err != nil {
		return err
	}
	if in.stage > 0 {
		in.shaped(in.table.Shape())
	}
	return nil
}

// featureKey is everything that features depend on, the example and its view aside.
func (t *Trainer) featureKey(src Source, stage int, digest tune.Digest) string {
	text := fmt.Sprintf("%s|%d|%x|%s|%v|%v", t.scope, stage, digest, src.View(), src.Shape(), t.net.Fold != nil)
	return fmt.Sprintf("%x", sha256.Sum256([]byte(text)))[:32]
}

// missing are the sights that the cache lacks, each content once.
func (in *inputs) missing() []int {
	var list []int
	seen := map[feature.Key]bool{}
	for i, k := range in.keys {
		if !seen[k] && !in.table.Has(k) {
			list = append(list, i)
		}
		seen[k] = true
	}
	return list
}

// compute computes the missing rows, batch by batch, the next batch being loaded
// meanwhile. It stops early when there is no room to keep them.
func (in *inputs) compute(ctx context.Context, missing []int, report progress) error {
	defer in.table.Flush()
	if len(missing) == 0 {
		return ctx.Err()
	}
	batch := in.chunk()
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

// chunk is the batch size of the prefix: one executable for all sets, and one for
// single images.
func (in *inputs) chunk() int {
	if in.stage == 0 || in.total == 1 {
		return 1
	}
	return inferenceBatch
}
