package task

import (
	"fmt"
	"reflect"

	"graft/lib/display"
	"graft/lib/plot"
)

// Display shows the trials by score, and the fields beside it as parallel coordinates.
func (t *Trials) Display() display.Bundle {
	table := plot.Table{Columns: append([]string{"score"}, t.Fields...), Note: t.Note}
	if table.Columns = append(table.Columns, "epochs", "time", "trial"); t.Note == "" && len(t.List) < t.planned {
		table.Note = fmt.Sprintf("trial %d of at most %d", len(t.List)+1, t.planned)
	}
	for _, r := range t.List {
		score := fmt.Sprintf("%.4g", r.Score)
		if r.Err != nil {
			score = "failed: " + r.Err.Error()
		}
		row := append([]string{score}, t.texts(r)...)
		table.Rows = append(table.Rows, append(row, fmt.Sprint(r.Epochs), seconds(r.Time), fmt.Sprint(r.Number)))
	}
	if len(t.List) < 2 {
		return table.Display()
	}
	return plot.Stack(table.Display(), t.picture().Display())
}

// line is what a log gets of a trial.
func (t *Trials) line(r Result) string {
	text := fmt.Sprintf("trial %d: score %.4g", r.Number, r.Score)
	if r.Err != nil {
		text = fmt.Sprintf("trial %d failed: %v", r.Number, r.Err)
	}
	for i, value := range t.texts(r) {
		text += fmt.Sprintf(", %s %s", t.Fields[i], value)
	}
	return fmt.Sprintf("%s, epochs %d, %s", text, r.Epochs, seconds(r.Time))
}

func (t *Trials) texts(r Result) (list []string) {
	v := reflect.ValueOf(r.Value)
	for _, d := range t.space.dims {
		if f := v.Field(d.index); f.CanFloat() {
			list = append(list, fmt.Sprintf("%.3g", f.Float()))
		} else {
			list = append(list, fmt.Sprint(f.Interface()))
		}
	}
	return list
}

// picture has an axis for each field and one for the score.
func (t *Trials) picture() plot.Parallel {
	var p plot.Parallel
	for _, d := range t.space.dims {
		a := plot.ParallelAxis{Name: d.name, Log: d.log}
		for _, v := range d.values {
			a.Values = append(a.Values, fmt.Sprint(v.Interface()))
		}
		p.Axes = append(p.Axes, a)
	}
	p.Axes = append(p.Axes, plot.ParallelAxis{Name: "score"})
	for _, r := range t.List {
		line := make([]float64, 0, len(p.Axes))
		for i, d := range t.space.dims {
			if d.values != nil {
				line = append(line, float64(r.point[i].list))
			} else {
				line = append(line, r.point[i].number)
			}
		}
		p.Lines = append(p.Lines, append(line, r.Score))
	}
	p.Lowest = t.Lowest
	return p
}
