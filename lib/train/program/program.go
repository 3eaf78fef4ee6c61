// Package program runs graph functions over the variables of a store: it compiles one
// executable for each shape of the arguments, in the background where it must, and
// hands the variables their new values when a call has succeeded. It knows nothing of
// networks or steps, as opposed to package train, which builds the graphs, and package
// device, which opens the backend and keeps compiled executables on disk.
//
//	p := program.New("double", dev.Backend, store, &building, func(in []*graph.Node) *graph.Node {
//		return graph.MulScalar(in[0], 2)
//	})
//	args := []*tensors.Tensor{tensors.FromValue([]float32{1, 2})}
//	if _, err := p.Prepare(ctx, args); err != nil {
//		return err
//	}
//	out, err := p.Call(args)
//
// [Try] turns the panics of graph code into errors.
package program

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"graft/lib/device"
)

// Program is a graph function over the variables of a store and its executables, one
// for each shape of the arguments. It stands in for GoMLX's model.Exec, which in
// v0.28.1 gives away the values of the variables that it updates before it knows
// that the step succeeds, even if it is only asked to compile. A Program gives
// nothing away: a call that fails leaves every variable as it was.
type Program struct {
	name    string
	backend compute.Backend
	store   *model.Store
	build   func(in []*graph.Node) *graph.Node

	compiled map[string]*compilation // by shapes of the arguments
	mu       *sync.Mutex             // one compilation at a time: building a graph writes to the store
}

// New returns the program of build, which gets the arguments as nodes. building is held
// while a graph is built, since that writes to the store: programs of one store share it.
func New(name string, backend compute.Backend, store *model.Store, building *sync.Mutex, build func(in []*graph.Node) *graph.Node) *Program {
	return &Program{name: name, backend: backend, store: store, build: build, compiled: map[string]*compilation{}, mu: building}
}

// Compiled is the number of executables, those that are being compiled included.
func (p *Program) Compiled() int { return len(p.compiled) }

// Took is the time that all compilations took that have ended; ok is false if none
// has.
func (p *Program) Took() (took time.Duration, ok bool) {
	for _, c := range p.compiled {
		select {
		case <-c.done:
			took, ok = took+c.took, true
		default:
		}
	}
	return took, ok
}

// compilation is one that runs or has ended.
type compilation struct {
	done chan struct{}
	took time.Duration
	err  error
	// loaded is true if the executable was on disk already.
	loaded bool

	graph   *graph.Graph
	inputs  []*model.Variable // parameters of the graph after the arguments, by handle
	changed []*model.Variable // outputs of the graph after the first
}

// Prepare compiles the program for arguments like args unless that has been done,
// and returns the time it took, 0 if there was nothing to do. XLA cannot be
// interrupted: when ctx ends first, the compilation goes on in the background and
// the next call finds its result.
func (p *Program) Prepare(ctx context.Context, args []*tensors.Tensor) (time.Duration, error) {
	key := shapeKey(args)
	c, ok := p.compiled[key]
	if !ok {
		c = &compilation{done: make(chan struct{})}
		p.compiled[key] = c
		go p.compile(c, args)
	}
	select {
	case <-c.done:
	case <-ctx.Done():
		return 0, fmt.Errorf("program: interrupted while compiling (the compilation goes on in the background): %w", context.Cause(ctx))
	}
	if c.err != nil {
		delete(p.compiled, key)
	}
	if ok {
		return 0, c.err
	}
	return c.took, c.err
}

func (p *Program) compile(c *compilation, args []*tensors.Tensor) {
	defer close(c.done)
	p.mu.Lock()
	defer p.mu.Unlock()
	start, before := time.Now(), device.KeptExecutables()
	c.err = Try("program: "+p.name+" does not build", func() error { return p.lower(c, args) })
	c.took = time.Since(start)
	after := device.KeptExecutables()
	c.loaded = after.Loaded > before.Loaded && after.Compiled == before.Compiled
}

// Loaded reports whether the executable for arguments like args was found on disk.
func (p *Program) Loaded(args []*tensors.Tensor) bool {
	c := p.compiled[shapeKey(args)]
	return c != nil && c.loaded
}

// lower builds and compiles the graph for arguments of the shapes of args.
func (p *Program) lower(c *compilation, args []*tensors.Tensor) error {
	g := graph.NewGraph(p.backend, p.name)
	model.SetStore(g, p.store)
	in := make([]*graph.Node, len(args))
	for i, a := range args {
		in[i] = graph.Parameter(g, fmt.Sprintf("argument %d", i), a.Shape())
	}
	out := []*graph.Node{p.build(in)}
	c.inputs = make([]*model.Variable, g.NumParameters()-len(args))
	// By path, so that the program is the same, and is found among compiled ones, in
	// whatever order the variables were made: a resumed run makes them in another.
	byPath := slices.SortedFunc(p.store.IterVariables(), func(a, b *model.Variable) int { return cmp.Compare(a.Path(), b.Path()) })
	for _, v := range byPath {
		if !v.InUseByGraph(g) {
			continue
		}
		handle := int(g.GetParameterByName(v.Path()).GetParameterHandle())
		c.inputs[handle-len(args)] = v
		if v.ChangedInGraph(g) {
			c.changed = append(c.changed, v)
			out = append(out, v.NodeValue(g))
		}
	}
	if err := p.store.InitializeVariables(p.backend, nil); err != nil {
		return err
	}
	c.graph = g
	return g.Compile(out...)
}

// Call runs the program, which must have been prepared for args, updates the
// variables and returns the result. It releases args.
func (p *Program) Call(args []*tensors.Tensor) (*tensors.Tensor, error) {
	c := p.compiled[shapeKey(args)]
	var out []*tensors.Tensor
	err := Try("program: "+p.name+" failed", func() (err error) {
		out, err = p.run(c, args)
		return err
	})
	if err = errors.Join(err, release(args)); err != nil {
		return nil, err
	}
	for i, v := range c.changed {
		if err := v.SetValue(out[i+1]); err != nil {
			return nil, err
		}
	}
	return out[0], nil
}

func (p *Program) run(c *compilation, args []*tensors.Tensor) ([]*tensors.Tensor, error) {
	var buffers []compute.Buffer
	for _, a := range args {
		b, err := a.Buffer(p.backend, 0)
		if err != nil {
			return nil, err
		}
		buffers = append(buffers, b)
	}
	for _, v := range c.inputs {
		value, err := v.Value()
		if err != nil {
			return nil, err
		}
		b, err := value.Buffer(p.backend, 0)
		if err != nil {
			return nil, err
		}
		buffers = append(buffers, b)
	}
	return c.graph.RunWithBuffers(buffers, make([]bool, len(buffers)), 0), nil
}

func release(list []*tensors.Tensor) error {
	var errs []error
	for _, t := range list {
		errs = append(errs, t.FinalizeAll())
	}
	return errors.Join(errs...)
}

// Take copies the numbers out of t and releases it.
func Take(t *tensors.Tensor) ([]float32, error) {
	flat, err := tensors.CopyFlatData[float32](t)
	return flat, errors.Join(err, t.FinalizeAll())
}

func shapeKey(args []*tensors.Tensor) string {
	var b strings.Builder
	for _, a := range args {
		b.WriteString(a.Shape().String())
	}
	return b.String()
}
