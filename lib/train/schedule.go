package train

import (
	"cmp"
	"fmt"
	"math"
)

// Shape is the form of a [Schedule].
type Shape string

// The schedules.
const (
	ShapeConstant Shape = "constant"
	ShapeCosine   Shape = "cosine"   // from the peak to zero along half a cosine (Loshchilov and Hutter 2017)
	ShapeOneCycle Shape = "onecycle" // up from peak/25 in the first 30 % of steps, then down to peak/250,000, along cosines (Smith and Topin 2019, with PyTorch's constants)
)

// Schedule gives the learning rate of each step of a Fit.
type Schedule struct {
	Shape Shape   `json:"shape"`
	Peak  float64 `json:"peak"` // highest rate; 0 means what suits the optimizer
	// Rise is the share of the steps in which one-cycle rises, 0 means 0.3; Div is
	// the factor that it rises by, 0 means 25.
	Rise float64 `json:"rise,omitempty"`
	Div  float64 `json:"div,omitempty"`
}

const (
	oneCycleRise  = 0.3
	oneCycleStart = 25
	oneCycleEnd   = 1e4
)

// Rate is the learning rate of step of steps, counted from 0.
func (s Schedule) Rate(step, steps int) float64 {
	switch s.Shape {
	case ShapeCosine:
		return cosine(s.Peak, 0, float64(step)/float64(max(1, steps)))
	case ShapeOneCycle:
		rise := cmp.Or(s.Rise, oneCycleRise)*float64(steps) - 1
		low := s.Peak / cmp.Or(s.Div, oneCycleStart)
		if at := float64(step); at <= rise {
			return cosine(low, s.Peak, at/max(rise, 1e-9))
		}
		return cosine(s.Peak, low/oneCycleEnd, (float64(step)-rise)/max(float64(steps-1)-rise, 1e-9))
	}
	return s.Peak
}

// cosine goes from a at 0 to b at 1.
func cosine(a, b, at float64) float64 {
	return b + (a-b)/2*(1+math.Cos(math.Pi*min(1, max(0, at))))
}

func (s Schedule) check() error {
	if s.Shape != ShapeConstant && s.Shape != ShapeCosine && s.Shape != ShapeOneCycle {
		return fmt.Errorf("train: unknown schedule %q (use constant, cosine or onecycle)", s.Shape)
	}
	if !(s.Peak >= 0) || math.IsInf(s.Peak, 1) {
		return fmt.Errorf("train: learning rate %g (must be at least 0)", s.Peak)
	}
	return nil
}
