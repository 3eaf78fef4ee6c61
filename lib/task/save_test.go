package task

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"graft/lib/train"
)

// oldRecord are the settings and epochs in model.json as the first version of the
// format had them.
const oldRecord = `{
  "settings": {
    "batch": 16, "optimizer": {"rule": "adam", "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8},
    "schedule": {"shape": "constant", "peak": 0.002}, "metrics": ["accuracy"], "patience": 0, "min_delta": 0,
    "keep_best": false, "in_order": false, "seed": 0, "loss": "cross-entropy", "image_size": 32,
    "batch_stats": false, "scratch": true
  },
  "epochs": [[{"epoch": 1, "train_loss": 0.7, "valid_loss": null, "metrics": [0.5], "lr": 0.01, "seconds": 0.5, "trainable": "Fffffft"}]]
}`

// TestOldFormatLoads: a file that the first version wrote is the same model.
func TestOldFormatLoads(t *testing.T) {
	with := quiet(t)
	m := small(t, with)
	require.NoError(t, m.Fit(6, with))
	dir := t.TempDir()
	path, old := filepath.Join(dir, "new.graft"), filepath.Join(dir, "old.graft")
	require.NoError(t, m.Save(path))
	rewrite(t, path, old, func(record map[string]json.RawMessage) {
		var before map[string]json.RawMessage
		require.NoError(t, json.Unmarshal([]byte(oldRecord), &before))
		for name, value := range before {
			record[name] = value
		}
		for name := range record {
			require.Contains(t, []string{"format", "task", "preset", "input", "classes", "outputs", "custom_head", "plan", "rates", "settings", "started_from", "epochs"}, name)
		}
	})
	again, err := LoadImageClassifier(old, with)
	require.NoError(t, err)
	require.Equal(t, said(t, m, with), said(t, again, with))
	require.NoError(t, again.Use(halves(t, 21), nil))
	require.NoError(t, again.Fit(1, with), "its settings are good for a fit")
}

// TestSaveWithTheOptimizer: a loaded model goes on as the saved one does.
func TestSaveWithTheOptimizer(t *testing.T) {
	with := quiet(t)
	m := small(t, with)
	path := filepath.Join(t.TempDir(), "m.graft")
	require.ErrorIs(t, m.Save(path, train.KeepOptimizer()), train.ErrNoOptimizer)
	require.NoFileExists(t, path)
	require.ErrorContains(t, m.Save(path, train.LR(1)), "Save has no use for the option LR")
	require.NoError(t, m.Fit(2, with, train.InOrder()))
	require.NoError(t, m.Save(path, train.KeepOptimizer()))
	again, err := LoadImageClassifier(path, with)
	require.NoError(t, err)
	require.NoError(t, again.Use(m.Train(), m.Valid()))
	for _, one := range []*ImageClassifier{m, again} {
		require.NoError(t, one.Fit(2, with, train.InOrder(), train.KeepOptimizer()))
	}
	require.Equal(t, trained(t, m), trained(t, again), "to the last bit")
	require.NoError(t, m.Save(path))
	again, err = LoadImageClassifier(path, with)
	require.NoError(t, err)
	require.NoError(t, again.Use(m.Train(), m.Valid()))
	require.ErrorIs(t, again.Fit(1, with, train.KeepOptimizer()), train.ErrNoOptimizer)
}

// rewrite copies a saved model with another model.json.
func rewrite(t *testing.T, from, to string, change func(map[string]json.RawMessage)) {
	t.Helper()
	z, err := zip.OpenReader(from)
	require.NoError(t, err)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range z.File {
		r, err := f.Open()
		require.NoError(t, err)
		raw, err := io.ReadAll(r)
		require.NoError(t, err)
		require.NoError(t, r.Close())
		if f.Name == recordEntry {
			var record map[string]json.RawMessage
			require.NoError(t, json.Unmarshal(raw, &record))
			change(record)
			raw, err = json.Marshal(record)
			require.NoError(t, err)
		}
		part, err := w.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Store})
		require.NoError(t, err)
		_, err = part.Write(raw)
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	require.NoError(t, w.Close())
	require.NoError(t, os.WriteFile(to, out.Bytes(), 0o600))
}
