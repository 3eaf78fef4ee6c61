package batch

import (
	"strings"
	"testing"
)

// A cell's own head, a graph function, is trained on a real backbone; one that
// does not build is an error of its cell.
func TestHeadOfACell(t *testing.T) {
	var out, errs strings.Builder
	exit, err := Run(t.Context(), Options{File: "testdata/head.cells", Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs})
	if exit != 1 || err != nil {
		t.Errorf("exit %d, %v", exit, err)
	}
	for _, want := range []string{"10,266 of 2,234,138 parameters are trainable\n", "epoch 5/5  train_loss ", "\n1\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	want := "Error: cell[4]:2:8: train: the head does not build: invalid input[1]: Node is nil\n"
	if !strings.HasPrefix(errs.String(), want) || !strings.HasSuffix(errs.String(), "batch: testdata/head.cells:43:8: cell[4] failed\n") {
		t.Errorf("standard error: %s", errs.String())
	}
}
