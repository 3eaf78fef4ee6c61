package metric

import "math"

// TagCounts counts decisions about tags, of which a row may have several: a tag is
// predicted if its logit is above 0, which is a probability above one half. A NaN
// is a wrong decision, whatever is true.
type TagCounts struct {
	Right     []int // by tag: predicted and true
	Predicted []int
	Support   []int // by tag: true
	Invalid   []int // by tag: NaN
	Rows      int
	Whole     int // rows without a wrong decision
	Decisions int // right ones, of Rows times the number of tags
}

// NewTagCounts counts over tags 0 to tags-1.
func NewTagCounts(tags int) *TagCounts {
	return &TagCounts{Right: make([]int, tags), Predicted: make([]int, tags), Support: make([]int, tags), Invalid: make([]int, tags)}
}

// Update adds the rows of b, whose Width must be the number of tags.
func (t *TagCounts) Update(b Batch) {
	for i := range b.Rows() {
		wrong := 0
		for k, logit := range b.Row(i) {
			if !t.add(k, logit, b.Targets[i*b.Width+k] > 0.5) {
				wrong++
			}
		}
		t.Rows++
		t.Decisions += b.Width - wrong
		if wrong == 0 {
			t.Whole++
		}
	}
}

// add counts one decision and says whether it is right.
func (t *TagCounts) add(k int, logit float32, truth bool) bool {
	said := logit > 0
	if math.IsNaN(float64(logit)) {
		t.Invalid[k]++
		said = !truth
	}
	if said {
		t.Predicted[k]++
	}
	if truth {
		t.Support[k]++
	}
	if said && truth {
		t.Right[k]++
	}
	return said == truth
}

// Precision is the share of right ones among the rows for which tag k is predicted;
// 0 if there are none, as in scikit-learn.
func (t *TagCounts) Precision(k int) float64 { return t.tally(k).precision() }

// Recall is the share of rows with tag k that were found; 0 if there are none.
func (t *TagCounts) Recall(k int) float64 { return t.tally(k).recall() }

// F1 is the harmonic mean of precision and recall of tag k.
func (t *TagCounts) F1(k int) float64 { return t.tally(k).f1() }

func (t *TagCounts) tally(k int) tally { return tally{t.Right[k], t.Predicted[k], t.Support[k]} }

func (t *TagCounts) tallies() []tally {
	list := make([]tally, len(t.Right))
	for k := range list {
		list[k] = t.tally(k)
	}
	return list
}

// tagged is a metric of decisions about tags.
type tagged struct {
	name  string
	value func(*TagCounts) float64
	seen  *TagCounts
}

func (m *tagged) Name() string { return m.name }
func (m *tagged) Higher() bool { return true }
func (m *tagged) Reset()       { m.seen = nil }

func (m *tagged) Update(b Batch) {
	if m.seen == nil {
		m.seen = NewTagCounts(b.Width)
	}
	m.seen.Update(b)
}

func (m *tagged) Value() float64 {
	if m.seen == nil || m.seen.Rows == 0 {
		return math.NaN()
	}
	return m.value(m.seen)
}

func averagedTags(name string, f func(tally) float64, a Average) Metric {
	return &tagged{name: name + a.suffix(), value: func(t *TagCounts) float64 {
		if a < 0 {
			return a.of(t.tallies(), f)
		}
		if int(a) >= len(t.Right) {
			return math.NaN()
		}
		return f(t.tally(int(a)))
	}}
}

// TagPrecision averages [TagCounts.Precision].
func TagPrecision(a Average) Metric { return averagedTags("precision", tally.precision, a) }

// TagRecall averages [TagCounts.Recall].
func TagRecall(a Average) Metric { return averagedTags("recall", tally.recall, a) }

// TagF1 averages [TagCounts.F1].
func TagF1(a Average) Metric { return averagedTags("f1", tally.f1, a) }

// SubsetAccuracy is the share of rows with all tags right and none wrong, which is
// what scikit-learn's accuracy_score is for tags.
func SubsetAccuracy() Metric {
	return &tagged{name: "subset_accuracy", value: func(t *TagCounts) float64 { return ratio(t.Whole, t.Rows, math.NaN()) }}
}

// TagAccuracy is the share of right decisions, each tag of each row being one: 1
// minus the Hamming loss.
func TagAccuracy() Metric {
	return &tagged{name: "tag_accuracy", value: func(t *TagCounts) float64 { return ratio(t.Decisions, t.Rows*len(t.Right), math.NaN()) }}
}

// TagLogLoss is the binary cross-entropy, the mean over rows and tags, in nats.
func TagLogLoss() Metric { return &mean{name: "log_loss", row: RowTagLoss} }

// RowTagLoss is the binary cross-entropy of row i of b, averaged over its tags.
// Targets between 0 and 1 are taken as probabilities.
func RowTagLoss(b Batch, i int) float64 {
	sum := 0.0
	for k, logit := range b.Row(i) {
		sum += softplus(float64(logit)) - float64(b.Targets[i*b.Width+k])*float64(logit)
	}
	return sum / float64(b.Width)
}
