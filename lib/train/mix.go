package train

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
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

// mixture is how the examples of a step are mixed.
type mixture struct {
	share    float64 // of an example's own label
	kept     float64 // of an example's own numbers, outside the box
	box      box     // inside it all are the partner's
	partners []int32 // example that each is mixed with
}

// box is a rectangle of pixels, bottom and right not included.
type box struct{ top, bottom, left, right float64 }

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
func (r *run) mixture(number int) mixture {
	rng := rand.New(rand.NewPCG(uint64(r.settings.Seed)^mixStream, uint64(r.round)<<32|uint64(number)))
	m := mixture{share: 1, kept: 1}
	for _, i := range rng.Perm(r.batch) {
		m.partners = append(m.partners, int32(i))
	}
	if r.settings.Mixup > 0 && (r.settings.CutMix == 0 || rng.Float64() < 0.5) {
		m.share = beta(rng, r.settings.Mixup)
		m.kept = m.share
		return m
	}
	m.box, m.share = cut(rng, beta(rng, r.settings.CutMix), r.source.Shape())
	return m
}

// mixStream keeps the numbers of mixtures apart from those of the order of examples.
const mixStream = 0x6d6978757063757f

// cut draws a box that leaves the given share of an image [height, width, channels],
// and says what it really leaves, since boxes end at the border.
func cut(rng *rand.Rand, share float64, shape []int) (box, float64) {
	height, width := float64(shape[0]), float64(shape[1])
	ratio := math.Sqrt(1 - share)
	high, wide := math.Floor(height*ratio), math.Floor(width*ratio)
	y, x := float64(rng.IntN(shape[0])), float64(rng.IntN(shape[1]))
	b := box{
		top: max(0, y-math.Floor(high/2)), bottom: min(height, y+math.Floor((high+1)/2)),
		left: max(0, x-math.Floor(wide/2)), right: min(width, x+math.Floor((wide+1)/2)),
	}
	return b, 1 - (b.bottom-b.top)*(b.right-b.left)/(height*width)
}

// beta draws from Beta(alpha, alpha), as the share of one of two gamma variates.
func beta(rng *rand.Rand, alpha float64) float64 {
	a, b := gamma(rng, alpha), gamma(rng, alpha)
	if a+b == 0 { // both rounded to nothing, as tiny alphas do: either end
		return float64(rng.IntN(2))
	}
	return a / (a + b)
}

// gamma draws from the gamma distribution of scale 1 (Marsaglia and Tsang 2000).
func gamma(rng *rand.Rand, shape float64) float64 {
	if shape < 1 {
		return gamma(rng, shape+1) * math.Pow(rng.Float64(), 1/shape)
	}
	d := shape - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := rng.NormFloat64()
		v := math.Pow(1+c*x, 3)
		if v > 0 && math.Log(1-rng.Float64()) < x*x/2+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}

// mixInputs is x, mixed if that is asked for.
func (b *builder) mixInputs() *Node {
	if b.partners == nil {
		return b.x
	}
	other := b.partner(b.x)
	kept := b.dials["kept"]
	mixed := Add(Mul(b.x, kept), Mul(other, OneMinus(kept)))
	if b.CutMix == 0 {
		return mixed
	}
	if b.x.Rank() != 4 {
		panic(errors.New("CutMix needs images [batch, height, width, channels]"))
	}
	inside := LogicalAnd(b.between(1, "top", "bottom"), b.between(2, "left", "right"))
	return Where(BroadcastToShape(inside, b.x.Shape()), other, mixed)
}

// between says where the index along axis of x is in a range: [1, ..., n, ..., 1],
// broadcast to x.
func (b *builder) between(axis int, low, high string) *Node {
	dims := []int{1, 1, 1, 1}
	dims[axis] = b.x.Shape().Dimensions[axis]
	at := Iota(b.x.Graph(), shapes.Make(dtypes.Float32, dims...), axis)
	at = BroadcastToShape(at, shapes.Make(dtypes.Float32, b.x.Shape().Dimensions...))
	return LogicalAnd(GreaterOrEqual(at, b.dials[low]), LessThan(at, b.dials[high]))
}

// partner takes of each example its partner's row of x.
func (b *builder) partner(x *Node) *Node { return Gather(x, ExpandAxes(b.partners, -1)) }

// mixLosses is the loss of a batch; a mixed example has that of both its labels.
func (b *builder) mixLosses(outputs *Node) (sum, mass *Node) {
	sum, mass = b.Loss.Build(outputs, b.truth, b.weight)
	if b.partners == nil {
		return sum, mass
	}
	share := b.dials["share"]
	if b.Loss.Numeric() { // a blend of targets is a target
		blend := Add(Mul(b.truth, share), Mul(b.partner(b.truth), OneMinus(share)))
		return b.Loss.Build(outputs, blend, b.weight)
	}
	otherSum, otherMass := b.Loss.Build(outputs, b.partner(b.truth), b.weight)
	blend := func(own, other *Node) *Node { return Add(Mul(own, share), Mul(other, OneMinus(share))) }
	return blend(sum, otherSum), blend(mass, otherMass)
}
