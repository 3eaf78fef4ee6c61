package task

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"graft/lib/plot"
	"graft/lib/train"
)

// Snapshots is the table of all snapshots and the model as it is: which one each
// grew from, the epochs trained on its branch, the losses and metrics of its
// weights, and what was trainable.
func (m *Image) Snapshots() plot.Table {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.spot()
	now.name = Now
	spots := []spot{}
	for _, s := range m.album.snapshots {
		spots = append(spots, s.spot)
	}
	spots = append(spots, now)
	var metrics []string
	for _, s := range spots {
		for _, name := range s.metrics {
			if !slices.Contains(metrics, name) {
				metrics = append(metrics, name)
			}
		}
	}
	t := plot.Table{Columns: append([]string{"snapshot", "parent", "epochs", "train_loss", "valid_loss"}, append(slices.Clone(metrics), "trainable")...)}
	for _, s := range spots {
		row := []string{s.name, s.parent, strconv.Itoa(s.epochs), s.figure("train_loss"), s.figure("valid_loss")}
		for _, name := range metrics {
			row = append(row, s.figure(name))
		}
		t.Rows = append(t.Rows, append(row, m.named(s.plan)))
	}
	t.Strong = []int{len(spots) - 1}
	t.Note = fmt.Sprintf("%s of %s of memory, with %d steps that Undo can take back", megabytes(train.Bytes(m.album.copies()...)), megabytes(maxSnapshots), len(m.album.marks))
	return t
}

// value is a loss or a metric of the weights; NaN if it was not measured.
func (s spot) value(name string) float64 {
	switch i := slices.Index(s.metrics, name); {
	case s.epoch == nil:
		return math.NaN()
	case name == "train_loss":
		return s.epoch.TrainLoss
	case name == "valid_loss":
		return s.epoch.ValidLoss
	case i >= 0 && i < len(s.epoch.Metrics):
		return s.epoch.Metrics[i]
	}
	return math.NaN()
}

func (s spot) figure(name string) string { return figure(s.value(name)) }

func figure(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return fmt.Sprintf("%.4f", v)
}

// named says which groups a plan trains, as [Image.trainable] does of the present one.
func (m *Image) named(key string) string {
	var names []string
	for i, g := range m.plan.Groups {
		if key[i] == 't' || key[i] == 'T' {
			names = append(names, g.Name)
		}
	}
	switch len(names) {
	case 0:
		return "none"
	case len(key):
		return "all groups"
	}
	return strings.Join(names, ", ")
}

// Diff compares two snapshots; [Now] is the model as it is. For each group it says
// whether it was trainable, and how far its parameters are apart: the Euclidean norm
// of the difference over that of a. Below are epochs, losses and metrics side by
// side.
func (m *Image) Diff(a, b string) (plot.Table, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	from, err := m.seek(a)
	if err != nil {
		return plot.Table{}, err
	}
	to, err := m.seek(b)
	if err != nil {
		return plot.Table{}, err
	}
	t := plot.Table{Title: fmt.Sprintf("from %s to %s", a, b), Columns: []string{"", a, b, "change"}}
	for i, g := range m.plan.Groups {
		change, moved, err := from.copy.Change(g, to.copy)
		if err != nil {
			return t, err
		}
		text := "none"
		switch {
		case moved && change == 0:
			text = "running statistics"
		case moved:
			text = fmt.Sprintf("%.3g", change)
		}
		t.Rows = append(t.Rows, []string{g.Name, state(from.plan[i]), state(to.plan[i]), text})
	}
	t.Rows = append(t.Rows, []string{"epochs", strconv.Itoa(from.epochs), strconv.Itoa(to.epochs), fmt.Sprintf("%+d", to.epochs-from.epochs)})
	names := []string{"train_loss", "valid_loss"}
	for _, name := range slices.Concat(from.metrics, to.metrics) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, name := range names {
		one, two := from.value(name), to.value(name)
		if math.IsNaN(one) && math.IsNaN(two) {
			continue
		}
		row := []string{name, figure(one), figure(two), ""}
		if d := two - one; !math.IsNaN(d) {
			row[3] = fmt.Sprintf("%+.4f", d)
		}
		t.Rows = append(t.Rows, row)
	}
	t.Note = "change of a group: norm of the difference over the norm in " + a
	return t, nil
}

// state says in words what a letter of a plan's key does.
func state(letter byte) string {
	if letter == 't' || letter == 'T' {
		return "trainable"
	}
	return "frozen"
}

// seek finds a snapshot, or takes one of the model as it is; the caller holds mu.
func (m *Image) seek(name string) (snapshot, error) {
	if name != Now {
		return m.album.find(name)
	}
	c, err := m.trainer.Copy(m.album.copies()...)
	return snapshot{m.spot(), c}, err
}
