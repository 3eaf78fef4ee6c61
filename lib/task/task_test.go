package task

import (
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/stretchr/testify/require"
	"graft/lib/data"
	"graft/lib/display"
	"graft/lib/nn"
	"graft/lib/preset"
	"graft/lib/train"
)

// picture is a square with a bright half, left or right, and some grain.
func picture(i int, right bool) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, 40, 40))
	for y := range 40 {
		for x := range 40 {
			v := uint8(40 + (x*7+y*13+i*29)%40)
			if (x >= 20) == right {
				v += 120
			}
			img.Set(x, y, color.RGBA{v, uint8(i * 3), 255 - v, 255})
		}
	}
	return img
}

// halves is a set of n pictures of two classes.
func halves(t *testing.T, n int) *data.Set {
	t.Helper()
	var images []image.Image
	var labels []string
	for i := range n {
		images = append(images, picture(i, i%2 == 1))
		labels = append(labels, []string{"left", "right"}[i%2])
	}
	set, err := data.Images(images, labels)
	require.NoError(t, err)
	return set
}

// quiet keeps features out of the user's cache and displays off the screen.
func quiet(t *testing.T) train.Option {
	t.Helper()
	t.Setenv("GRAFT_CACHE", t.TempDir())
	return train.With(display.WithSink(t.Context(), display.Lines(io.Discard)))
}

// small is a classifier with random parameters for small pictures: no download, and
// frozen it compiles in a second.
func small(t *testing.T, with train.Option, opts ...train.Option) *ImageClassifier {
	t.Helper()
	opts = append([]train.Option{with, train.FromScratch(), train.ImageSize(32), train.Valid(halves(t, 10))}, opts...)
	m, err := NewImageClassifier("resnet18", halves(t, 21), opts...)
	require.NoError(t, err)
	require.NoError(t, m.Freeze())
	return m
}

func TestFitSaveLoad(t *testing.T) {
	with := quiet(t)
	m := small(t, with)
	require.Contains(t, m.String(), "trainable: classifier")
	require.NoError(t, m.Fit(6, with, train.LR(0.01)))
	h := m.Histories()
	require.Len(t, h, 1)
	require.Less(t, h[0].Epochs[5].TrainLoss, h[0].Epochs[0].TrainLoss)
	require.Equal(t, "0/21", h[0].Features)

	report, err := m.Evaluate(halves(t, 12), with)
	require.NoError(t, err)
	require.Equal(t, 12, report.Examples)
	require.Equal(t, 0.5, report.Control)
	require.Greater(t, report.Accuracy(), 0.9)
	require.Contains(t, report.String(), `accuracy of always "left": 0.5000`)
	require.Contains(t, report.Display().Data[display.Text], "precision")

	path := filepath.Join(t.TempDir(), "halves.graft")
	require.NoError(t, m.Save(path))
	again, err := LoadImageClassifier(path, with)
	require.NoError(t, err)
	require.Equal(t, []string{"left", "right"}, again.Classes())
	require.Equal(t, m.Plan().Key(), again.Plan().Key())
	require.Equal(t, said(t, m, with), said(t, again, with), "to the last bit")
	require.ErrorContains(t, again.Fit(1, with), "nothing to learn from (call Use")
	require.NoError(t, again.Use(halves(t, 21), nil))
	require.NoError(t, again.Fit(1, with))
	require.Equal(t, said(t, m, with), inNewProcess(t, path))
}

// said is what m says of two pictures.
func said(t *testing.T, m *ImageClassifier, with train.Option) string {
	t.Helper()
	list, err := m.Predict([]image.Image{picture(50, false), picture(51, true)}, with)
	require.NoError(t, err)
	require.Equal(t, "left", list[0].Class)
	require.Equal(t, "right", list[1].Class)
	raw, err := json.Marshal([][]float64{list[0].Probabilities, list[1].Probabilities})
	require.NoError(t, err)
	return string(raw)
}

const childFile = "GRAFT_TASK_TEST_FILE"

// inNewProcess loads path in another process and returns what the model says there.
func inNewProcess(t *testing.T, path string) string {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^TestChild$", "-test.v")
	child.Env = append(os.Environ(), childFile+"="+path)
	out, err := child.CombinedOutput()
	require.NoError(t, err, string(out))
	for _, line := range strings.Split(string(out), "\n") {
		if text, ok := strings.CutPrefix(line, "said "); ok {
			return text
		}
	}
	t.Fatalf("the child said nothing: %s", out)
	return ""
}

// TestChild is the other process of inNewProcess; by itself it checks that a file
// that is not there is an error.
func TestChild(t *testing.T) {
	path := os.Getenv(childFile)
	m, err := LoadImageClassifier(path)
	if path == "" {
		require.ErrorContains(t, err, "no saved model")
		return
	}
	require.NoError(t, err)
	fmt.Println("said " + said(t, m, quiet(t)))
}

func TestLook(t *testing.T) {
	with := quiet(t)
	m := small(t, with)
	require.NoError(t, m.Fit(1, with))
	matrix, err := m.Confusion(with)
	require.NoError(t, err)
	require.Equal(t, []string{"left", "right"}, matrix.Labels)
	require.Equal(t, 10, matrix.Counts[0][0]+matrix.Counts[0][1]+matrix.Counts[1][0]+matrix.Counts[1][1])
	worst, err := m.TopLosses(3, with)
	require.NoError(t, err)
	require.Len(t, worst.Images, 3)
	require.NotNil(t, worst.Images[0].Good)
	require.Contains(t, worst.Images[0].Caption, "said")
	_, err = m.MostConfused(3, with)
	require.NoError(t, err)
	batch, err := m.ShowBatch(4, with)
	require.NoError(t, err)
	require.Len(t, batch.Images, 4)
	require.Equal(t, image.Rect(0, 0, 32, 32), batch.Images[0].Image.Bounds())
	text := m.Display().Data[display.Text].(string)
	for _, want := range []string{"resnet18", "32 x 32 pixels", "left, right", "21 images", "random parameters", "train_loss"} {
		require.Contains(t, text, want)
	}
	ledger := m.Ledger().Display().Data[display.Text].(string)
	require.Contains(t, ledger, "1,026 of 11,177,538 parameters are trainable")
	require.Contains(t, ledger, "moved")
}

func TestPredictTakesWhatPeopleHave(t *testing.T) {
	with := quiet(t)
	m := small(t, with)
	path := filepath.Join(t.TempDir(), "one.png")
	f, err := os.Create(path)
	require.NoError(t, err)
	require.NoError(t, png.Encode(f, picture(3, true)))
	require.NoError(t, f.Close())
	set := halves(t, 3)
	for count, what := range map[int][]any{1: {path, []string{path}, picture(3, true), []image.Image{picture(3, true)}}, 3: {set}} {
		for _, w := range what {
			list, err := m.Predict(w, with)
			require.NoError(t, err)
			require.Len(t, list, count)
			require.InDelta(t, 1, list[0].Probabilities[0]+list[0].Probabilities[1], 1e-9)
			require.NotEmpty(t, list.Display().Data[display.Text])
		}
	}
	for want, what := range map[string]any{"cannot read a int": 3, "needs a picture": nil, "nowhere.png": "nowhere.png", "image 0 is nil": []image.Image{nil}} {
		_, err := m.Predict(what, with)
		require.ErrorContains(t, err, want)
	}
}

// TestCustomHead trains a head of the user's own and needs it again to load it.
func TestCustomHead(t *testing.T) {
	with := quiet(t)
	head := func(scope *model.Scope, x *graph.Node) *graph.Node {
		hidden := nn.Linear{Name: "hidden", In: 512, Out: 8}
		out := nn.Linear{Name: "out", In: 8, Out: 2}
		return out.Apply(scope, nn.ReLU.Apply(hidden.Apply(scope, x)))
	}
	m := small(t, with, train.Head(head))
	require.NoError(t, m.Fit(2, with, train.LR(0.02)))
	path := filepath.Join(t.TempDir(), "own.graft")
	require.NoError(t, m.Save(path))
	_, err := LoadImageClassifier(path, with)
	require.ErrorContains(t, err, "give the same function with the option Head")
	again, err := LoadImageClassifier(path, with, train.Head(head))
	require.NoError(t, err)
	one, err := m.Predict(picture(1, true), with)
	require.NoError(t, err)
	two, err := again.Predict(picture(1, true), with)
	require.NoError(t, err)
	require.Equal(t, one[0].Probabilities, two[0].Probabilities)

	_, err = NewImageClassifier("resnet18", halves(t, 4), with, train.FromScratch(), train.ImageSize(32),
		train.Head(func(scope *model.Scope, x *graph.Node) *graph.Node {
			return nn.Linear{Name: "l", In: 512, Out: 5}.Apply(scope, x)
		}))
	require.ErrorContains(t, err, "the head has 5 outputs, but 2 are needed")
	_, err = NewImageClassifier("resnet18", halves(t, 4), with, train.FromScratch(), train.ImageSize(32),
		train.Head(func(scope *model.Scope, x *graph.Node) *graph.Node { return graph.MatMul(x, x) }))
	require.ErrorContains(t, err, "the head does not build")
	require.NotContains(t, err.Error(), "goroutine")
	require.Contains(t, fmt.Sprintf("%+v", err), "task_test.go", "the stack is there for those who ask")
}

func TestRegressor(t *testing.T) {
	with := quiet(t)
	var images []image.Image
	var targets []float32
	for i := range 16 {
		images = append(images, picture(i, i%2 == 1))
		targets = append(targets, 3+float32(i%2))
	}
	set, err := data.ImagesWithTargets(images, targets)
	require.NoError(t, err)
	m, err := NewImageRegressor("resnet18", set, with, train.FromScratch(), train.ImageSize(32), train.Valid(set))
	require.NoError(t, err)
	require.NoError(t, m.Freeze())
	require.NoError(t, m.Fit(12, with, train.LR(0.01)))
	report, err := m.Evaluate(set, with)
	require.NoError(t, err)
	require.InDelta(t, 0.5, report.Control, 1e-6)
	require.Less(t, report.Value("rmse"), 0.4)
	require.True(t, math.IsNaN(report.Accuracy()))
	list, err := m.Predict(images[1], with)
	require.NoError(t, err)
	require.InDelta(t, 4, list[0].Value, 0.6)
	path := filepath.Join(t.TempDir(), "number.graft")
	require.NoError(t, m.Save(path))
	_, err = LoadImageClassifier(path, with)
	require.ErrorContains(t, err, "it is an image regressor, not an image classifier")
	again, err := LoadImageRegressor(path, with)
	require.NoError(t, err)
	same, err := again.Predict(images[1], with)
	require.NoError(t, err)
	require.Equal(t, list[0].Value, same[0].Value)
	worst, err := m.TopLosses(2, with)
	require.NoError(t, err)
	require.Contains(t, worst.Images[0].Caption, "said")
}

func TestErrors(t *testing.T) {
	with := quiet(t)
	set := halves(t, 4)
	numbers, err := data.ImagesWithTargets([]image.Image{picture(0, true)}, []float32{1})
	require.NoError(t, err)
	one, err := data.Images([]image.Image{picture(0, true)}, []string{"only"})
	require.NoError(t, err)
	for want, make := range map[string]func() (*ImageClassifier, error){
		`did you mean "resnet18`:   func() (*ImageClassifier, error) { return NewImageClassifier("resnt18", set, with) },
		"needs labelled":           func() (*ImageClassifier, error) { return NewImageClassifier("resnet18", nil, with) },
		"use ImageRegressor":       func() (*ImageClassifier, error) { return NewImageClassifier("resnet18", numbers, with) },
		"has 1 class":              func() (*ImageClassifier, error) { return NewImageClassifier("resnet18", one, with) },
		"no use for the option LR": func() (*ImageClassifier, error) { return NewImageClassifier("resnet18", set, with, train.LR(1)) },
		"image size 7":             func() (*ImageClassifier, error) { return NewImageClassifier("resnet18", set, train.ImageSize(7)) },
		`knows no class "only"`: func() (*ImageClassifier, error) {
			return NewImageClassifier("resnet18", set, with, train.FromScratch(), train.Valid(one))
		},
	} {
		_, err := make()
		require.ErrorContains(t, err, want)
	}
	m := small(t, with)
	_, err = m.Evaluate(one, with)
	require.ErrorContains(t, err, `knows no class "only" (it has left, right)`)
	_, err = m.Evaluate(nil, with)
	require.ErrorContains(t, err, "no photographs")
	before := m.Plan().Key()
	require.ErrorContains(t, m.Unfreeze("last 1", "layer9"), `did you mean "layer`)
	require.Equal(t, before, m.Plan().Key(), "an error changes nothing")
}

// TestClassesGoByName: a test set with its classes in another order is still right.
func TestClassesGoByName(t *testing.T) {
	with := quiet(t)
	m := small(t, with)
	require.NoError(t, m.Fit(6, with, train.LR(0.01)))
	only, err := data.Images([]image.Image{picture(1, true), picture(3, true)}, []string{"right", "right"})
	require.NoError(t, err)
	report, err := m.Evaluate(only, with)
	require.NoError(t, err)
	require.Equal(t, 1.0, report.Accuracy())
}

func TestInterruptedFit(t *testing.T) {
	quiet(t)
	ctx, cancel := context.WithCancel(display.WithSink(t.Context(), display.Lines(io.Discard)))
	m := small(t, train.With(ctx))
	cancel()
	require.ErrorIs(t, m.Fit(1, train.With(ctx)), context.Canceled)
	require.NoError(t, m.Fit(1, train.With(display.WithSink(t.Context(), display.Lines(io.Discard)))), "and it can go on")
}

// TestDamagedFiles: a saved model that was cut, or is something else, is an error.
func TestDamagedFiles(t *testing.T) {
	with := quiet(t)
	m := small(t, with)
	dir := t.TempDir()
	whole := filepath.Join(dir, "whole.graft")
	require.NoError(t, m.Save(whole))
	raw, err := os.ReadFile(whole)
	require.NoError(t, err)
	flipped := append([]byte{}, raw...)
	flipped[len(raw)/2] ^= 1
	for name, content := range map[string][]byte{"empty": nil, "cut": raw[:len(raw)-100], "flipped": flipped, "text": []byte("hello")} {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, content, 0o600))
		_, err := LoadImageClassifier(path, with)
		require.Error(t, err, name)
		require.ErrorContains(t, err, name)
	}
	require.ErrorContains(t, m.Save(filepath.Join(dir, "no", "folder.graft")), "save")
	left, err := filepath.Glob(filepath.Join(dir, ".*"))
	require.NoError(t, err)
	require.Empty(t, left)
}

// TestPretrained uses real weights: photographs in, features cached on disk, and a
// second model finds them there.
func TestPretrained(t *testing.T) {
	p, err := preset.Lookup("mobilenet_v2.tv_in1k")
	require.NoError(t, err)
	ctx := train.With(display.WithSink(t.Context(), display.Lines(io.Discard)))
	fit := func(set *data.Set) *train.History {
		m, err := NewImageClassifier(p.Name, set, ctx, train.ImageSize(64))
		require.NoError(t, err)
		require.NoError(t, m.Freeze())
		require.Contains(t, m.Display().Data[display.Text], "head classifier.1.weight 1000x1280 skipped")
		t.Setenv("GRAFT_CACHE", os.Getenv("GRAFT_TASK_TEST_CACHE"))
		require.NoError(t, m.Fit(1, ctx))
		return m.Histories()[0]
	}
	home, own := os.Getenv("GRAFT_CACHE"), t.TempDir()
	t.Setenv("GRAFT_TASK_TEST_CACHE", own)
	require.Equal(t, "0/6", fit(halves(t, 6)).Features)
	t.Setenv("GRAFT_CACHE", home)
	second := fit(halves(t, 6))
	require.Equal(t, "6/6", second.Features)
	packs, err := filepath.Glob(filepath.Join(own, "features", "*", "*.pack"))
	require.NoError(t, err)
	require.Len(t, packs, 1)
}
