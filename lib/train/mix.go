package train

import (
	"fmt"
	"math/rand/v2"

	. "github.com/gomlx/gomlx/core/graph"
	"graft/lib/train/mix"
)

// Mixup blends each example of a batch with another one, and their labels likewise
// (Zhang et al. 2018). The share is drawn from Beta(alpha, alpha) for each step;
// alpha is 0.2 to 1. With frozen stages it is the features that they give that are
// blended: manifold mixup (Verma et al. 2019) at the end of the frozen part.
func Mixup(alpha float64) Option {
	return positive("Mixup", alpha, func(s *Settings) { s.Mixup = alpha })
}

// CutMix puts a rectangle of another example into each example of a batch, and blends
// their labels by area (Yun et al. 2019). The area is drawn from Beta(alpha, alpha)
// for each step; alpha is 1 usually. It cuts images, so no stage may be frozen. With
// Mixup, each step draws one of the two.
func CutMix(alpha float64) Option {
	return positive("CutMix", alpha, func(s *Settings) { s.CutMix = alpha })
}

// checkMix refuses to cut what is no image.
func (r *run) checkMix() error {
	if r.settings.CutMix == 0 {
		return nil
	}
	if n := r.net.Plan.Prefix(); n > 0 {
		return fmt.Errorf("train: CutMix needs images, but with %q and all before it frozen, a step gets cached features (unfreeze all stages, or use Mixup)", r.net.Plan.Groups[n-1].Name)
	}
	if shape := r.source.Shape(); len(shape) != 3 {
		return fmt.Errorf("train: CutMix needs images [height, width, channels], but examples are %v (use Mixup)", shape)
	}
	return nil
}

// mixture draws how step number, counted from 1, mixes. It depends on the seed, the
// call of Fit and the step alone.
func (r *run) mixture(number int) mix.Mixture {
	rng := rand.New(rand.NewPCG(uint64(r.settings.Seed)^mixStream, uint64(r.round)<<32|uint64(number)))
	return mix.Draw(rng, r.batch, r.settings.Mixup, r.settings.CutMix, r.source.Shape())
}

// mixStream keeps the numbers of mixtures apart from those of the order of examples.
const mixStream = 0x6d6978757063757f

// mixed is the mixture of the step.
func (b *builder) mixed() mix.Nodes {
	return mix.Nodes{
		Partners: b.partners, Share: b.dials["share"], Kept: b.dials["kept"],
		Top: b.dials["top"], Bottom: b.dials["bottom"], Left: b.dials["left"], Right: b.dials["right"],
	}
}

// mixInputs is x, mixed if that is asked for.
func (b *builder) mixInputs() *Node {
	switch {
	case b.partners == nil:
		return b.x
	case b.CutMix == 0:
		return b.mixed().Blend(b.x)
	}
	return b.mixed().Cut(b.x)
}

// mixLosses is the loss of a batch; a mixed example has that of both its labels.
func (b *builder) mixLosses(outputs *Node) (sum, mass *Node) {
	sum, mass = b.Loss.Build(outputs, b.truth, b.weight)
	if b.partners == nil {
		return sum, mass
	}
	m := b.mixed()
	if b.Loss.Numeric() { // a blend of targets is a target
		return b.Loss.Build(outputs, m.Both(b.truth, m.Partner(b.truth)), b.weight)
	}
	otherSum, otherMass := b.Loss.Build(outputs, m.Partner(b.truth), b.weight)
	return m.Both(sum, otherSum), m.Both(mass, otherMass)
}
