package task

import (
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"graft/lib/data"
	"graft/lib/preprocess"
	"graft/lib/preset"
	"graft/lib/train"
)

// TestAugmentedFit: with a frozen prefix, K views are computed once each; validation
// sees plain pictures; ShowViews shows the same views; the recipe is saved.
func TestAugmentedFit(t *testing.T) {
	with := quiet(t)
	m := small(t, with, train.Augment(preprocess.Light()), train.Views(2))
	require.NoError(t, m.Fit(3, with, train.LR(0.01)))
	h := m.Histories()[0]
	require.Equal(t, []string{"0/21", "0/21", "21/21"}, []string{h.Epochs[0].Features, h.Epochs[1].Features, h.Epochs[2].Features})
	require.Contains(t, h.Note, "2 views")
	require.Contains(t, h.Display().Data["text/plain"], "2 cached views: crop from 60 %, flip, rotate 5°, brightness 10 %")

	grid, err := m.ShowViews(3, 2, with)
	require.NoError(t, err)
	require.Len(t, grid.Images, 3)
	require.Contains(t, grid.Title, "crop from 60 %")
	plain, err := m.seen(m.Train(), 3)
	require.NoError(t, err)
	require.Equal(t, plain, grid.Images[0].Image)
	src, err := m.source(m.Train())
	require.NoError(t, err)
	values := make([]float32, src.pipeline.Len())
	require.NoError(t, src.Augment(preprocess.Light()).LoadViews(t.Context(), []int{3}, []uint64{1}, values))
	again := make([]float32, len(values))
	whole := m.pipeline.Input
	whole.Resize = whole.Size
	asItIs, err := preprocess.New(whole)
	require.NoError(t, err)
	require.NoError(t, asItIs.Apply(grid.Images[1].Image, again))
	require.Equal(t, again, values, "the picture that is shown is the one that is trained on")
	for want, call := range map[string]func() error{
		"no training picture 21 (there are 21": func() error { _, err := m.ShowViews(21, 2); return err },
		"-1 views":                             func() error { _, err := m.ShowViews(0, -1); return err },
		"Crop 7":                               func() error { _, err := m.ShowViews(0, 1, train.Augment(preprocess.Augment{Crop: 7})); return err },
	} {
		require.ErrorContains(t, call(), want)
	}

	path := filepath.Join(t.TempDir(), "m.graft")
	require.NoError(t, m.Save(path))
	loaded, err := LoadImageClassifier(path, with)
	require.NoError(t, err)
	require.Equal(t, preprocess.Light(), loaded.settings.Augment)
	require.Equal(t, 2, loaded.settings.Views)
	require.NoError(t, m.Fit(1, with, train.Augment(preprocess.Augment{})))
	require.Equal(t, "10/21", m.Histories()[1].Features, "plain pictures now, ten of which were validated on")
	require.NotContains(t, m.Histories()[1].Note, "views")
}

// TestTroubles: what is wrong with small and lopsided sets is said, in errors or with
// the run.
func TestTroubles(t *testing.T) {
	with := quiet(t)
	pictures := func(from int, labels ...string) *data.Set {
		var images []image.Image
		for i, label := range labels {
			images = append(images, picture(from+i, label == "right"))
		}
		set, err := data.Images(images, labels)
		require.NoError(t, err)
		return set
	}
	_, err := data.Images(nil, nil)
	require.ErrorContains(t, err, "no usable photograph")
	_, err = NewImageClassifier("resnet18", pictures(0, "left"), with)
	require.ErrorContains(t, err, "the set has 1 class (a classifier needs at least 2)")

	many := make([]string, 22)
	for i := range many {
		many[i] = "left"
	}
	many[7] = "right"
	m, err := NewImageClassifier("resnet18", pictures(0, many...), with, train.FromScratch(), train.ImageSize(32), train.Valid(pictures(100, "left", "left")))
	require.NoError(t, err)
	require.NoError(t, m.Freeze())
	require.NoError(t, m.Fit(1, with))
	note := m.Histories()[0].Note
	require.Contains(t, note, "only one training photograph of right")
	require.Contains(t, note, "21 training photographs of left, but 1 of right (SampleBalanced draws")
	require.Contains(t, note, "no validation photograph of right: nothing that is measured speaks for it")
	require.NotContains(t, note, "too: what is measured")
	require.NoError(t, m.Fit(1, with, train.SampleBalanced(), train.Valid(pictures(7, "right", "left"))))
	note = m.Histories()[1].Note
	require.NotContains(t, note, "SampleBalanced draws")
	require.NotContains(t, note, "no validation")
	require.Contains(t, note, "2 of 2 validation photographs are in the training set, too")
	empty, err := m.Train().Subset(nil)
	require.NoError(t, err)
	require.ErrorContains(t, m.Use(empty, nil), "the set is empty")
	require.ErrorContains(t, m.Fit(1, with, train.Valid(empty)), "the set is empty")
}

// TestDecodedPicturesAreKept up to a bound, and only where they are needed again.
func TestDecodedPicturesAreKept(t *testing.T) {
	quiet(t)
	dir := t.TempDir()
	for i := range 4 {
		writePNG(t, filepath.Join(dir, []string{"left", "right"}[i%2], fmt.Sprint(i, ".png")), picture(i, i%2 == 1))
	}
	set, err := data.ImageFolder(dir)
	require.NoError(t, err)
	pipeline, err := preprocess.New(preset.Input{Size: 32})
	require.NoError(t, err)
	src := newPhotos(set, pipeline)
	dst := make([]float32, 4*pipeline.Len())
	require.NoError(t, src.Load(t.Context(), []int{0, 1, 2, 3}, dst))
	require.Empty(t, src.decoded.images, "plain ones are kept by the trainer")
	src.decoded.limit = 2 * 40 * 40 * 4
	varied := src.Augment(preprocess.Light())
	require.NoError(t, varied.LoadViews(t.Context(), []int{0, 1, 2, 3}, []uint64{1, 1, 1, 1}, dst))
	require.Len(t, src.decoded.images, 2)
	require.NoError(t, os.RemoveAll(dir))
	again := make([]float32, pipeline.Len())
	for i := range 4 {
		err := varied.LoadViews(t.Context(), []int{i}, []uint64{1}, again)
		if src.decoded.images[i] == nil {
			require.ErrorContains(t, err, set.Name(i), "the error names the file")
			continue
		}
		require.NoError(t, err)
		require.Equal(t, dst[i*pipeline.Len():(i+1)*pipeline.Len()], again)
	}
}

func writePNG(t *testing.T, path string, img image.Image) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	f, err := os.Create(path)
	require.NoError(t, err)
	require.NoError(t, png.Encode(f, img))
	require.NoError(t, f.Close())
}

// TestOneImage: one picture is enough to fit a number, with views or without.
func TestOneImage(t *testing.T) {
	with := quiet(t)
	set, err := data.ImagesWithTargets([]image.Image{picture(1, true)}, []float32{4})
	require.NoError(t, err)
	m, err := NewImageRegressor("resnet18", set, with, train.FromScratch(), train.ImageSize(32), train.Valid(set))
	require.NoError(t, err)
	require.NoError(t, m.Freeze())
	require.NoError(t, m.Fit(2, with))
	require.NoError(t, m.Fit(2, with, train.Augment(preprocess.Light()), train.Views(1)))
	report, err := m.Evaluate(set, with)
	require.NoError(t, err)
	require.InDelta(t, 0, report.Value("rmse"), 1)
}
