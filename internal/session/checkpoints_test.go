package session

import (
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"graft/internal/session/event"
)

// tinyPhotos are eight pictures of two classes in a folder, as a fit that is resumed
// must find its photographs again.
func tinyPhotos(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for i := range 8 {
		img := image.NewGray(image.Rect(0, 0, 32, 32))
		for p := range img.Pix {
			img.Pix[p] = uint8(p * (i%2*7 + 1) >> (i / 2))
		}
		class := filepath.Join(dir, []string{"a", "b"}[i%2])
		require.NoError(t, os.MkdirAll(class, 0o755))
		f, err := os.Create(filepath.Join(class, string(rune('0'+i))+".png"))
		require.NoError(t, err)
		require.NoError(t, png.Encode(f, img))
		require.NoError(t, f.Close())
	}
	return dir
}

const interruptedFit = `
photos := graft.ImageFolder(DIR)
net := graft.ImageClassifier("resnet18", photos, graft.FromScratch(), graft.ImageSize(32))
net.Freeze()
net.Fit(3, graft.BatchSize(4), graft.CheckpointEvery(0), graft.OnStep(func(s graft.Step) error {
	if s.Epoch == 2 && s.Batch == 2 { fmt.Println("in the second epoch"); for {} }
	return nil
}))`

// interrupted runs a cell in a session of its own, and interrupts it where it prints mark.
func interrupted(t *testing.T, cell, mark string) {
	t.Helper()
	s := New(Options{History: "-"})
	defer s.Close()
	var tp tape
	begun, done := make(chan bool, 1), make(chan Outcome, 1)
	go func() {
		done <- s.Execute(t.Context(), Request{Code: cell}, func(e event.Event) {
			tp.handle(e)
			if text, ok := e.(event.Stream); ok && strings.Contains(text.Text, mark) {
				begun <- true
			}
		})
		close(begun)
	}()
	if !within(t, begun, "output") {
		t.Fatal(tp.text())
	}
	s.Interrupt()
	if res := within(t, done, "end"); res.Error == nil || res.Error.Name != "Interrupt" {
		t.Fatalf("%+v\n%s", res, tp.text())
	}
}

// A fit that was interrupted goes on in another session, to its end, under the name that
// the command gives its model.
func TestCheckpointsResume(t *testing.T) {
	t.Setenv("GRAFT_CACHE", t.TempDir())
	interrupted(t, strings.Replace(interruptedFit, "DIR", "`"+tinyPhotos(t)+"`", 1), "in the second epoch")
	s := New(Options{History: "-"})
	defer s.Close()
	said := func(cell string) string {
		t.Helper()
		tp := tape{}
		s.Execute(t.Context(), Request{Code: cell, Store: true}, tp.handle)
		return tp.text()
	}
	list := said(":checkpoints")
	require.Regexp(t, `1 +resnet18 +2 +3 `, list)
	resumed := said(":checkpoints resume 1 again")
	require.Contains(t, resumed, "the fit goes on from epoch 2 of 3, step 2 of 2")
	require.NotContains(t, resumed, "error")
	require.Contains(t, said("h := again.Histories(); fmt.Sprint(len(h), len(h[0].Epochs))"), `1 3`)
	require.NotContains(t, said("again.Fit(1)"), "error", "it is a model like others")
	require.Contains(t, said("len(again.Histories())"), "2")
	require.Contains(t, said(":checkpoints"), "no checkpoint of an unfinished fit")
	require.Contains(t, said(":checkpoints resume"), "there are 0")
}
