package task

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"graft/lib/display"
	"graft/lib/metric"
	"graft/lib/plot"
)

// Guard says whether a FineTune was worth it: the tuned network beside the cheap
// controls, on the validation set, class by class. With EarlyStop or KeepBest the best
// epochs of all of them were chosen on the same examples, so the scores flatter each,
// but none more than the others.
type Guard struct {
	Examples int // in the validation set; 0 if there was none and nothing is known
	// Measure is what Score holds: "accuracy", or "rmse" of a regression.
	Measure  string
	Tuned    Contender
	Controls []Contender // the linear probe and, unless left out, the one from scratch
	Best     int         // index of the control with the best score, which classes are compared with
	Classes  []ClassGain // nil for a regression
	// Hurts is true if some control is better than the tuned network by more than
	// noise.
	Hurts   bool
	Verdict string // in a sentence
}

// Contender is the tuned network or a control.
type Contender struct {
	Name   string
	Budget string // epochs: "1 + 3", "1 of 4"
	Score  float64
	Time   time.Duration
	// Pair compares the tuned network with this control; empty for itself.
	Pair Pair
}

// ClassGain is what one class gained or lost.
type ClassGain struct {
	Class    string
	Support  int       // examples of the class
	Tuned    float64   // share of them found; NaN without support
	Controls []float64 // the same for each control
	Pairs    []Pair
	// Gain is Tuned less what the control finds that is best over all classes: one
	// that always says the same would be hard to beat on that class.
	Gain float64
	// Hurts is true if that control finds more by more than noise, at a level divided
	// by the number of classes (Bonferroni).
	Hurts bool
}

// outcome is what a contender said of the validation set.
type outcome struct {
	Contender
	batch metric.Batch
}

// newGuard compares tuned with controls; classes is nil for a regression.
func newGuard(tuned outcome, controls []outcome, classes []string) *Guard {
	g := &Guard{Examples: tuned.batch.Rows(), Measure: "accuracy", Tuned: tuned.Contender}
	if classes == nil {
		g.Measure = "rmse"
	}
	g.Tuned.Score = score(tuned.batch, classes)
	for _, c := range controls {
		c.Score = score(c.batch, classes)
		c.Pair = compare(tuned.batch, c.batch, -1)
		g.Hurts = g.Hurts || c.Pair.worse(Significance)
		g.Controls = append(g.Controls, c.Contender)
		if better := c.Score > g.Controls[g.Best].Score; better != (classes == nil) {
			g.Best = len(g.Controls) - 1
		}
	}
	for k, name := range classes {
		g.Classes = append(g.Classes, classGain(tuned, controls, k, name))
		g.Classes[k].judge(g.Best, len(classes))
	}
	g.Verdict = g.verdict()
	return g
}

func classGain(tuned outcome, controls []outcome, k int, name string) ClassGain {
	c := ClassGain{Class: name, Tuned: recall(tuned.batch, k), Gain: math.NaN()}
	for _, label := range tuned.batch.Labels {
		if label == k {
			c.Support++
		}
	}
	for _, control := range controls {
		share, pair := recall(control.batch, k), compare(tuned.batch, control.batch, k)
		c.Controls, c.Pairs = append(c.Controls, share), append(c.Pairs, pair)
	}
	return c
}

// judge compares with one of the controls; comparisons is how many there are.
func (c *ClassGain) judge(control, comparisons int) {
	if control < len(c.Controls) && c.Support > 0 {
		c.Gain = c.Tuned - c.Controls[control]
		c.Hurts = c.Pairs[control].worse(Significance / float64(comparisons))
	}
}

// score is the accuracy, or the root of the mean squared error.
func score(b metric.Batch, classes []string) float64 {
	sum := 0.0
	for i := range b.Rows() {
		if classes == nil {
			sum += miss(b, i) * miss(b, i)
		} else if right(b, i) {
			sum++
		}
	}
	mean := sum / float64(b.Rows())
	if classes == nil {
		return math.Sqrt(mean)
	}
	return mean
}

func right(b metric.Batch, i int) bool { return metric.Argmax(b.Row(i)) == b.Labels[i] }

// miss is how far the value is off; infinite if it is NaN.
func miss(b metric.Batch, i int) float64 {
	off := math.Abs(float64(b.Row(i)[0] - b.Targets[i]))
	if math.IsNaN(off) {
		return math.Inf(1)
	}
	return off
}

func recall(b metric.Batch, k int) float64 {
	found, all := 0, 0
	for i, label := range b.Labels {
		if label != k {
			continue
		}
		if all++; right(b, i) {
			found++
		}
	}
	return float64(found) / float64(all)
}

// compare counts the examples of class k, of all with k below 0, on which one of the
// two is better.
func compare(tuned, control metric.Batch, k int) (p Pair) {
	for i := range tuned.Rows() {
		var won, lost bool
		switch {
		case tuned.Labels == nil:
			won, lost = miss(tuned, i) < miss(control, i), miss(tuned, i) > miss(control, i)
		case k >= 0 && tuned.Labels[i] != k:
		default:
			won, lost = right(tuned, i) && !right(control, i), !right(tuned, i) && right(control, i)
		}
		if won {
			p.Tuned++
		}
		if lost {
			p.Control++
		}
	}
	return p
}

// verdict is one plain sentence, or two.
func (g *Guard) verdict() string {
	var hurt, helped, even []string
	for _, c := range g.Controls {
		text := fmt.Sprintf("%s with %s (%s)", c.called(), g.figure(c.Score), c.Pair)
		switch {
		case c.Pair.worse(Significance):
			hurt = append(hurt, text)
		case c.Pair.better(Significance):
			helped = append(helped, text)
		default:
			even = append(even, text)
		}
	}
	mine := fmt.Sprintf("the tuned network has %s %s", g.Measure, g.figure(g.Tuned.Score))
	var parts []string
	switch {
	case len(hurt) > 0:
		parts = append(parts, fmt.Sprintf("transfer hurts: %s, worse than %s", mine, strings.Join(hurt, " and ")))
	case len(helped) > 0:
		parts = append(parts, fmt.Sprintf("transfer helps: %s, better than %s", mine, strings.Join(helped, " and ")))
	default:
		parts = append(parts, "no difference beyond noise: "+mine)
	}
	if len(even) > 0 {
		parts = append(parts, "not to be told apart from "+strings.Join(even, " and "))
	}
	if classes := g.hurtClasses(); classes != "" {
		parts = append(parts, "transfer hurts "+classes)
	}
	if len(hurt) > 0 {
		parts = append(parts, "freeze more, lower the rate, label more, or use the control")
	}
	return strings.Join(parts, "; ")
}

// called is the name within a sentence.
func (c Contender) called() string {
	if strings.HasPrefix(c.Name, "from ") {
		return "the network " + c.Name
	}
	return "the " + c.Name
}

func (g *Guard) hurtClasses() string {
	var names []string
	for _, c := range g.Classes {
		if c.Hurts {
			names = append(names, fmt.Sprintf("%s (%+.1f points, %d images)", c.Class, 100*c.Gain, c.Support))
		}
	}
	switch len(names) {
	case 0:
		return ""
	case 1:
		return "the class " + names[0]
	}
	return "the classes " + strings.Join(names, ", ")
}

func (g *Guard) figure(v float64) string {
	if g.Measure == "accuracy" {
		return percent(v)
	}
	return fmt.Sprintf("%.4g", v)
}

// String is the verdict.
func (g *Guard) String() string { return g.Verdict }

// Display shows the contenders, and what each class gained or lost.
func (g *Guard) Display() display.Bundle {
	short, _, _ := strings.Cut(g.Verdict, ":")
	t := plot.Table{Title: "guard against negative transfer: " + short, Columns: []string{"network", g.Measure, "alone right", "tuned alone", "p", "epochs", "time"}, Note: g.Verdict}
	if g.Measure != "accuracy" {
		t.Columns[2], t.Columns[3] = "closer", "tuned closer"
	}
	if g.Examples == 0 {
		return plot.Table{Title: t.Title, Note: g.Verdict}.Display()
	}
	t.Rows = append(t.Rows, []string{g.Tuned.Name, g.figure(g.Tuned.Score), "", "", "", g.Tuned.Budget, seconds(g.Tuned.Time)})
	for _, c := range g.Controls {
		t.Rows = append(t.Rows, []string{c.Name, g.figure(c.Score), strconv.Itoa(c.Pair.Control), strconv.Itoa(c.Pair.Tuned), chance(c.Pair.P()), c.Budget, seconds(c.Time)})
	}
	if len(g.Classes) == 0 || len(g.Controls) == 0 {
		return t.Display()
	}
	gains := plot.Gains{Title: fmt.Sprintf("share of each class found, against %s, in points", g.Controls[g.Best].Name), Format: "%+.1f"}
	for _, c := range g.Classes {
		note := fmt.Sprintf("%s of %d images", percent(c.Tuned), c.Support)
		if c.Support == 0 {
			note = "not in the validation set"
		}
		if c.Hurts {
			note += ", worse beyond noise"
		}
		gains.Labels, gains.Values, gains.Notes = append(gains.Labels, c.Class), append(gains.Values, 100*c.Gain), append(gains.Notes, note)
	}
	return plot.Stack(t.Display(), gains.Display())
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.1fs", d.Seconds()) }
