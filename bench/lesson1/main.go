// Command lesson1 repeats the comparison of notebooks/01-first-transfer.ipynb over
// several seeds, each with a split of its own, and prints one row a seed.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"time"

	graft "graft/lib"
	"graft/lib/data"
	"graft/lib/display"
	"graft/lib/task"
)

const network = "mobilenet_v2.tv_in1k"

func main() {
	seeds := flag.Int("seeds", 3, "how many seeds")
	flag.Parse()
	fmt.Printf("%-6s%10s%10s%10s%10s%9s\n", "seed", "majority", "scratch", "frozen", "tuned", "seconds")
	for seed := range int64(*seeds) {
		if err := row(seed); err != nil {
			log.Fatal(err)
		}
	}
}

// row is one seed. Nothing is chosen on the test set.
func row(seed int64) error {
	start := time.Now()
	ctx := display.WithSink(context.Background(), display.Lines(io.Discard))
	cells, err := graft.Dataset("elpv", graft.With(ctx), graft.Seed(seed))
	if err != nil {
		return err
	}
	train, valid, test, err := cells.Split(100, 200, 555)
	if err != nil {
		return err
	}
	common := []graft.Option{graft.With(ctx), graft.Seed(seed), graft.Valid(valid)}
	small := append(common, graft.ImageSize(160))
	frozen, err := evaluate(ctx, test, train, common, 30, graft.LR(3e-3), freeze)
	if err != nil {
		return err
	}
	tuned, err := evaluate(ctx, test, train, small, 12, graft.OneCycle(1e-3), func(m *task.ImageClassifier) error {
		if err := m.Freeze(); err != nil {
			return err
		}
		return m.Unfreeze("last 2")
	})
	if err != nil {
		return err
	}
	scratch, err := evaluate(ctx, test, train, append(small, graft.FromScratch()), 12, graft.OneCycle(1e-3), nothing)
	if err != nil {
		return err
	}
	fmt.Printf("%-6d%10.3f%10.3f%10.3f%10.3f%9.0f\n", seed, frozen.Control, scratch.Accuracy(), frozen.Accuracy(), tuned.Accuracy(), time.Since(start).Seconds())
	return nil
}

func freeze(m *task.ImageClassifier) error { return m.Freeze() }

func nothing(*task.ImageClassifier) error { return nil }

func evaluate(ctx context.Context, test, train *data.Set, opts []graft.Option, epochs int, rate graft.Option, plan func(*task.ImageClassifier) error) (*task.Report, error) {
	m, err := graft.ImageClassifier(network, train, opts...)
	if err != nil {
		return nil, err
	}
	if err := plan(m); err != nil {
		return nil, err
	}
	if err := m.Fit(epochs, rate, graft.With(ctx)); err != nil {
		return nil, err
	}
	return m.Evaluate(test, graft.With(ctx))
}
