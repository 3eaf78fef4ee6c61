package task

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/gomlx/gomlx/core/tensors"
	"graft/lib/preprocess"
	"graft/lib/train"
	"graft/lib/tune"
	"graft/lib/weights"
)

// LoadImageClassifier rebuilds a classifier from a file that Save wrote. Nothing is
// fetched. It takes the option Head, which a model with a head of one's own needs
// again, and the options With, BatchSize, Seed and Metrics. To train it further,
// call Use first.
func LoadImageClassifier(path string, opts ...train.Option) (*ImageClassifier, error) {
	m, err := load(path, classifierTask, opts)
	if err != nil {
		return nil, err
	}
	return &ImageClassifier{m}, nil
}

// LoadImageRegressor rebuilds a regressor; see [LoadImageClassifier].
func LoadImageRegressor(path string, opts ...train.Option) (*ImageRegressor, error) {
	m, err := load(path, regressorTask, opts)
	if err != nil {
		return nil, err
	}
	return &ImageRegressor{m}, nil
}

func load(path, task string, opts []train.Option) (m *Image, err error) {
	z, err := zip.OpenReader(path)
	if err != nil {
		return nil, fmt.Errorf("task: %q is no saved model: %w", path, err)
	}
	defer func() {
		if err = errors.Join(err, z.Close()); err != nil {
			m = nil
		}
	}()
	r, err := readRecord(&z.Reader)
	if err == nil && r.Task != task {
		err = fmt.Errorf("it is an %s, not an %s", r.Task, task)
	}
	if err != nil {
		return nil, fmt.Errorf("task: %q: %w", path, err)
	}
	if m, err = rebuild(&z.Reader, r, opts); err != nil {
		return nil, fmt.Errorf("task: %q: %w", path, err)
	}
	return m, nil
}

// maxRecord is far more than the JSON of a model with many classes.
const maxRecord = 64 << 20

func readRecord(z *zip.Reader) (*record, error) {
	f, err := z.Open(recordEntry)
	if err != nil {
		return nil, fmt.Errorf("it is no saved model (it holds no %s)", recordEntry)
	}
	var r record
	err = json.NewDecoder(io.LimitReader(f, maxRecord)).Decode(&r)
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("%s: %w", recordEntry, err)
	}
	if r.Format != formatVersion {
		return nil, fmt.Errorf("it has format %d, this program reads %d (use the graft that wrote it, or a newer one)", r.Format, formatVersion)
	}
	return &r, nil
}

func rebuild(z *zip.Reader, r *record, opts []train.Option) (*Image, error) {
	s, err := train.Resolve("Load", r.Settings, opts, "Head", "Seed", "BatchSize", "Metrics")
	if err != nil {
		return nil, err
	}
	m, err := remake(r, s)
	if err != nil {
		return nil, err
	}
	if err := m.loadBackbone(z); err != nil {
		return nil, err
	}
	return m, errors.Join(m.loadHead(z), m.loadPlan(r), m.loadOptimizer(z))
}

func (m *Image) loadOptimizer(z *zip.Reader) error {
	if !slices.ContainsFunc(z.File, func(f *zip.File) bool { return f.Name == optimizerEntry }) {
		return nil
	}
	return withTensors(z, optimizerEntry, m.trainer.ReadOptimizer)
}

// remake builds the network of r with fresh parameters for settings.
func remake(r *record, s train.Settings) (*Image, error) {
	if r.Custom && s.Head == nil {
		return nil, errors.New("it has a head of its maker's own, which is code and not in the file (give the same function with the option Head)")
	}
	s.ImageSize = 0 // the record's input has the size
	m, err := newImage(&r.Preset, r.Classes, s)
	if err != nil {
		return nil, err
	}
	if m.pipeline, err = preprocess.New(r.Input); err != nil {
		return nil, err
	}
	m.loaded = r.Started
	if err := m.build(s.Context); err != nil {
		return nil, err
	}
	m.settings.Context = nil
	return m, nil
}

func (m *Image) loadBackbone(z *zip.Reader) error {
	return withTensors(z, backboneEntry, func(f *weights.File) error {
		_, err := m.backbone.Load(m.store, f)
		return err
	})
}

// loadHead wants exactly the variables that the head has.
func (m *Image) loadHead(z *zip.Reader) error {
	params := m.plan.Groups[m.plan.Stages()].Params
	return withTensors(z, headEntry, func(f *weights.File) error {
		for _, name := range f.Names() {
			if !slices.ContainsFunc(params, func(p tune.Param) bool { return p.Path == name }) {
				return fmt.Errorf("the head has no variable %q (is it the function the model was made with?)", name)
			}
		}
		for _, p := range params {
			if err := m.loadVariable(f, p.Path); err != nil {
				return err
			}
		}
		return nil
	})
}

func (m *Image) loadVariable(f *weights.File, path string) error {
	t, err := f.Tensor(path)
	if err != nil {
		return err
	}
	v := m.store.GetVariable(path)
	if !slices.Equal(t.Shape, v.Shape().Dimensions) {
		return fmt.Errorf("the head's %q is %v in the file, but %v here", path, t.Shape, v.Shape().Dimensions)
	}
	values, err := t.Float32()
	if err != nil {
		return err
	}
	return v.SetValue(tensors.FromFlatDataAndDimensions(values, t.Shape...))
}

func (m *Image) loadPlan(r *record) error {
	if err := m.plan.SetKey(r.Plan); err != nil {
		return err
	}
	if len(r.Rates) != len(m.plan.Groups) {
		return fmt.Errorf("it has rates for %d groups, the network has %d", len(r.Rates), len(m.plan.Groups))
	}
	for i, rate := range r.Rates {
		m.plan.Groups[i].Rate = rate
	}
	return nil
}

// withTensors opens an entry of the zip file as a weights file. Package weights
// reads files only, so the entry is copied to a temporary one; the copy is checked
// against the zip's checksum on the way.
func withTensors(z *zip.Reader, name string, use func(*weights.File) error) (err error) {
	in, err := z.Open(name)
	if err != nil {
		return fmt.Errorf("it holds no %s", name)
	}
	tmp, err := os.CreateTemp("", "graft-*.safetensors")
	if err != nil {
		return errors.Join(err, in.Close())
	}
	defer os.Remove(tmp.Name())
	_, err = io.Copy(tmp, in)
	if err = errors.Join(err, in.Close(), tmp.Close()); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	f, err := weights.Open(tmp.Name())
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return errors.Join(use(f), f.Close())
}
