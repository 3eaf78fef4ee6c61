package metric

import "math"

// Confusion counts how often each class was taken for each other.
// Counts[i][j] rows of true class i were predicted as class j.
type Confusion struct {
	Counts [][]int
	// Invalid counts, by true class, the rows with a NaN output, which are
	// predictions of no class.
	Invalid []int
}

// NewConfusion counts over classes 0 to classes-1.
func NewConfusion(classes int) *Confusion {
	c := &Confusion{Counts: make([][]int, classes), Invalid: make([]int, classes)}
	for i := range c.Counts {
		c.Counts[i] = make([]int, classes)
	}
	return c
}

// Update adds the rows of b, which must have as many classes as c.
func (c *Confusion) Update(b Batch) {
	for i, label := range b.Labels {
		if predicted := b.Predicted(i); predicted >= 0 {
			c.Counts[label][predicted]++
		} else {
			c.Invalid[label]++
		}
	}
}

// Support is the number of rows of true class k.
func (c *Confusion) Support(k int) int {
	n := c.Invalid[k]
	for _, v := range c.Counts[k] {
		n += v
	}
	return n
}

// Predicted is the number of rows predicted as class k.
func (c *Confusion) Predicted(k int) int {
	n := 0
	for _, row := range c.Counts {
		n += row[k]
	}
	return n
}

// Rows is the number of rows seen.
func (c *Confusion) Rows() int {
	n := 0
	for k := range c.Counts {
		n += c.Support(k)
	}
	return n
}

// Right is the number of rows predicted as their own class.
func (c *Confusion) Right() int {
	n := 0
	for k := range c.Counts {
		n += c.Counts[k][k]
	}
	return n
}

// Absent lists the classes without a row.
func (c *Confusion) Absent() []int {
	var list []int
	for k := range c.Counts {
		if c.Support(k) == 0 {
			list = append(list, k)
		}
	}
	return list
}

// Accuracy is the share of rows predicted as their own class; NaN without rows.
func (c *Confusion) Accuracy() float64 { return ratio(c.Right(), c.Rows(), math.NaN()) }

// Precision is the share of right ones among the rows predicted as class k; 0 if
// there are none, as in scikit-learn.
func (c *Confusion) Precision(k int) float64 { return c.tally(k).precision() }

// Recall is the share of rows of class k that were found; 0 if there are none.
func (c *Confusion) Recall(k int) float64 { return c.tally(k).recall() }

// F1 is the harmonic mean of precision and recall of class k.
func (c *Confusion) F1(k int) float64 { return c.tally(k).f1() }

func (c *Confusion) tally(k int) tally {
	return tally{right: c.Counts[k][k], predicted: c.Predicted(k), support: c.Support(k)}
}

// summary is what the averages need of c.
func (c *Confusion) summary() *summary {
	s := newSummary(len(c.Counts))
	for k := range c.Counts {
		s.classes[k] = c.tally(k)
		s.invalid += c.Invalid[k]
	}
	return s
}

// Macro is the mean of f over the classes that occur as a truth or a prediction,
// each counted once however many rows it has; NaN without rows.
func (c *Confusion) Macro(f func(k int) float64) float64 {
	sum, n := 0.0, 0
	for k := range c.Counts {
		if c.Support(k)+c.Predicted(k) > 0 {
			sum += f(k)
			n++
		}
	}
	if n == 0 {
		return math.NaN()
	}
	return sum / float64(n)
}

// MCC is Matthews's correlation of truth and prediction, see [MCC].
func (c *Confusion) MCC() float64 { return c.summary().mcc() }

// Kappa is Cohen's, see [Kappa].
func (c *Confusion) Kappa() float64 { return c.summary().kappa() }
