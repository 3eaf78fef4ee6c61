package plot

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

// column is one column of the board: its head and how an epoch fills it.
type column struct {
	head string
	cell func(Epoch) string
}

// columns leaves out what no epoch has measured, except while there is none.
func (f Fit) columns() []column {
	loss := func(pick func(Epoch) float64) func(Epoch) string {
		return func(e Epoch) string { return figure(pick(e), 4) }
	}
	all := []column{
		{"epoch", func(e Epoch) string { return strconv.Itoa(e.N) }},
		{"train_loss", loss(func(e Epoch) float64 { return e.TrainLoss })},
		{"valid_loss", loss(func(e Epoch) float64 { return e.ValidLoss })},
	}
	for i, name := range f.Metrics {
		all = append(all, column{name, func(e Epoch) string {
			if i >= len(e.Metrics) {
				return ""
			}
			return figure(e.Metrics[i], 3)
		}})
	}
	all = append(all,
		column{"lr", func(e Epoch) string { return rate(e.LR) }},
		column{"trainable", func(e Epoch) string { return e.Trainable }},
		column{"time", func(e Epoch) string { return span(e.Time) }},
		column{"compile", func(e Epoch) string { return compileTime(e.Compile) }},
		column{"cache", func(e Epoch) string { return e.Cache }})
	optional := []string{"trainable", "compile", "cache"}
	return slices.DeleteFunc(all, func(c column) bool {
		filled := func(e Epoch) bool { return c.cell(e) != "" }
		return !slices.ContainsFunc(f.Epochs, filled) && (len(f.Epochs) > 0 || slices.Contains(optional, c.head))
	})
}

// compileTime is blank where nothing worth mentioning was compiled.
func compileTime(d time.Duration) string {
	if d < 100*time.Millisecond {
		return ""
	}
	return span(d)
}

// table is the growing table: the last keep rows of a long run, and its best one.
func (f Fit) table(keep int) Table {
	var t Table
	cols := f.columns()
	for _, c := range cols {
		t.Columns = append(t.Columns, c.head)
	}
	best := f.best()
	first := 0
	if len(f.Epochs) > keep {
		first = len(f.Epochs) - keep
	}
	for i, e := range f.Epochs {
		if i < first && i != best {
			continue
		}
		row := make([]string, len(cols))
		for c := range cols {
			row[c] = cols[c].cell(e)
		}
		if i == best && len(f.Epochs) > 1 {
			t.Strong = append(t.Strong, len(t.Rows))
		}
		t.Rows = append(t.Rows, row)
	}
	if hidden := len(f.Epochs) - len(t.Rows); hidden > 0 {
		t.Title = fmt.Sprintf("%d earlier %s not shown", hidden, plural(hidden, "epoch"))
	}
	return t
}

// spare are the columns that a narrow table does without, the first first; "" is the
// point at which heads are shortened.
var spare = []string{"cache", "compile", "trainable", "", "time", "lr", "valid"}

// short are the heads of a narrow table.
var short = map[string]string{"train_loss": "train", "valid_loss": "valid"}

// without is the table without the columns that width has no room for.
func (t Table) without(width int) Table {
	for _, head := range spare {
		if total(t.grid().width) <= width {
			break
		}
		if head == "" {
			t.Columns = slices.Clone(t.Columns)
			for c, long := range t.Columns {
				t.Columns[c] = firstOf(short[long], long)
			}
			continue
		}
		c := slices.Index(t.Columns, head)
		if c < 0 {
			continue
		}
		t.Columns = slices.Delete(slices.Clone(t.Columns), c, c+1)
		rows := make([][]string, len(t.Rows))
		for i, r := range t.Rows {
			rows[i] = slices.Delete(slices.Clone(r), c, c+1)
		}
		t.Rows = rows
	}
	return t
}

// best is the index of the last epoch marked best, -1 if there is none.
func (f Fit) best() int {
	for i := len(f.Epochs) - 1; i >= 0; i-- {
		if f.Epochs[i].Best {
			return i
		}
	}
	return -1
}

// curves are the training loss of each step and the validation loss of each
// epoch, over epochs.
func (f Fit) curves() Curves {
	train := Series{Name: "train"}
	valid := Series{Name: "valid", Points: true}
	start := 0.0
	if len(f.Epochs) > 0 {
		start = float64(f.Epochs[0].N - 1)
	}
	if f.Steps > 0 {
		for i, y := range f.Loss {
			train.X, train.Y = append(train.X, start+float64(i+1)/float64(f.Steps)), append(train.Y, y)
		}
	}
	perEpoch := len(train.Y) == 0
	for _, e := range f.Epochs {
		if perEpoch {
			train.X, train.Y = append(train.X, float64(e.N)), append(train.Y, e.TrainLoss)
		}
		valid.X, valid.Y = append(valid.X, float64(e.N)), append(valid.Y, e.ValidLoss)
	}
	c := Curves{Title: "loss", XLabel: "epoch", Series: []Series{train}}
	if slices.ContainsFunc(valid.Y, finite) {
		c.Series = append(c.Series, valid)
	}
	return c
}

// drawable says whether there are two points to join yet.
func (f Fit) drawable() bool { return len(f.Epochs) > 1 || f.Steps > 0 && len(f.Loss) > 1 }

// fraction is how much of the planned run is behind, 0 to 1.
func (f Fit) fraction() float64 {
	if f.Planned <= 0 {
		return 0
	}
	part := 0.0
	if f.Steps > 0 && f.Step < f.Steps {
		part = float64(f.Step) / float64(f.Steps)
	}
	return min(1, (float64(len(f.Epochs))+part)/float64(f.Planned))
}
