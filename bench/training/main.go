// Command training is graft's side of bench/training: it deals the photographs, and
// trains as peer.py does, each in a process of its own.
//
//	training split SEED FILE.json     writes which photograph belongs to which part
//	training run WHAT SEED            trains, and prints accuracy, seconds and seconds of compiling
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"strconv"
	"time"

	graft "graft/lib"
	"graft/lib/data"
	"graft/lib/display"
	"graft/lib/task"
)

var start = time.Now()

// The parts of elpv's photographs.
const learn, choose, judge = 200, 200, 555

func main() {
	if err := run(os.Args[1:]); err != nil {
		log.Fatal("training: ", err)
	}
}

func run(args []string) error {
	if len(args) != 3 {
		return errors.New("want: split SEED FILE, or run WHAT SEED")
	}
	ctx := display.WithSink(context.Background(), display.Lines(io.Discard))
	if args[0] == "split" {
		seed, err := strconv.ParseInt(args[1], 10, 64)
		if err != nil {
			return err
		}
		return split(ctx, seed, args[2])
	}
	seed, err := strconv.ParseInt(args[2], 10, 64)
	if err != nil {
		return err
	}
	return fit(ctx, args[1], seed)
}

func parts(ctx context.Context, seed int64) (train, valid, test *data.Set, err error) {
	cells, err := graft.Dataset("elpv", graft.With(ctx), graft.Seed(seed))
	if err != nil {
		return nil, nil, nil, err
	}
	return cells.Split(learn, choose, judge)
}

func split(ctx context.Context, seed int64, path string) error {
	train, valid, test, err := parts(ctx, seed)
	if err != nil {
		return err
	}
	lists := map[string][][2]string{}
	for name, set := range map[string]*data.Set{"train": train, "valid": valid, "test": test} {
		for i := range set.Len() {
			lists[name] = append(lists[name], [2]string{set.Path(i), set.Classes()[set.Label(i)]})
		}
	}
	text, err := json.Marshal(lists)
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o644)
}

// recipe is what peer.py does under the same name.
type recipe struct {
	network string
	options []graft.Option
	train   func(m *task.ImageClassifier, with graft.Option) error
}

var recipes = map[string]recipe{
	"frozen": {"mobilenet_v2.tv_in1k", nil, func(m *task.ImageClassifier, with graft.Option) error {
		return errors.Join(m.Freeze(), m.Fit(30, with, graft.LR(3e-3)))
	}},
	"probe": {"mobilenet_v2.tv_in1k", nil, func(m *task.ImageClassifier, with graft.Option) error {
		return errors.Join(m.Freeze(), m.Fit(200, with, graft.LR(3e-3), graft.EarlyStop(5)))
	}},
	"tune2": {"mobilenet_v2.tv_in1k", nil, func(m *task.ImageClassifier, with graft.Option) error {
		return m.FineTune(5, with, graft.Unfreeze("last 2"), graft.NoGuard())
	}},
	"tune": {"mobilenet_v2.tv_in1k", nil, func(m *task.ImageClassifier, with graft.Option) error {
		return m.FineTune(5, with, graft.NoGuard())
	}},
	"resnet": {"resnet18", []graft.Option{graft.FromScratch()}, func(m *task.ImageClassifier, with graft.Option) error {
		return m.FineTune(5, with, graft.NoGuard())
	}},
}

func fit(ctx context.Context, what string, seed int64) error {
	how, ok := recipes[what]
	if !ok {
		return fmt.Errorf("unknown %q", what)
	}
	train, valid, test, err := parts(ctx, seed)
	if err != nil {
		return err
	}
	with := graft.With(ctx)
	m, err := graft.ImageClassifier(how.network, train, append(how.options, with, graft.Valid(valid), graft.Seed(seed))...)
	if err != nil {
		return err
	}
	if err := how.train(m, with); err != nil {
		return err
	}
	took, compiled := time.Since(start), time.Duration(0)
	for _, h := range m.Histories() {
		compiled += h.Compile
	}
	report, err := m.Evaluate(test, with)
	if err != nil {
		return err
	}
	fmt.Printf("%.4f %.2f %.2f\n", report.Accuracy(), took.Seconds(), compiled.Seconds())
	return nil
}
