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

// Update adds the rows of b, whose Width must be the number of classes.
func (c *Confusion) Update(b Batch) {
	for i, label := range b.Labels {
		if predicted := Argmax(b.Row(i)); predicted >= 0 {
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

// predicted is the number of rows predicted as class k.
func (c *Confusion) predicted(k int) int {
	n := 0
	for _, row := range c.Counts {
		n += row[k]
	}
	return n
}

// Accuracy is the share of rows predicted as their own class; NaN without rows.
func (c *Confusion) Accuracy() float64 {
	right, all := 0, 0
	for k := range c.Counts {
		right += c.Counts[k][k]
		all += c.Support(k)
	}
	return ratio(right, all, math.NaN())
}

// Precision is the share of right ones among the rows predicted as class k; 0 if
// there are none, as in scikit-learn.
func (c *Confusion) Precision(k int) float64 { return ratio(c.Counts[k][k], c.predicted(k), 0) }

// Recall is the share of rows of class k that were found; 0 if there are none.
func (c *Confusion) Recall(k int) float64 { return ratio(c.Counts[k][k], c.Support(k), 0) }

// F1 is the harmonic mean of precision and recall of class k.
func (c *Confusion) F1(k int) float64 {
	return ratio(2*c.Counts[k][k], c.predicted(k)+c.Support(k), 0)
}

// Macro is the mean of f over the classes that occur as a truth or a prediction,
// each counted once however many rows it has; NaN without rows.
func (c *Confusion) Macro(f func(k int) float64) float64 {
	sum, n := 0.0, 0
	for k := range c.Counts {
		if c.Support(k)+c.predicted(k) > 0 {
			sum += f(k)
			n++
		}
	}
	if n == 0 {
		return math.NaN()
	}
	return sum / float64(n)
}

func ratio(part, whole int, none float64) float64 {
	if whole == 0 {
		return none
	}
	return float64(part) / float64(whole)
}
