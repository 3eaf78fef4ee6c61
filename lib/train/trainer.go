package train

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"graft/lib/device"
	"graft/lib/nn"
	"graft/lib/tune"
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
	steps    map[string]*program
	suffixes map[int]*program
	prefixes map[int]*prefix
	features *features
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
	kept, err := newFeatures(net.Name + " on " + dev.String())
	if err != nil {
		return nil, err
	}
	return &Trainer{
		net: net, backend: dev.Backend,
		steps: map[string]*program{}, suffixes: map[int]*program{}, prefixes: map[int]*prefix{},
		features: kept,
	}, nil
}

// stepKey says which executable a plan and settings need.
func stepKey(plan *tune.Plan, s Settings) string {
	return fmt.Sprintf("%s|%+v|%s", plan.Key(), s.Optimizer, s.Loss)
}

// step returns the program of one training step under the present plan:
//
//	x [batch, ...], truth [batch], weight [batch], rates [groups], correction [groups * 2] -> loss
func (t *Trainer) step(s Settings) *program {
	key := stepKey(t.net.Plan, s)
	if p, ok := t.steps[key]; ok {
		return p
	}
	from, inference, learned := t.net.Plan.Prefix(), t.net.Plan.Inference(), t.net.Plan.Learned()
	t.steps[key] = t.program("training step", t.net.Store, func(in []*graph.Node) *graph.Node {
		t.net.Store.SetTraining(in[0].Graph(), true)
		x := t.net.Body(t.net.Store, in[0], from, len(inference), nn.Mode{Training: true, Frozen: inference})
		loss := s.Loss.build(t.net.head(x), in[1], in[2])
		t.descend(loss, learned, s.Optimizer, in[3], in[4])
		return loss
	})
	return t.steps[key]
}

// descend builds the update of every learned parameter.
func (t *Trainer) descend(loss *graph.Node, learned [][]tune.Param, o Optimizer, rates, correction *graph.Node) {
	var variables []*model.Variable
	var values, rate []*graph.Node
	var fix [][2]*graph.Node
	for i, group := range learned {
		for _, p := range group {
			v := t.net.Store.GetVariable(p.Path)
			variables = append(variables, v)
			values = append(values, v.NodeValue(loss))
			rate = append(rate, element(rates, i))
			fix = append(fix, [2]*graph.Node{element(correction, 2*i), element(correction, 2*i+1)})
		}
	}
	if len(values) == 0 {
		panic(errors.New("every group is frozen, so there is nothing to train (unfreeze some)"))
	}
	for i, gradient := range graph.Gradient(loss, values...) {
		o.update(t.net.Store, variables[i], gradient, rate[i], fix[i])
	}
}

// element is entry i of a vector, as a scalar.
func element(vector *graph.Node, i int) *graph.Node {
	return graph.Reshape(graph.Slice(vector, graph.AxisElem(i)))
}

// suffix returns the program that runs stages from on and the head in inference
// mode: x [batch, ...] -> outputs [batch, outputs].
func (t *Trainer) suffix(from int) *program {
	if t.suffixes[from] == nil {
		t.suffixes[from] = t.program("inference", t.net.Store, func(in []*graph.Node) *graph.Node {
			return t.net.head(t.net.Body(t.net.Store, in[0], from, t.net.Plan.Stages(), nn.Mode{}))
		})
	}
	return t.suffixes[from]
}

func (t *Trainer) program(name string, store *model.Store, build func(in []*graph.Node) *graph.Node) *program {
	return &program{name: name, backend: t.backend, store: store, build: build, compiled: map[string]*compilation{}, mu: &t.building}
}

// infer runs one batch, filled up with zeros to its full size.
func (t *Trainer) infer(ctx context.Context, p *program, in *inputs, b *loaded) ([]float32, error) {
	if _, err := in.complete(ctx, b, func(string) {}); err != nil {
		return nil, err
	}
	args := []*tensors.Tensor{in.tensor(b.values, b.batch)}
	if _, err := p.prepare(ctx, args); err != nil {
		return nil, err
	}
	out, err := p.call(args)
	if err != nil {
		return nil, err
	}
	return take(out)
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
		for _, c := range p.compiled {
			select {
			case <-c.done:
				times[key] += c.took
			default:
			}
		}
	}
	return times
}
