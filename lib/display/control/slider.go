package control

import (
	"fmt"
	"math"

	"graft/lib/display"
)

// Slider chooses a number between two bounds.
type Slider struct{ core }

// NewSlider makes a slider from min to max that stands at value.
func NewSlider(label string, min, max, value float64) (*Slider, error) {
	return newSlider(Face{Label: label, Min: min, Max: max, Value: value})
}

// NewLogSlider makes a slider whose positions are the logarithms of its values, as
// learning rates want it; min must be above 0.
func NewLogSlider(label string, min, max, value float64) (*Slider, error) {
	if !(min > 0) {
		return nil, fmt.Errorf("control: logarithmic slider %q from %g (want a minimum above 0)", label, min)
	}
	return newSlider(Face{Label: label, Min: min, Max: max, Log: true, Value: value})
}

func newSlider(f Face) (*Slider, error) {
	if !(f.Min < f.Max) || math.IsInf(f.Min, 0) || math.IsInf(f.Max, 0) {
		return nil, fmt.Errorf("control: slider %q from %g to %g (want two bounds, the lower one first)", f.Label, f.Min, f.Max)
	}
	f.Kind = KindSlider
	if err := f.within(f.Value.(float64)); err != nil {
		return nil, err
	}
	return &Slider{newCore(f)}, nil
}

func (f Face) within(v float64) error {
	if v >= f.Min && v <= f.Max {
		return nil
	}
	return fmt.Errorf("control: slider %q at %g (want %g to %g)", f.Label, v, f.Min, f.Max)
}

// Value is where the slider stands.
func (s *Slider) Value() float64 { return s.Face().Value.(float64) }

// Set moves the slider; v must be within its bounds.
func (s *Slider) Set(v float64) error {
	if err := s.Face().within(v); err != nil {
		return err
	}
	s.set(v)
	return nil
}

// Turn takes the user's float64 and brings it within the bounds.
func (s *Slider) Turn(value any) error {
	v, ok := value.(float64)
	f := s.Face()
	if !ok || math.IsNaN(v) {
		return fmt.Errorf("control: slider %q at %v (want a number)", f.Label, value)
	}
	s.put(max(f.Min, min(f.Max, v)))
	return nil
}

// Display shows the slider.
func (s *Slider) Display() display.Bundle {
	f := s.Face()
	return bundle(s, fmt.Sprintf("%.3g", f.Value), fmt.Sprintf("slider, %.3g to %.3g", f.Min, f.Max))
}
