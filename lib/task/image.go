package task

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"graft/lib/backbone"
	"graft/lib/data"
	"graft/lib/hub"
	"graft/lib/nn"
	"graft/lib/preprocess"
	"graft/lib/preset"
	"graft/lib/train"
	"graft/lib/train/finder"
	"graft/lib/train/optimizer"
	"graft/lib/train/schedule"
	"graft/lib/tune"
	"graft/lib/weights"
)

// Image is what [ImageClassifier] and [ImageRegressor] have in common: a network on
// images, the sets it learns from, and the plan of what is trained. One method that
// trains or predicts runs at a time; the others, Display among them, may be called
// meanwhile.
type Image struct {
	preset   *preset.Preset
	backbone *backbone.Model
	pipeline preprocess.Pipeline
	store    *model.Store
	plan     *tune.Plan
	trainer  *train.Trainer
	settings train.Settings

	classes []string // nil for regression
	outputs int
	custom  bool // the head is the user's
	loaded  string

	mu        sync.Mutex // guards what follows
	train     *data.Set
	valid     *data.Set
	histories []*train.History
	base      float64   // learning rate of the last Fit, for the ledger
	shares    []float64 // of it by group, likewise; nil for those of the plan
	album     album     // snapshots, and what Undo goes back to
	wheel     *train.Steering
	found     *finder.Rates // by the last FindLR
	guard     *Guard        // of the last FineTune
}

// newImage builds a network with fresh parameters for settings; nothing is loaded.
func newImage(p *preset.Preset, classes []string, s train.Settings) (*Image, error) {
	arch, err := backbone.New(p.Arch)
	if err != nil {
		return nil, err
	}
	pipeline, err := preprocess.New(p.Input)
	if err != nil {
		return nil, err
	}
	if s.ImageSize > 0 && s.ImageSize != p.Input.Size {
		if pipeline, err = pipeline.At(s.ImageSize); err != nil {
			return nil, err
		}
	}
	m := &Image{preset: p, backbone: arch, pipeline: pipeline, store: model.NewStore(), settings: s, classes: classes}
	m.outputs = max(1, len(classes))
	m.base = s.Schedule.Peak
	// Defaults of a Fit, which depend on its optimizer, are not the model's.
	m.settings.Schedule, m.settings.Optimizer = schedule.Schedule{}, optimizer.Optimizer{}
	return m, nil
}

// build adds the head and the trainer; the parameters of the backbone must be there.
func (m *Image) build(ctx context.Context) error {
	head, params, err := m.head(ctx)
	if err != nil {
		return err
	}
	m.plan = tune.NewPlan(tune.FromStages(m.backbone.Stages), params)
	if err := m.adapt(); err != nil {
		return err
	}
	stages := len(m.backbone.Stages)
	m.trainer, err = train.New(ctx, train.Net{
		Store: m.store, Plan: m.plan, Head: head, Name: m.preset.Arch,
		Body: func(store *model.Store, x *graph.Node, from, to int, mode nn.Mode) *graph.Node {
			x = m.backbone.Apply(store.Scope(backbone.Root), x, from, to, mode)
			if from < stages && to == stages {
				x = m.backbone.Pool(x)
			}
			return x
		},
		Fold: func(to int) (*model.Store, error) { return m.backbone.Fold(m.store, 0, to) },
	})
	return err
}

// adapt sets the plan for a network from scratch, or for BatchNorm that follows the
// batches.
func (m *Image) adapt() error {
	err := m.plan.SetBatchStats("all", m.settings.BatchStats || m.settings.Scratch)
	if m.settings.Scratch {
		err = errors.Join(err, m.plan.SetRate("all", 1))
	}
	return err
}

type headFunc = func(*model.Scope, *graph.Node) *graph.Node

// head is the user's, or a linear layer.
func (m *Image) head(ctx context.Context) (headFunc, []tune.Param, error) {
	if m.settings.Head != nil {
		m.custom = true
		params, outputs, err := train.Discover(ctx, m.store, m.settings.Head, []int{m.backbone.Features}, m.settings.Seed)
		if err == nil && outputs != m.outputs {
			err = fmt.Errorf("task: the head has %d outputs, but %d are needed (%s)", outputs, m.outputs, m.what())
		}
		return m.settings.Head, params, err
	}
	l := m.linear()
	var params []tune.Param
	for _, p := range l.Params() {
		if err := p.Put(m.store, train.HeadScope, p.Initial(m.settings.Seed)); err != nil {
			return nil, nil, err
		}
		params = append(params, tune.Param{Path: p.Path(train.HeadScope), Kind: p.Kind, Len: p.Len()})
	}
	return func(scope *model.Scope, x *graph.Node) *graph.Node { return l.Apply(scope, x) }, params, nil
}

func (m *Image) linear() nn.Linear {
	return nn.Linear{Name: "linear", In: m.backbone.Features, Out: m.outputs}
}

// startAt sets the bias of the linear head of a regressor, so that it begins with
// the mean instead of 0.
func (m *Image) startAt(mean float32) error {
	if m.custom {
		return nil
	}
	bias := m.linear().Params()[1]
	return bias.Put(m.store, train.HeadScope, tensors.FromFlatDataAndDimensions([]float32{mean}, 1))
}

// what says what the outputs are for.
func (m *Image) what() string {
	if m.classes == nil {
		return "one number"
	}
	return fmt.Sprintf("%d classes", len(m.classes))
}

// fill gives the backbone its parameters: the preset's, or random ones.
func (m *Image) fill(ctx context.Context) error {
	if m.settings.Scratch {
		m.loaded = "random parameters"
		return m.backbone.Init(m.store, m.settings.Seed)
	}
	path, err := hub.Fetch(ctx, m.preset.Source)
	if err != nil {
		return err
	}
	f, err := weights.Open(path)
	if err != nil {
		return err
	}
	report, err := m.backbone.Load(m.store, f)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	m.loaded = report.String()
	return nil
}

// create is what the constructors do.
func create(name string, set *data.Set, classes []string, s train.Settings) (*Image, error) {
	p, err := preset.Lookup(name)
	if err != nil {
		return nil, err
	}
	m, err := newImage(p, classes, s)
	if err != nil {
		return nil, err
	}
	if err := m.Use(set, s.ValidSet); err != nil {
		return nil, err
	}
	if err := m.fill(s.Context); err != nil {
		return nil, err
	}
	if err := m.build(s.Context); err != nil {
		return nil, err
	}
	m.settings.Context, m.settings.ValidSet = nil, nil // of this call, not of the model
	return m, nil
}

// Use sets what the next Fit learns from and is measured on; either may be nil. A
// loaded model needs it before it can be trained further.
func (m *Image) Use(train, valid *data.Set) error {
	for _, set := range []*data.Set{train, valid} {
		if set == nil {
			continue
		}
		if set.Len() == 0 {
			return errors.New("task: the set is empty")
		}
		if _, err := m.source(set); err != nil {
			return err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.train, m.valid = train, valid
	return nil
}

func (m *Image) sets() (train, valid *data.Set) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.train, m.valid
}

// resolve applies options on top of the model's settings.
func (m *Image) resolve(verb string, opts []train.Option, takes ...string) (train.Settings, error) {
	return train.Resolve(verb, m.settings, opts, takes...)
}

// Store holds all parameters, for graph code of one's own.
func (m *Image) Store() *model.Store { return m.store }

// Plan says what is trained; change it through Freeze, Unfreeze and SetRate.
func (m *Image) Plan() *tune.Plan { return m.plan }

// Preset is the pretrained network that the model was made from.
func (m *Image) Preset() *preset.Preset { return m.preset }
