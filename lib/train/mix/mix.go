// Package mix blends the examples of a batch with each other: mixup and CutMix, held
// against timm. A [Mixture] is drawn from random numbers beside the step, and [Nodes] is
// the same as arguments of the step's graph. It knows inputs and shares, as opposed to
// package train, which has the options, draws for each step from its seed, and takes the
// loss of both labels; package preprocess varies single images.
//
//	m := mix.Draw(rng, 4, 0.4, 0, nil) // mixup alone
//	nodes := mix.Nodes{Partners: partners, Share: share, Kept: kept}
//	x = nodes.Blend(x)
//	loss = nodes.Both(loss, nodes.Partner(loss))
package mix

import (
	"math"
	"math/rand/v2"
)

// Mixture is how the examples of a batch are mixed.
type Mixture struct {
	Share    float64 // of an example's own label
	Kept     float64 // of an example's own numbers, outside the box
	Box      Box     // inside it all are the partner's
	Partners []int32 // example that each is mixed with
}

// Box is a rectangle of pixels, bottom and right not included.
type Box struct{ Top, Bottom, Left, Right float64 }

// Draw draws a mixture of a batch: by mixup (Zhang et al. 2018) with a share from
// Beta(mixup, mixup), or by CutMix (Yun et al. 2019) with an area from Beta(cutmix,
// cutmix); 0 is off, and with both, each is as likely. CutMix needs the shape of images,
// [height, width, channels].
func Draw(rng *rand.Rand, batch int, mixup, cutmix float64, shape []int) Mixture {
	m := Mixture{Share: 1, Kept: 1}
	for _, i := range rng.Perm(batch) {
		m.Partners = append(m.Partners, int32(i))
	}
	if mixup > 0 && (cutmix == 0 || rng.Float64() < 0.5) {
		m.Share = beta(rng, mixup)
		m.Kept = m.Share
		return m
	}
	m.Box, m.Share = cut(rng, beta(rng, cutmix), shape)
	return m
}

// cut draws a box that leaves the given share of an image [height, width, channels],
// and says what it really leaves, since boxes end at the border.
func cut(rng *rand.Rand, share float64, shape []int) (Box, float64) {
	height, width := float64(shape[0]), float64(shape[1])
	ratio := math.Sqrt(1 - share)
	high, wide := math.Floor(height*ratio), math.Floor(width*ratio)
	y, x := float64(rng.IntN(shape[0])), float64(rng.IntN(shape[1]))
	b := Box{
		Top: max(0, y-math.Floor(high/2)), Bottom: min(height, y+math.Floor((high+1)/2)),
		Left: max(0, x-math.Floor(wide/2)), Right: min(width, x+math.Floor((wide+1)/2)),
	}
	return b, 1 - (b.Bottom-b.Top)*(b.Right-b.Left)/(height*width)
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
