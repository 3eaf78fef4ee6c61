package metric

// macro is a metric of a confusion matrix; its size follows the first batch.
type macro struct {
	name  string
	value func(*Confusion) float64
	seen  *Confusion
}

func (m *macro) Name() string { return m.name }
func (m *macro) Higher() bool { return true }
func (m *macro) Reset()       { m.seen = nil }

func (m *macro) Update(b Batch) {
	if m.seen == nil {
		m.seen = NewConfusion(b.Width)
	}
	m.seen.Update(b)
}

func (m *macro) Value() float64 {
	if m.seen == nil {
		return m.value(NewConfusion(0))
	}
	return m.value(m.seen)
}

// Precision is the mean over classes of [Confusion.Precision] (scikit-learn's
// average="macro").
func Precision() Metric {
	return &macro{name: "precision", value: func(c *Confusion) float64 { return c.Macro(c.Precision) }}
}

// Recall is the mean over classes of [Confusion.Recall].
func Recall() Metric {
	return &macro{name: "recall", value: func(c *Confusion) float64 { return c.Macro(c.Recall) }}
}

// F1 is the mean over classes of [Confusion.F1].
func F1() Metric {
	return &macro{name: "f1", value: func(c *Confusion) float64 { return c.Macro(c.F1) }}
}
