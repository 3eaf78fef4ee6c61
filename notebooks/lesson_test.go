package notebooks

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"graft/internal/batch"
	"graft/internal/notebook"
)

// shorter makes lesson 1 fit a test: fewer and smaller pictures, fewer steps. Every
// call of the lesson is still made.
var shorter = strings.NewReplacer(
	"Split(100, 200, 555)", "Split(24, 16, 16)",
	"Fit(30", "Fit(3",
	"Fit(12", "Fit(1",
	"ImageSize(160)", "ImageSize(64)",
)

func TestShortLesson(t *testing.T) {
	_, text, err := Lesson(1)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "lesson.ipynb")
	if err := os.WriteFile(file, []byte(shorter.Replace(string(text))), 0o644); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(filepath.Dir(file), "done.ipynb")
	var stdout, stderr bytes.Buffer
	exit, err := batch.Run(context.Background(), batch.Options{File: file, Out: out, Stdout: &stdout, Stderr: &stderr})
	if exit != 0 || err != nil {
		t.Fatalf("exit %d, %v\n%s", exit, err, stderr.String())
	}
	for _, line := range []string{`frozen backbone, new head, 224 px +[01]\.\d{3}`, `last two stages unfrozen, 160 px +[01]\.\d{3}`, `from scratch, 160 px +[01]\.\d{3}`, `majority class +0\.\d{3}`} {
		if !regexp.MustCompile(`(?m)^` + line + `$`).Match(stdout.Bytes()) {
			t.Errorf("no line %q in\n%s", line, stdout.String())
		}
	}
	pictures(t, out, lessonPictures...)
}

// lessonPictures are the calls of the lesson that show a picture, in their order.
var lessonPictures = []string{"cells.Health()", "m.Ledger()", "m.Fit(", "m.Confusion()", "m.TopLosses(", "again.Predict("}

// pictures checks that the calls in an executed notebook show what a person would look at.
func pictures(t *testing.T, file string, calls ...string) {
	t.Helper()
	nb, err := notebook.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, call := range calls {
		found := false
		for _, c := range nb.Cells {
			for _, o := range c.Outputs {
				data, _ := o["data"].(map[string]any)
				found = found || strings.Contains(c.Source, call) && data["text/html"] != nil
			}
		}
		if !found {
			t.Errorf("%s shows no picture", call)
		}
	}
}
