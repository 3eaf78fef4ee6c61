package plot

import (
	"fmt"
	"strconv"
	"strings"
)

// progress says in words where the run is.
func (f Fit) progress() string {
	var p []string
	add := func(when bool, format string, v ...any) {
		if when {
			p = append(p, fmt.Sprintf(format, v...))
		}
	}
	add(f.State == Paused, "paused")
	add(f.Planned > 0, "epoch %d/%d", f.epoch(), f.Planned)
	add(f.Steps > 0, "step %d/%d", f.Step, f.Steps)
	if n := len(f.Loss); n > 0 {
		add(finite(f.Loss[n-1]), "loss %.4f", f.Loss[n-1])
	}
	add(f.LR > 0, "lr %s", rate(f.LR))
	add(f.Rate > 0 || f.Images > 0, "%s", f.speed())
	add(f.Remaining > 0, "%s left", clock(f.Remaining))
	add(f.Status != "", "%s", f.Status)
	return strings.Join(p, "  ")
}

// epoch is the running one, from 1.
func (f Fit) epoch() int { return min(len(f.Epochs)+1, f.Planned) }

// speed is how fast the run is, in images if it is known.
func (f Fit) speed() string {
	short := func(v float64) string { return strconv.FormatFloat(round(v, 3), 'f', -1, 64) }
	switch {
	case f.Images > 0:
		return short(f.Images) + " images/s"
	case f.Rate > 0:
		return short(f.Rate) + " steps/s"
	}
	return ""
}

// verdict says how the run ended.
func (f Fit) verdict() string {
	n := len(f.Epochs)
	var p []string
	switch f.State {
	case Done:
		p = append(p, fmt.Sprintf("done: %d %s", n, plural(n, "epoch")))
	case Interrupted, Stopped:
		p = append(p, fmt.Sprintf("%s after %d of %d %s", f.State, n, f.Planned, plural(f.Planned, "epoch")))
		if f.Step > 0 && f.Step < f.Steps {
			p[0] += fmt.Sprintf(" and %d %s", f.Step, plural(f.Step, "step"))
		}
	default:
		p = append(p, "failed")
	}
	if f.Elapsed > 0 {
		p[0] += " in " + span(f.Elapsed)
	}
	if b := f.best(); b >= 0 && n > 1 {
		p = append(p, fmt.Sprintf("best epoch %d", f.Epochs[b].N))
	}
	if f.Status != "" {
		p = append(p, f.Status)
	}
	return strings.Join(p, " · ")
}

func plural(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}

// line is what a log gets: one line an epoch, one for what was done to the run, and
// one at the end.
func (f Fit) line() string {
	var out []string
	for _, r := range f.Remarks[max(0, len(f.Remarks)-max(0, f.Fresh)):] {
		out = append(out, r.Text)
	}
	switch {
	case f.EpochEnd && len(f.Epochs) > 0:
		out = append(out, f.epochLine())
	case f.StepLine:
		out = append(out, f.progress())
	}
	if f.State.over() {
		out = append(out, strings.TrimPrefix(f.Title+": ", ": ")+f.verdict())
		if f.Note != "" {
			out = append(out, f.Note)
		}
	}
	return strings.Join(out, "\n")
}

// epochLine is the last epoch in a line.
func (f Fit) epochLine() string {
	e := f.Epochs[len(f.Epochs)-1]
	var p []string
	for _, c := range f.columns() {
		switch v := c.cell(e); {
		case v == "":
		case c.head == "epoch" && f.Planned > 0:
			p = append(p, fmt.Sprintf("epoch %s/%d", pad(v, len(strconv.Itoa(f.Planned)), true), f.Planned))
		default:
			p = append(p, c.head+" "+v)
		}
	}
	return strings.Join(p, "  ")
}
