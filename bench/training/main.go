// Command training is graft's side of bench/training: it deals the photographs, and
// trains as peer.py does, each in a process of its own.
//
//	training split SEED SPLIT.json      writes which photograph belongs to which part
//	training run WHAT SEED SPLIT.json   trains, and prints accuracy, seconds and seconds of compiling
package main

import (
	"context"
	"encoding/csv"
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
	ctx := display.WithSink(context.Background(), display.Lines(io.Discard))
	switch {
	case len(args) == 3 && args[0] == "split":
		seed, err := strconv.ParseInt(args[1], 10, 64)
		return errors.Join(err, split(ctx, seed, args[2]))
	case len(args) == 4 && args[0] == "run":
		seed, err := strconv.ParseInt(args[2], 10, 64)
		return errors.Join(err, fit(ctx, args[1], seed, args[3]))
	}
	return errors.New("want: split SEED SPLIT.json, or run WHAT SEED SPLIT.json")
}

// lists are the photographs of each part: path and class.
type lists map[string][][2]string

func split(ctx context.Context, seed int64, path string) error {
	cells, err := graft.Dataset("elpv", graft.With(ctx), graft.Seed(seed))
	if err != nil {
		return err
	}
	train, valid, test, err := cells.Split(learn, choose, judge)
	if err != nil {
		return err
	}
	all := lists{}
	for name, set := range map[string]*data.Set{"train": train, "valid": valid, "test": test} {
		for i := range set.Len() {
			all[name] = append(all[name], [2]string{set.Path(i), set.Classes()[set.Label(i)]})
		}
	}
	text, err := json.Marshal(all)
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o644)
}

// part makes a set of the photographs in list.
func part(ctx context.Context, list [][2]string) (*data.Set, error) {
	f, err := os.CreateTemp("", "*.csv")
	if err != nil {
		return nil, err
	}
	defer os.Remove(f.Name())
	w := csv.NewWriter(f)
	for _, example := range append([][2]string{{"path", "class"}}, list...) {
		if err := w.Write(example[:]); err != nil {
			return nil, err
		}
	}
	w.Flush()
	if err := errors.Join(w.Error(), f.Close()); err != nil {
		return nil, err
	}
	return data.CSV(f.Name(), data.With(ctx), data.Columns("path", "class"))
}

func parts(ctx context.Context, path string) (train, valid, test *data.Set, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, nil, err
	}
	var all lists
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, nil, nil, err
	}
	var faults [3]error
	train, faults[0] = part(ctx, all["train"])
	valid, faults[1] = part(ctx, all["valid"])
	test, faults[2] = part(ctx, all["test"])
	return train, valid, test, errors.Join(faults[:]...)
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

func fit(ctx context.Context, what string, seed int64, path string) error {
	how, ok := recipes[what]
	if !ok {
		return fmt.Errorf("unknown %q", what)
	}
	train, valid, test, err := parts(ctx, path)
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
