package finder

import (
	"fmt"
	"math"

	"graft/lib/display"
	"graft/lib/plot"
)

// Rates is a learning rate range test (Smith 2017): the loss while the rate grows
// step by step from one that does nothing to one that breaks everything. The
// suggestions are those of fastai's lr_find; each is NaN if the loss never falls.
type Rates struct {
	LR   []float64 // of each step, growing; the first ten steps and the last five are left out
	Loss []float64 // smoothed

	Valley    float64 // in the longest fall, a third to a half of the way down: fastai's default
	Steep     float64 // where the loss falls fastest
	Minimum   float64 // a tenth of the rate with the lowest loss
	Suggested float64 // Valley
}

// Display draws loss over rate, the suggestions marked; where there are none, it says
// so.
func (r *Rates) Display() display.Bundle {
	c := plot.Curves{
		Title: "learning rate range test", XLabel: "learning rate", YLabel: "smoothed loss", LogX: true,
		Series: []plot.Series{{Name: "loss", X: r.LR, Y: r.Loss}},
	}
	if math.IsNaN(r.Suggested) {
		c.Title += ": " + r.String()
	}
	for _, m := range r.suggestions() {
		c.Marks = append(c.Marks, plot.Mark{X: m.rate, Label: fmt.Sprintf("%s %.2g", m.name, m.rate)})
	}
	return c.Display()
}

type suggestion struct {
	name string
	rate float64
}

// suggestions are those that there are.
func (r *Rates) suggestions() (list []suggestion) {
	for _, s := range []suggestion{{"valley", r.Valley}, {"steep", r.Steep}, {"minimum/10", r.Minimum}} {
		if !math.IsNaN(s.rate) {
			list = append(list, s)
		}
	}
	return list
}

// String says what the test suggests.
func (r *Rates) String() string {
	if math.IsNaN(r.Suggested) {
		return "the loss never falls: no learning rate to suggest"
	}
	text := fmt.Sprintf("suggested learning rate %.2g", r.Suggested)
	for _, s := range r.suggestions()[1:] {
		text += fmt.Sprintf(", %s %.2g", s.name, s.rate)
	}
	return text
}
