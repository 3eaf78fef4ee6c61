package task

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/gomlx/gomlx/core/tensors"
	"graft/internal/whole"
	"graft/lib/preset"
	"graft/lib/train"
	"graft/lib/weights"
)

// The parts of a saved model, a zip file whose entries are stored as they are.
const (
	recordEntry   = "model.json"
	backboneEntry = "backbone.safetensors"
	headEntry     = "head.safetensors"
	// optimizerEntry is there if the model was saved with KeepOptimizer.
	optimizerEntry = "optimizer.safetensors"
)

// formatVersion is raised when older programs could not read a file rightly.
const formatVersion = 1

// record is model.json: everything but numbers.
type record struct {
	Format   int             `json:"format"`
	Task     string          `json:"task"` // "image classifier" or "image regressor"
	Preset   preset.Preset   `json:"preset"`
	Input    preset.Input    `json:"input"` // as used, which may be another size than the preset's
	Classes  []string        `json:"classes,omitempty"`
	Outputs  int             `json:"outputs"`
	Custom   bool            `json:"custom_head"`
	Plan     string          `json:"plan"`
	Rates    []float64       `json:"rates"`
	Settings train.Settings  `json:"settings"`
	Started  string          `json:"started_from"`
	Epochs   [][]train.Epoch `json:"epochs"` // of every Fit
}

const (
	classifierTask = "image classifier"
	regressorTask  = "image regressor"
)

// Save writes the model to one file, usually called NAME.graft: under another name
// first, then renamed, so that nobody sees half of it. [LoadImageClassifier] and
// [LoadImageRegressor] rebuild the model from it. It takes the option KeepOptimizer,
// for a model that is to be trained further with it.
func (m *Image) Save(path string, opts ...train.Option) (err error) {
	s, err := train.Resolve("Save", train.Settings{}, opts, "KeepOptimizer")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("task: save %q: %w", path, err)
		}
	}()
	return whole.Write(path, 0o644, func(f *os.File) error { return m.write(f, s.KeepOptimizer) })
}

func (m *Image) write(w io.Writer, optimizer bool) error {
	z := zip.NewWriter(w)
	entry := func(name string, write func(io.Writer) error) error {
		part, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err != nil {
			return err
		}
		return write(part)
	}
	body, err := m.backbone.Tensors(m.store)
	if err != nil {
		return err
	}
	head, err := m.headTensors()
	if err != nil {
		return err
	}
	err = errors.Join(
		entry(recordEntry, func(w io.Writer) error {
			e := json.NewEncoder(w)
			e.SetIndent("", "  ")
			return e.Encode(m.record())
		}),
		entry(backboneEntry, func(w io.Writer) error { return weights.Write(w, body, nil) }),
		entry(headEntry, func(w io.Writer) error { return weights.Write(w, head, nil) }),
	)
	if optimizer {
		err = errors.Join(err, entry(optimizerEntry, m.trainer.WriteOptimizer))
	}
	return errors.Join(err, z.Close())
}

func (m *Image) record() record {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := record{
		Format: formatVersion, Task: regressorTask, Preset: *m.preset, Input: m.pipeline.Input,
		Classes: m.classes, Outputs: m.outputs, Custom: m.custom, Plan: m.plan.Key(),
		Settings: m.settings, Started: m.loaded,
	}
	if m.classes != nil {
		r.Task = classifierTask
	}
	for _, g := range m.plan.Groups {
		r.Rates = append(r.Rates, g.Rate)
	}
	for _, h := range m.histories {
		r.Epochs = append(r.Epochs, h.Epochs)
	}
	return r
}

// headTensors are the head's variables under their paths, in their own axis order.
func (m *Image) headTensors() ([]weights.Tensor, error) {
	var list []weights.Tensor
	for _, p := range m.plan.Groups[m.plan.Stages()].Params {
		v := m.store.GetVariable(p.Path)
		value, err := v.Value()
		if err != nil {
			return nil, err
		}
		values, err := tensors.CopyFlatData[float32](value)
		if err != nil {
			return nil, fmt.Errorf("%s is not float32: %w", p.Path, err)
		}
		t, err := weights.FromFloat32(p.Path, v.Shape().Dimensions, values)
		if err != nil {
			return nil, err
		}
		list = append(list, t)
	}
	return list, nil
}
