package graft

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"graft/lib/display"
	"graft/lib/task"
)

// stripes are pictures of two classes: upright and lying.
func stripes(n int) (images []image.Image, labels []string) {
	for i := range n {
		img := image.NewGray(image.Rect(0, 0, 32, 32))
		for y := range 32 {
			for x := range 32 {
				at := x
				if i%2 == 1 {
					at = y
				}
				img.SetGray(x, y, color.Gray{uint8(at/4%2*200 + i)})
			}
		}
		images, labels = append(images, img), append(labels, []string{"upright", "lying"}[i%2])
	}
	return images, labels
}

// Example is the tour of doc.go on pictures made here and a network without
// pretrained parameters, so that it needs no download.
func Example() {
	dir, err := os.MkdirTemp("", "graft")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	if err := os.Setenv("GRAFT_CACHE", dir); err != nil { // leave the user's cache alone
		fmt.Println(err)
		return
	}
	if err := tour(filepath.Join(dir, "stripes.graft")); err != nil {
		fmt.Println(err)
	}
	// Output:
	// trainable: classifier
	// 10 images, all right: true
	// lying
}

func tour(path string) error {
	with := With(display.WithSink(context.Background(), display.Lines(io.Discard)))
	images, labels := stripes(40)
	pictures, err := Images(images, labels, with)
	if err != nil {
		return err
	}
	train, valid, test, err := pictures.Split(20, 10, Rest)
	if err != nil {
		return err
	}
	m, err := ImageClassifier("resnet18", train, Valid(valid), FromScratch(), ImageSize(32), with)
	if err != nil {
		return err
	}
	if err := learn(m, with); err != nil {
		return err
	}
	report, err := m.Evaluate(test, with)
	if err != nil {
		return err
	}
	fmt.Printf("%d images, all right: %v\n", report.Examples, report.Accuracy() == 1)
	if err := m.Save(path); err != nil {
		return err
	}
	return serve(path, images[1], with)
}

func learn(m *task.ImageClassifier, with Option) error {
	if err := m.Freeze(); err != nil {
		return err
	}
	fmt.Println("trainable:", m.Plan().Groups[m.Plan().Stages()].Name)
	return m.Fit(5, LR(0.01), with)
}

func serve(path string, img image.Image, with Option) error {
	m, err := Load(path, with)
	if err != nil {
		return err
	}
	said, err := m.Predict(img, with)
	if err != nil {
		return err
	}
	fmt.Println(said[0].Class)
	return nil
}

func TestOptionsThatDoNotFit(t *testing.T) {
	_, err := ImageFolder(t.TempDir(), OneCycle(1))
	require.ErrorContains(t, err, "ImageFolder has no use for the option OneCycle")
	_, err = Dataset("elpw")
	require.ErrorContains(t, err, `did you mean "elpv"`)
	_, err = Load(filepath.Join(t.TempDir(), "none.graft"))
	require.ErrorContains(t, err, "no saved model")
	_, err = CSV(filepath.Join(t.TempDir(), "none.csv"), Target("x"))
	require.Error(t, err)
}
