package tune

import (
	"errors"
	"fmt"
	"math"
)

// Rates spreads the learning rate over the groups of a plan for one run, in place of
// the rates that the plan's groups have. The zero value leaves them as they are.
type Rates struct {
	// Low is the share of the rate that the first group learns with. The shares of the
	// others grow by equal factors up to 1, that of the head, as those of fastai's
	// slice(lo, hi) do: frozen groups are counted, so unfreezing changes no rate.
	Low float64 `json:"low,omitempty"`
	// Decay is the factor from each group to the one before it, from the head with 1
	// downwards, as timm's --layer-decay and BEiT (Bao et al. 2022) have it. Above 0
	// and at most 1; 0.65 to 0.9 usually.
	Decay float64 `json:"decay,omitempty"`
}

// Spread is the Rates of fastai's slice(lo, hi).
func Spread(lo, hi float64) (Rates, error) {
	if !(lo > 0 && lo <= hi) || math.IsInf(hi, 1) {
		return Rates{}, fmt.Errorf("tune: learning rates from %g to %g (want 0 < lo <= hi: the first group learns at lo, the head at hi)", lo, hi)
	}
	return Rates{Low: lo / hi}, nil
}

// Check says whether the values can be used.
func (r Rates) Check() error {
	switch {
	case r.Low != 0 && r.Decay != 0:
		return errors.New("tune: rates spread from a lowest one and by layer decay (choose one)")
	case !(r.Low >= 0 && r.Low <= 1):
		return fmt.Errorf("tune: the lowest rate is %g of the highest (must be above 0 and at most 1)", r.Low)
	case !(r.Decay >= 0 && r.Decay <= 1):
		return fmt.Errorf("tune: layer decay %g (must be above 0 and at most 1)", r.Decay)
	}
	return nil
}

// Factors are the factors on the learning rate by group, that of the head last.
func (r Rates) Factors(p *Plan) []float64 {
	factors := make([]float64, len(p.Groups))
	last := len(p.Groups) - 1
	for i, g := range p.Groups {
		depth := float64(last - i) // from the head
		switch {
		case r.Low > 0 && last > 0:
			factors[i] = math.Pow(r.Low, depth/float64(last))
		case r.Decay > 0:
			factors[i] = math.Pow(r.Decay, depth)
		case r.Low > 0:
			factors[i] = 1
		default:
			factors[i] = g.Rate
		}
	}
	return factors
}

// String names the spread for the title of a run; "" for none.
func (r Rates) String() string {
	switch {
	case r.Low > 0 && r.Low < 1:
		return fmt.Sprintf("from 1/%.3g", 1/r.Low)
	case r.Decay > 0:
		return fmt.Sprintf("layer decay %.3g", r.Decay)
	}
	return ""
}
