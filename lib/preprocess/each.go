package preprocess

import (
	"context"
	"fmt"
	"image"
	"runtime"
	"runtime/debug"

	"golang.org/x/sync/errgroup"
)

// Each calls do for every i of [0, n) on all cores and waits. The first error
// ends it, as does the end of ctx; a panic in do becomes an error. Calls begin in
// order and may end in any.
func Each(ctx context.Context, n int, do func(i int) error) error {
	if ctx == nil {
		ctx = context.Background()
	}
	g, working := errgroup.WithContext(ctx) // working ends at the first error
	g.SetLimit(max(1, runtime.GOMAXPROCS(0)))
	for i := range n {
		if working.Err() != nil {
			break
		}
		g.Go(func() error { return safely(working, i, do) })
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return context.Cause(ctx)
}

func safely(ctx context.Context, i int, do func(int) error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("preprocess: example %d: panic: %v\n%s", i, r, debug.Stack())
		}
	}()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return do(i)
}

// Batch decodes and prepares n images on all cores: image i goes to
// dst[i*Len():(i+1)*Len()]. open is called from several goroutines.
func (p Pipeline) Batch(ctx context.Context, n int, open func(i int) (image.Image, error), dst []float32) error {
	if len(dst) != n*p.Len() {
		return fmt.Errorf("preprocess: room for %d values (want %d for %d images)", len(dst), n*p.Len(), n)
	}
	return Each(ctx, n, func(i int) error {
		img, err := open(i)
		if err != nil {
			return err
		}
		return p.Apply(img, dst[i*p.Len():(i+1)*p.Len()])
	})
}
