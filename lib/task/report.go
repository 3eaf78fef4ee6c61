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
		if about := r.sureness(i); about != "" {
			t.Rows[i+1] = append(t.Rows[i+1], about)
			t.Columns = []string{"measure", "value", "how sure"}
		}
	}
	t.Note = fmt.Sprintf("control, %s: %.4f", r.ControlName, r.Control)
	if len(r.Warnings) > 0 {
		t.Note += "; " + strings.Join(r.Warnings, "; ")
	}
	return t
}

// sureness says how near metric i is to what it stands for, "" if there is nothing to
// say: the interval of the accuracy of other images like these, and the bound of a
// metric whose scores were binned.
func (r *Report) sureness(i int) string {
	switch {
	case r.Bounds[i] > 0:
		return fmt.Sprintf("± %.1g, scores binned", r.Bounds[i])
	case r.Metrics[i] == "accuracy" && r.confusion != nil:
		low, high := r.Interval()
		return fmt.Sprintf("95 %%: %.4f to %.4f", low, high)
	}
	return ""
}

// PerClass is a table of the classes: images, precision, recall and F1, and in the
// footer their means over the classes that are true or predicted. It is empty for
// regression.
func (r *Report) PerClass() plot.Table {
	t := plot.Table{Columns: []string{"class", "images", "precision", "recall", "f1"}}
	for _, c := range r.Classes() {
		t.Rows = append(t.Rows, []string{c.Class, strconv.Itoa(c.Support), percent(c.Precision), percent(c.Recall), percent(c.F1)})
		if c.Support+c.Predicted == 0 {
			t.Rows[len(t.Rows)-1] = []string{c.Class, "0"} // it is in no mean; 0.0% would read like a failure
		}
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
