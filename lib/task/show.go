package task

import (
	"fmt"
	"strings"

	"graft/lib/display"
	"graft/lib/plot"
)

// Display shows what the model is, what is trainable, how the last Fit went, and
// some of the pictures it learns from.
func (m *Image) Display() display.Bundle {
	parts := []display.Bundle{m.summary().Display()}
	m.mu.Lock()
	last, set := m.last(), m.train
	m.mu.Unlock()
	if last != nil {
		parts = append(parts, last.Display())
	}
	if set != nil {
		parts = append(parts, set.Display())
	}
	return plot.Stack(parts...)
}

func (m *Image) summary() plot.Table {
	m.mu.Lock()
	defer m.mu.Unlock()
	l := m.ledger()
	all, trainable := l.Totals()
	size := m.pipeline.Input.Size
	t := plot.Table{Title: m.preset.Name, Columns: []string{"", ""}}
	add := func(name, format string, args ...any) {
		t.Rows = append(t.Rows, []string{name, fmt.Sprintf(format, args...)})
	}
	add("input", "%d x %d pixels", size, size)
	add("output", "%s", m.output())
	add("parameters", "%s, of which %s trainable: %s", thousands(all), thousands(trainable), m.trainable())
	add("started from", "%s", m.loaded)
	if m.preset.Licence != "" && !m.settings.Scratch {
		add("licence", "%s", m.preset.Licence)
	}
	if m.train != nil {
		add("training set", "%d images", m.train.Len())
	}
	if m.valid != nil {
		add("validation set", "%d images", m.valid.Len())
	}
	return t
}

func (m *Image) output() string {
	if m.classes == nil {
		return "a number"
	}
	return strings.Join(m.classes, ", ")
}

// trainable names the trainable groups; the caller holds mu.
func (m *Image) trainable() string {
	var names []string
	for _, g := range m.plan.Groups {
		if g.Trainable {
			names = append(names, g.Name)
		}
	}
	if len(names) == len(m.plan.Groups) {
		return "all groups"
	}
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// String is the model in one line.
func (m *Image) String() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return fmt.Sprintf("%s for %s, trainable: %s", m.preset.Name, m.what(), m.trainable())
}
