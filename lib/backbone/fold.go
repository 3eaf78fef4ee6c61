package backbone

import (
	"math"

	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// Fold returns a new store for stages [from, to) in which every BatchNorm is
// folded into the convolution before it: w' = w * f and b' = offset - mean * f,
// with f = scale / sqrt(var + epsilon). Build it with nn.Mode{Folded: true}; the
// result equals inference up to rounding, with fewer operations. The store is a
// snapshot: it does not follow later changes of the original.
func (m *Model) Fold(store *model.Store, from, to int) (*model.Store, error) {
	folded := model.NewStore()
	for _, s := range m.Stages[from:to] {
		for _, u := range s.body.units() {
			if err := u.fold(store, folded); err != nil {
				return nil, err
			}
		}
	}
	return folded, nil
}

func (u unit) fold(from, to *model.Store) error {
	var values [5][]float32 // kernel, scale, offset, mean, variance
	for i, p := range append(u.conv.Params(), u.norm.Params()...) {
		var err error
		if values[i], err = read(from, p); err != nil {
			return err
		}
	}
	kernel, scale, offset, mean, variance := values[0], values[1], values[2], values[3], values[4]
	bias := make([]float32, len(scale))
	factor := make([]float64, len(scale))
	for c := range scale {
		factor[c] = float64(scale[c]) / math.Sqrt(float64(variance[c])+u.norm.Epsilon)
		bias[c] = float32(float64(offset[c]) - float64(mean[c])*factor[c])
	}
	for i := range kernel { // the output channel is the innermost axis as stored
		kernel[i] = float32(float64(kernel[i]) * factor[i%len(factor)])
	}
	params := u.folded().Params()
	if err := params[0].Put(to, Root, tensors.FromFlatDataAndDimensions(kernel, params[0].StoredShape()...)); err != nil {
		return err
	}
	return params[1].Put(to, Root, tensors.FromFlatDataAndDimensions(bias, len(bias)))
}
