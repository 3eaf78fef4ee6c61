package train

import (
	"context"
	"errors"

	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"graft/lib/device"
	"graft/lib/nn"
	"graft/lib/tune"
)

// BF16 computes the convolutions of training steps in bfloat16, forward and
// backward: half the memory traffic on GPUs with tensor cores. Parameters, what
// optimizers keep, normalisation, the head and the loss stay in float32, and so do
// frozen stages before the first trainable one, validation and prediction. It needs a
// GPU: XLA on the CPU computes bfloat16 by way of float32, which is slower than
// float32 itself.
func BF16() Option {
	return Option{"BF16", func(s *Settings) error { s.BF16 = true; return nil }}
}

// checkPrecision refuses bfloat16 where it would only cost time.
func (r *run) checkPrecision(ctx context.Context) error {
	if !r.settings.BF16 {
		return nil
	}
	dev, err := device.Open(ctx)
	if err == nil && dev.Kind != device.CUDA {
		err = errors.New("train: BF16 needs a GPU, but this process computes on " + dev.String() + " (leave the option out)")
	}
	return err
}

// lowered builds fn with the kernels of stages in bfloat16 if that is asked for. The
// gradient comes back through the conversion in float32.
func (b *builder) lowered(fn func()) {
	if !b.BF16 {
		fn()
		return
	}
	b.with(b.kernels(), func(_ tune.Param, value *Node) *Node { return ConvertDType(value, dtypes.BFloat16) }, fn)
}

// kernels are the kernels of the stages that the step runs.
func (b *builder) kernels() []tune.Param {
	var list []tune.Param
	for _, g := range b.net.Plan.Groups[b.from:b.net.Plan.Stages()] {
		for _, p := range g.Params {
			if p.Kind == nn.Weight && b.net.Store.GetVariable(p.Path).Shape().Rank() == 4 {
				list = append(list, p)
			}
		}
	}
	return list
}
