// Package schedule says how the learning rate moves in the course of a run: constant,
// up and down, in steps, or by what the validation loss does. A [Schedule] is data, saved
// as JSON, and its rate depends on the [Moment] of a run alone, as opposed to package
// train, which runs the steps and has the options that choose a schedule, and package
// tune, which shares the rate out among the groups of a network.
//
//	s := schedule.Schedule{Shape: schedule.OneCycle, Peak: 1e-3, Warmup: 0.5}
//	if err := s.Check(); err != nil {
//		return err
//	}
//	rate := s.At(schedule.Moment{Step: 30, Epoch: 20, Steps: 100})
//
// Every shape is held against PyTorch's scheduler of its name, step by step.
package schedule

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"graft/internal/near"
)

// Shape is the form of a [Schedule].
type Shape string

// The schedules. Each follows PyTorch's scheduler of that name.
const (
	Constant   Shape = "constant"
	Linear     Shape = "linear"     // from the peak in a straight line to the end
	Cosine     Shape = "cosine"     // from the peak along half a cosine to the end (Loshchilov and Hutter 2017)
	Polynomial Shape = "polynomial" // from the peak to the end as a power of what is left
	OneCycle   Shape = "onecycle"   // up from peak/25 in the first 30 % of steps, then down to peak/250,000, along cosines (Smith and Topin 2019)
	Step       Shape = "step"       // times a factor every few epochs
	Plateau    Shape = "plateau"    // times a factor when the validation loss stays where it is
)

// Schedule gives the learning rate of each step of a Fit. Fields that a shape has no
// use for are ignored.
type Schedule struct {
	Shape Shape   `json:"shape"`
	Peak  float64 `json:"peak"` // highest rate; 0 means what suits the optimizer
	// Warmup is how many epochs, or what part of one, the rate takes to rise to the
	// peak in a straight line before the schedule proper begins; it has the steps that
	// are left.
	Warmup float64 `json:"warmup,omitempty"`
	// WarmupFrom is the share of the peak that the warm-up begins with; 0 means 0.01.
	WarmupFrom float64 `json:"warmup_from,omitempty"`

	End   float64 `json:"end,omitempty"`   // of linear, cosine, polynomial: share of the peak at the end
	Power float64 `json:"power,omitempty"` // of polynomial; 0 means 1, a straight line

	Rise     float64 `json:"rise,omitempty"`      // of one-cycle: share of the steps that go up (pct_start); 0 means 0.3
	Div      float64 `json:"div,omitempty"`       // of one-cycle: peak over first rate; 0 means 25
	FinalDiv float64 `json:"final_div,omitempty"` // of one-cycle: first over last rate; 0 means 10,000

	Every  int     `json:"every,omitempty"`  // of step: epochs between changes; 0 means 1
	Factor float64 `json:"factor,omitempty"` // of step and plateau; 0 means 0.1

	Patience  int     `json:"patience,omitempty"`  // of plateau: epochs without improvement that are let pass
	Threshold float64 `json:"threshold,omitempty"` // of plateau: smallest improvement that counts, as a share of the best loss; 0 means 0.0001
	Cooldown  int     `json:"cooldown,omitempty"`  // of plateau: epochs after a change that are not counted
	Least     float64 `json:"least,omitempty"`     // of plateau: lowest rate
}

// Moment is where a run is.
type Moment struct {
	Step  int       // from 0, over all epochs
	Epoch int       // steps in one epoch
	Steps int       // in all epochs
	Valid []float64 // validation losses of the finished epochs, for plateau
}

// shapeTable is the table of schedules: the rate, as a share of the peak, in step of
// steps, counted from the end of the warm-up.
var shapeTable = map[Shape]func(s Schedule, step, steps float64, m Moment) float64{
	Constant: func(Schedule, float64, float64, Moment) float64 { return 1 },
	Linear: func(s Schedule, step, steps float64, _ Moment) float64 {
		return 1 + (s.End-1)*step/steps
	},
	Cosine: func(s Schedule, step, steps float64, _ Moment) float64 {
		return cosine(1, s.End, step/steps)
	},
	Polynomial: func(s Schedule, step, steps float64, _ Moment) float64 {
		return s.End + (1-s.End)*math.Pow(1-step/steps, or(s.Power, 1))
	},
	OneCycle: oneCycle,
	Step: func(s Schedule, step, _ float64, m Moment) float64 {
		epoch := math.Floor(step / float64(max(1, m.Epoch)))
		return math.Pow(or(s.Factor, 0.1), math.Floor(epoch/float64(max(1, s.Every))))
	},
	Plateau: func(s Schedule, _, _ float64, m Moment) float64 { return s.plateau(m.Valid) },
}

// Rate is the learning rate of step of steps, counted from 0, of a run whose epochs
// are of one step.
func (s Schedule) Rate(step, steps int) float64 {
	return s.At(Moment{Step: step, Steps: steps, Epoch: 1})
}

// At is the learning rate at a moment of a run. It depends on nothing else.
func (s Schedule) At(m Moment) float64 {
	warm := min(int(math.Round(s.Warmup*float64(m.Epoch))), m.Steps)
	share := 1.0
	if m.Step < warm {
		from := or(s.WarmupFrom, 0.01)
		share = from + (1-from)*float64(m.Step)/float64(warm)
		if s.Shape != Plateau { // which goes by epochs, so it may come first
			return s.Peak * share
		}
	}
	steps := float64(max(1, m.Steps-warm))
	step := min(float64(max(0, m.Step-warm)), steps)
	shape, ok := shapeTable[s.Shape]
	if !ok {
		return s.Peak
	}
	return s.Peak * share * shape(s, step, steps, m)
}

func oneCycle(s Schedule, step, steps float64, _ Moment) float64 {
	rise := or(s.Rise, 0.3)*steps - 1
	low := 1 / or(s.Div, 25)
	if step <= rise {
		return cosine(low, 1, step/max(rise, 1e-9))
	}
	return cosine(1, low/or(s.FinalDiv, 1e4), (step-rise)/max(steps-1-rise, 1e-9))
}

// cosine goes from a at 0 to b at 1.
func cosine(a, b, at float64) float64 {
	return b + (a-b)/2*(1+math.Cos(math.Pi*min(1, max(0, at))))
}

// plateau is PyTorch's ReduceLROnPlateau, mode min: what is left of the rate after
// epochs with the given losses. A NaN is no improvement.
func (s Schedule) plateau(losses []float64) float64 {
	const least = 1e-8 // smaller changes of the rate are left out
	best, rate := math.Inf(1), s.Peak
	bad, cool := 0, 0
	for _, loss := range losses {
		if loss < best*(1-or(s.Threshold, 1e-4)) {
			best, bad = loss, 0
		} else {
			bad++
		}
		if cool > 0 {
			cool, bad = cool-1, 0
		}
		if bad > s.Patience {
			cool, bad = s.Cooldown, 0
			if next := max(rate*or(s.Factor, 0.1), s.Least); rate-next > least {
				rate = next
			}
		}
	}
	if s.Peak == 0 {
		return 1
	}
	return rate / s.Peak
}

// or is v, or what it stands for if it is 0.
func or(v, standard float64) float64 {
	if v == 0 {
		return standard
	}
	return v
}

// Check returns an error for an unknown shape and for a setting out of its range.
func (s Schedule) Check() error {
	if _, ok := shapeTable[s.Shape]; !ok {
		names := shapeNames()
		return fmt.Errorf("schedule: unknown schedule %q%s (there are %s)", s.Shape, near.Hint(string(s.Shape), names), strings.Join(names, ", "))
	}
	if !(s.Peak >= 0) || math.IsInf(s.Peak, 1) {
		return fmt.Errorf("schedule: learning rate %g (must be at least 0)", s.Peak)
	}
	for _, part := range []struct {
		name      string
		value     float64
		low, high float64
	}{
		{"warm-up", s.Warmup, 0, 1e6}, {"first share of the warm-up", s.WarmupFrom, 0, 1}, {"end", s.End, 0, 1},
		{"power", s.Power, 0, 1e3}, {"rise", s.Rise, 0, 1}, {"div", or(s.Div, 25), 1, 1e12}, {"final div", or(s.FinalDiv, 1e4), 1, 1e12},
		{"epochs between changes", float64(s.Every), 0, 1e9}, {"factor", s.Factor, 0, 1}, {"patience", float64(s.Patience), 0, 1e9},
		{"threshold", s.Threshold, 0, 1}, {"cooldown", float64(s.Cooldown), 0, 1e9}, {"lowest rate", s.Least, 0, math.MaxFloat64},
	} {
		if !(part.value >= part.low && part.value <= part.high) {
			return fmt.Errorf("schedule: %s schedule with %s %g (want %g to %g)", s.Shape, part.name, part.value, part.low, part.high)
		}
	}
	if s.Shape == Plateau && s.Factor == 1 {
		return fmt.Errorf("schedule: plateau schedule with factor 1 (must be below 1)")
	}
	return nil
}

func shapeNames() []string {
	var names []string
	for _, shape := range slices.Sorted(maps.Keys(shapeTable)) {
		names = append(names, string(shape))
	}
	return names
}
