package metric

import "math"

// AUROC is the area under the receiver operating characteristic: the chance that a
// row of a class gets a larger score for it than a row of another, ties counting
// half. For two classes it is that of class 1; for more, the mean over classes, each
// against the rest (scikit-learn's multi_class="ovr", average="macro").
//
// Scores are log odds in float32, log p/(1-p): they rank as probabilities do, but
// stay apart where those are all but 1. Exact up to 4,194,304 scores, which is that
// many rows for two classes and as many divided by the number of classes for more;
// beyond it scores are binned, memory stays below 64 MiB, and the value is at most
// [Bounded.Bound] from the exact one, which is computed from the bins: about 2e-6
// for two classes and 2e-3 for a thousand; on random scores the error was a hundredth
// of it. A row with a NaN makes it NaN.
//
// A class that no row has, or all have, is left out of the mean, where scikit-learn
// gives NaN; without any other class it is NaN.
func AUROC() Metric { return AUROCOf(Macro) }

// AUROCOf is [AUROC] of one class against the rest; below 0 it is AUROC itself, as
// there are no other averages of it.
func AUROCOf(class Average) Metric {
	return &ranked{name: "auroc", class: class, value: (*ranking).auroc, scores: classScores}
}

// AveragePrecision is the area under the precision-recall curve, as the sum over
// thresholds of precision times the recall added, without interpolation. Classes,
// scores, limits and NaN are as for [AUROC]; a class that no row has is left out of
// the mean, where scikit-learn counts it as 0. Bound and error are up to ten times
// those of AUROC.
func AveragePrecision() Metric { return AveragePrecisionOf(Macro) }

// AveragePrecisionOf is [AveragePrecision] of one class against the rest; below 0
// it is AveragePrecision itself.
func AveragePrecisionOf(class Average) Metric {
	return &ranked{name: "average_precision", class: class, value: (*ranking).precision, scores: classScores}
}

// TagAUROC is [AUROC] of tags: the mean over them, or that of one.
func TagAUROC(tag Average) Metric {
	return &ranked{name: "auroc", class: tag, value: (*ranking).auroc, scores: tagScores}
}

// TagAveragePrecision is [AveragePrecision] of tags: the mean over them, or that of
// one.
func TagAveragePrecision(tag Average) Metric {
	return &ranked{name: "average_precision", class: tag, value: (*ranking).precision, scores: tagScores}
}

// ranked is a metric of rankings, one for each class.
type ranked struct {
	name  string
	class Average // 0 and above is the only one
	value func(*ranking) (value, bound float64)
	// scores writes the score of each class of row i of b to dst, and says for which
	// the row is positive.
	scores func(b Batch, i int, dst []float32) (positive func(k int) bool)

	lists []ranking
	row   []float32
	limit int // scores of all lists together; 0 for maxScores
}

func (m *ranked) Name() string { return m.name + max(m.class, Macro).suffix() }
func (m *ranked) Higher() bool { return true }
func (m *ranked) Reset()       { m.lists = nil }

func (m *ranked) Update(b Batch) {
	if m.lists == nil {
		m.begin(b)
	}
	for i := range b.Rows() {
		positive := m.scores(b, i, m.row)
		for at := range m.lists {
			k := m.classOf(at)
			m.lists[at].add(m.row[k], positive(k))
		}
	}
}

// begin makes the lists for batches like b.
func (m *ranked) begin(b Batch) {
	width := b.Width
	if b.Labels != nil {
		width = b.Classes()
	}
	m.row = make([]float32, width)
	switch {
	case int(m.class) >= width:
		return
	case m.class >= 0 || b.Labels != nil && width == 2:
		m.lists = make([]ranking, 1)
	default:
		m.lists = make([]ranking, width)
	}
	if m.limit == 0 {
		m.limit = maxScores
	}
	for at := range m.lists {
		m.lists[at].capacity = max(64, m.limit/len(m.lists))
	}
}

// classOf is the class of a list: the one asked for, class 1 of two, or its own.
func (m *ranked) classOf(list int) int {
	switch {
	case m.class >= 0:
		return int(m.class)
	case len(m.lists) == 1:
		return len(m.row) - 1
	}
	return list
}

func (m *ranked) Value() float64 { v, _ := m.measure(); return v }

// Bound is how far the value may be from the exact one; 0 while nothing is binned.
func (m *ranked) Bound() float64 { _, bound := m.measure(); return bound }

func (m *ranked) measure() (value, bound float64) {
	n := 0
	for at := range m.lists {
		r := &m.lists[at]
		if r.invalid {
			return math.NaN(), 0
		}
		if v, b := m.value(r); !math.IsNaN(v) {
			value, bound, n = value+v, bound+b, n+1
		}
	}
	if n == 0 {
		return math.NaN(), 0
	}
	return value / float64(n), bound / float64(n)
}

// tagScores are the logits.
func tagScores(b Batch, i int, dst []float32) (positive func(k int) bool) {
	copy(dst, b.Row(i))
	return func(k int) bool { return b.Targets[i*b.Width+k] > 0.5 }
}

// classScores are the log odds of each class against the rest.
func classScores(b Batch, i int, dst []float32) (positive func(k int) bool) {
	row := b.Row(i)
	switch len(row) {
	case 1:
		dst[0], dst[1] = -row[0], row[0]
	case 2:
		dst[0], dst[1] = row[0]-row[1], row[1]-row[0]
	default:
		logOdds(row, dst)
	}
	return func(k int) bool { return b.Labels[i] == k }
}

// logOdds writes the logit of each class minus the log of the summed exponentials of
// the others; NaN if a logit is.
func logOdds(row, dst []float32) {
	top := Argmax(row)
	if top < 0 {
		for k := range dst {
			dst[k] = float32(math.NaN())
		}
		return
	}
	m, rest := float64(row[top]), 0.0 // rest is the sum but for the largest term, which is 1
	second := math.Inf(-1)
	for k, v := range row {
		if k != top {
			rest += math.Exp(float64(v) - m)
			second = max(second, float64(v))
		}
	}
	for k, v := range row {
		own := math.Exp(float64(v) - m)
		dst[k] = float32(float64(v) - m - math.Log(1+max(0, rest-own)))
	}
	others := 0.0 // again, from the second largest, so that none is lost below the first
	for k, v := range row {
		if k != top {
			others += math.Exp(float64(v) - second)
		}
	}
	dst[top] = float32(m - second - math.Log(others))
}
