// Command frozen is graft's side of bench/frozen: a head on a frozen MobileNetV2,
// 500 photographs, ten epochs of batches of 16. It prints the seconds since the
// process began. What the feature cache holds decides which of the two cases of
// run.sh it is.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"time"

	"graft/lib/data"
	"graft/lib/display"
	"graft/lib/task"
	"graft/lib/train"
)

var start = time.Now()

func main() {
	images := flag.Int("images", 500, "photographs to train on")
	epochs := flag.Int("epochs", 10, "passes over them")
	flag.Parse()
	if err := run(*images, *epochs); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.2f\n", time.Since(start).Seconds())
}

func run(images, epochs int) error {
	ctx := display.WithSink(context.Background(), display.Lines(io.Discard))
	cells, err := data.Load(ctx, "elpv")
	if err != nil {
		return err
	}
	photos, _, _, err := cells.Split(images, 0, data.Rest)
	if err != nil {
		return err
	}
	m, err := task.NewImageClassifier("mobilenet_v2.tv_in1k", photos, train.With(ctx))
	if err != nil {
		return err
	}
	if err := m.Freeze(); err != nil {
		return err
	}
	return m.Fit(epochs, train.With(ctx), train.BatchSize(16))
}
