// Command models times inference and one full training step of lib/backbone's
// networks at 224 px, for bench/models/models.py to set beside PyTorch.
// It speaks lines: each line read from standard input, "infer" or "train", runs
// that once and answers with the seconds it took, by the clock and of CPU time, so
// that both sides can take turns on a machine that is not quiet.
//
//	go run ./bench/models mobilenet_v2 [batch, default 16]
package main

import (
	"bufio"
	"fmt"
	"log"
	"os"
	"strconv"
	"syscall"
	"time"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/train/loss"
	"github.com/gomlx/gomlx/ml/train/optimizer"
	"graft/lib/backbone"
	"graft/lib/device"
	"graft/lib/nn"
)

const side, classes = 224, 1000

var batch = 16

func main() {
	if len(os.Args) > 2 {
		var err error
		if batch, err = strconv.Atoi(os.Args[2]); err != nil {
			log.Fatal(err)
		}
	}
	if err := run(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func run(arch string) error {
	m, err := backbone.New(arch)
	if err != nil {
		return err
	}
	b, err := device.Shared()
	if err != nil {
		return err
	}
	infer, err := inference(b, m)
	if err != nil {
		return err
	}
	step, err := training(b, m)
	if err != nil {
		return err
	}
	work := map[string]func() error{"infer": infer, "train": step}
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		start, cpu := time.Now(), cpuTime()
		if err := work[lines.Text()](); err != nil {
			return err
		}
		fmt.Println(time.Since(start).Seconds(), (cpuTime() - cpu).Seconds())
	}
	return nil
}

// cpuTime is what all threads of the process have used so far.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// inference is the whole network with BatchNorm folded, logits fetched.
func inference(b compute.Backend, m *backbone.Model) (func() error, error) {
	store := model.NewStore()
	if err := m.Init(store, 1); err != nil {
		return nil, err
	}
	folded, err := m.Fold(store, 0, len(m.Stages))
	if err != nil {
		return nil, err
	}
	exec, err := model.NewExec(b, folded, func(scope *model.Scope, x *graph.Node) *graph.Node {
		return forward(m, scope, x, nn.Mode{Folded: true})
	})
	if err != nil {
		return nil, err
	}
	x := images()
	return func() error {
		out, err := exec.Call(x)
		if err != nil {
			return err
		}
		return out[0].FinalizeAll()
	}, nil
}

// training is forward, backward, Adam and the running statistics.
func training(b compute.Backend, m *backbone.Model) (func() error, error) {
	store := model.NewStore()
	if err := m.Init(store, 1); err != nil {
		return nil, err
	}
	adam := optimizer.Adam().Done()
	exec, err := model.NewExec(b, store, func(scope *model.Scope, x, labels *graph.Node) *graph.Node {
		store.SetTraining(x.Graph(), true)
		logits := forward(m, scope, x, nn.Mode{Training: true})
		l := graph.ReduceAllMean(loss.SparseCategoricalCrossEntropyLogits([]*graph.Node{labels}, []*graph.Node{logits}))
		adam.UpdateGraph(scope, x.Graph(), l)
		return l
	})
	if err != nil {
		return nil, err
	}
	x, labels := images(), tensors.FromScalarAndDimensions(int32(7), batch, 1)
	return func() error {
		out, err := exec.Call(x, labels)
		if err != nil {
			return err
		}
		l := out[0].Value().(float32) // waits for the step
		if l != l {
			return fmt.Errorf("loss is %g", l)
		}
		return nil
	}, nil
}

func forward(m *backbone.Model, scope *model.Scope, x *graph.Node, mode nn.Mode) *graph.Node {
	at := scope.Store().Scope(backbone.Root)
	return m.Logits(at, m.Pool(m.Apply(at, x, 0, len(m.Stages), mode)), mode)
}

func images() *tensors.Tensor {
	values := make([]float32, batch*side*side*3)
	for i := range values {
		values[i] = float32(i%255)/127 - 1
	}
	return tensors.FromFlatDataAndDimensions(values, batch, side, side, 3)
}
