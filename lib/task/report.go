package task

import (
	"fmt"
	"strconv"
	"strings"

	"graft/internal/near"
	"graft/lib/display"
	"graft/lib/metric"
	"graft/lib/plot"
)

// String is the report in one line.
func (r *Report) String() string {
	text := fmt.Sprintf("%d images: loss %.4f", r.Examples, r.Loss)
	for i, name := range r.Metrics {
		text += fmt.Sprintf(", %s %.4f", name, r.Values[i])
	}
	return text + fmt.Sprintf(" (%s: %.4f)", r.ControlName, r.Control)
}

// Display shows the numbers, and for classes a row each.
func (r *Report) Display() display.Bundle {
	if r.confusion == nil {
		return r.table().Display()
	}
	return plot.Stack(r.table().Display(), r.PerClass().Display())
}

// table is the metrics of all images together.
func (r *Report) table() plot.Table {
	t := plot.Table{Title: fmt.Sprintf("%d images", r.Examples), Columns: []string{"measure", "value"}}
	t.Rows = append(t.Rows, []string{"loss", fmt.Sprintf("%.4f", r.Loss)})
	for i, name := range r.Metrics {
		t.Rows = append(t.Rows, []string{name, fmt.Sprintf("%.4f", r.Values[i])})
		switch {
		case name == "accuracy" && r.confusion != nil:
			low, high := r.Interval()
			t.Rows[i+1] = append(t.Rows[i+1], fmt.Sprintf("%.4f to %.4f", low, high))
			t.Columns = []string{"measure", "value", "95 % interval"}
		case r.Bounds[i] > 0:
			t.Rows[i+1][1] += fmt.Sprintf(" ± %.1g", r.Bounds[i])
		}
	}
	t.Note = fmt.Sprintf("control, %s: %.4f", r.ControlName, r.Control)
	if len(r.Warnings) > 0 {
		t.Note += "; " + strings.Join(r.Warnings, "; ")
	}
	return t
}

// PerClass is a table of the classes: images, precision, recall and F1, and in the
// footer their means over the classes that occur. It is empty for regression.
func (r *Report) PerClass() plot.Table {
	t := plot.Table{Columns: []string{"class", "images", "precision", "recall", "f1"}}
	for _, c := range r.Classes() {
		t.Rows = append(t.Rows, []string{c.Class, strconv.Itoa(c.Support), percent(c.Precision), percent(c.Recall), percent(c.F1)})
	}
	if c := r.confusion; c != nil {
		t.Footer = []string{"mean", strconv.Itoa(c.Rows()), percent(c.Macro(c.Precision)), percent(c.Macro(c.Recall)), percent(c.Macro(c.F1))}
	}
	return t
}

func percent(v float64) string { return fmt.Sprintf("%.1f%%", 100*v) }

// warnings say what a table of c does not.
func warnings(c *metric.Confusion, classes []string) []string {
	if c == nil {
		return nil
	}
	var list []string
	var absent []string
	for _, k := range c.Absent() {
		absent = append(absent, classes[k])
	}
	if len(absent) > 0 {
		list = append(list, fmt.Sprintf("no image of %s here: nothing that is measured speaks for it", strings.Join(absent, ", ")))
	}
	invalid := 0
	for _, n := range c.Invalid {
		invalid += n
	}
	if invalid > 0 {
		list = append(list, fmt.Sprintf("%d of %d images have outputs that are not numbers, which count as wrong", invalid, c.Rows()))
	}
	return list
}

func unknownClass(name string, classes []string) error {
	if len(classes) == 0 {
		return fmt.Errorf("task: no class %q: the network says numbers", name)
	}
	return fmt.Errorf("task: no class %q%s (there are %s)", name, near.Hint(name, classes), strings.Join(classes, ", "))
}
