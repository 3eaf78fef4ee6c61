// First-transfer finds defective solar cells with a network that was pretrained on
// photographs of everyday things, and shows what each step of transfer learning is
// worth. It is the plain Go form of lesson 1; README.md has its expected output.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"time"

	graft "graft/lib"
	"graft/lib/data"
	"graft/lib/task"
)

const network = "mobilenet_v2.tv_in1k"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "first-transfer:", err)
		os.Exit(1)
	}
}

// cells are the photographs: 100 to learn from, 200 to choose by, 555 to judge with.
type cells struct{ train, valid, test *data.Set }

func load(ctx context.Context) (c cells, err error) {
	all, err := graft.Dataset("elpv", graft.With(ctx)) // doubtful cells are left out
	if err != nil {
		return c, err
	}
	fmt.Println(all)
	c.train, c.valid, c.test, err = all.Split(100, 200, 555)
	return c, err
}

func run(ctx context.Context) error {
	start := time.Now()
	photos, err := load(ctx)
	if err != nil {
		return err
	}
	fmt.Println("\n1. A frozen network with a new head, 224 px")
	m, err := graft.ImageClassifier(network, photos.train, graft.Valid(photos.valid), graft.With(ctx))
	if err != nil {
		return err
	}
	frozen, err := frozenHead(ctx, m, photos.test)
	if err != nil {
		return err
	}
	fmt.Println("\n2. The same network, its last two stages unfrozen")
	tuned, err := lastTwo(ctx, m, photos.test)
	if err != nil {
		return err
	}
	fmt.Println("\n3. Control: the same shape from random parameters, 160 px, the same number of steps")
	scratch, err := fromScratch(ctx, photos)
	if err != nil {
		return err
	}
	fmt.Printf("\nof %d test images, right are\n", frozen.Examples)
	fmt.Printf("  always the commonest class  %.3f\n", frozen.Control)
	fmt.Printf("  from scratch                %.3f\n", scratch.Accuracy())
	fmt.Printf("  frozen network, new head    %.3f\n", frozen.Accuracy())
	fmt.Printf("  last two stages unfrozen    %.3f\n", tuned.Accuracy())
	fmt.Fprintf(os.Stderr, "took %.0f s\n", time.Since(start).Seconds())
	return nil
}

// frozenHead trains the head alone. The rest runs once per photograph.
func frozenHead(ctx context.Context, m *task.ImageClassifier, test *data.Set) (*task.Report, error) {
	if err := m.Freeze(); err != nil {
		return nil, err
	}
	if err := m.Fit(8, graft.With(ctx)); err != nil {
		return nil, err
	}
	return m.Evaluate(test, graft.With(ctx))
}

// lastTwo goes on from there with the last two stages trainable, too.
func lastTwo(ctx context.Context, m *task.ImageClassifier, test *data.Set) (*task.Report, error) {
	if err := m.Unfreeze("last 2"); err != nil {
		return nil, err
	}
	if err := m.Fit(4, graft.OneCycle(4e-3), graft.With(ctx)); err != nil {
		return nil, err
	}
	return m.Evaluate(test, graft.With(ctx))
}

// fromScratch trains everything from random parameters for as many steps as the
// other two together.
func fromScratch(ctx context.Context, photos cells) (*task.Report, error) {
	m, err := graft.ImageClassifier(network, photos.train, graft.FromScratch(), graft.ImageSize(160), graft.With(ctx))
	if err != nil {
		return nil, err
	}
	if err := m.Fit(12, graft.OneCycle(4e-3), graft.With(ctx)); err != nil {
		return nil, err
	}
	return m.Evaluate(photos.test, graft.With(ctx))
}
