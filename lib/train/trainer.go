package train

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"graft/lib/device"
	"graft/lib/nn"
	"graft/lib/train/feature"
	"graft/lib/train/program"
)

// Trainer trains one network and runs it. It keeps executables, per plan, and
// computed features. One call at a time; a second one fails at once.
type Trainer struct {
	net     Net
	backend compute.Backend
	phases  int // calls of Fit so far, part of the seed of each

	busy     sync.Mutex
	paused   atomic.Bool // a run waits, without holding busy
	building sync.Mutex
	steps    map[string]*program.Program
	suffixes map[int]*program.Program
	prefixes map[int]*prefix
	features *feature.Store
	scope    string // network and device, part of every key of features
	origin   state  // parameters from before anything trained them, as far as known
	last     *lastOptimizer
}

// ErrBusy is returned by a call to a [Trainer] that is at work.
var ErrBusy = errors.New("train: this network is being used by another call (wait for it, or interrupt it)")

// New returns a trainer of net on the process's device.
func New(ctx context.Context, net Net) (*Trainer, error) {
	if net.Store == nil || net.Plan == nil || net.Head == nil || net.Body == nil {
		return nil, errors.New("train: a network needs Store, Plan, Body and Head")
	}
	dev, err := device.Open(ctx)
	if err != nil {
		return nil, err
	}
	kept, err := feature.New()
	if err != nil {
		return nil, err
	}
	return &Trainer{
		net: net, backend: dev.Backend,
		steps: map[string]*program.Program{}, suffixes: map[int]*program.Program{}, prefixes: map[int]*prefix{},
		features: kept, scope: net.Name + " on " + dev.String(),
	}, nil
}

// suffix returns the program that runs stages from on and the head in inference
// mode: x [batch, ...] -> outputs [batch, outputs].
func (t *Trainer) suffix(from int) *program.Program {
	if t.suffixes[from] == nil {
		t.suffixes[from] = t.program("inference", t.net.Store, func(in []*graph.Node) *graph.Node {
			return t.net.head(t.net.Body(t.net.Store, in[0], from, t.net.Plan.Stages(), nn.Mode{}))
		})
	}
	return t.suffixes[from]
}

func (t *Trainer) program(name string, store *model.Store, build func(in []*graph.Node) *graph.Node) *program.Program {
	return program.New(name, t.backend, store, &t.building, build)
}

// infer runs one batch, filled up with zeros to its full size.
func (t *Trainer) infer(ctx context.Context, p *program.Program, in *inputs, b *loaded) ([]float32, error) {
	if _, err := in.complete(ctx, b, func(string) {}); err != nil {
		return nil, err
	}
	args := []*tensors.Tensor{in.tensor(b.values, b.batch)}
	if _, err := p.Prepare(ctx, args); err != nil {
		return nil, err
	}
	out, err := p.Call(args)
	if err != nil {
		return nil, err
	}
	return program.Take(out)
}

func span(from, to int) []int {
	list := make([]int, to-from)
	for i := range list {
		list[i] = from + i
	}
	return list
}

// CompileTimes lists what each compilation of a step took so far, by plan.
func (t *Trainer) CompileTimes() map[string]time.Duration {
	times := map[string]time.Duration{}
	for key, p := range t.steps {
		if took, ok := p.Took(); ok {
			times[key] = took
		}
	}
	return times
}
