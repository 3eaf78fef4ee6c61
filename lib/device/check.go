package device

import (
	"fmt"
	"time"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
)

// Check runs one training step of a small linear model, w <- w - 0.1 dL/dw with
// L the mean squared error, on the backend and compares the result with the one
// worked out by hand. It returns the time that compiling and running took.
func Check(backend compute.Backend) (took time.Duration, err error) {
	start := time.Now()
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("device: the test step failed on %s: %v", backend.Name(), r)
		}
	}()
	exec, err := graph.NewExec(backend, checkStep)
	if err != nil {
		return 0, fmt.Errorf("device: the test step does not compile on %s: %w", backend.Name(), err)
	}
	defer exec.Finalize()
	out, err := exec.Call([][]float32{{1, 2}, {3, 4}}, []float32{1, 2}, []float32{0, 0})
	if err != nil {
		return 0, fmt.Errorf("device: the test step does not run on %s: %w", backend.Name(), err)
	}
	got, ok := out[0].Value().([]float32)
	// dL/dw = 2/n X^T (Xw - y) = -[7, 10] at w = 0, so w becomes [0.7, 1.0].
	if !ok || len(got) != 2 || !near(got[0], 0.7) || !near(got[1], 1.0) {
		return 0, fmt.Errorf("device: the test step on %s gave %v, not [0.7 1.0]", backend.Name(), out[0])
	}
	return time.Since(start), nil
}

func checkStep(x, y, w *graph.Node) *graph.Node {
	residual := graph.Sub(graph.DotGeneral(x, []int{1}, nil, w, []int{0}, nil), y)
	loss := graph.ReduceAllMean(graph.Mul(residual, residual))
	gradient := graph.Gradient(loss, w)[0]
	return graph.Sub(w, graph.MulScalar(gradient, 0.1))
}

func near(got, want float32) bool { return got-want < 1e-5 && want-got < 1e-5 }
