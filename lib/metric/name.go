package metric

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"graft/internal/near"
)

// Kind is what a network says of a row.
type Kind int

// The kinds.
const (
	Classes Kind = iota // one class of several: Batch.Labels
	Tags                // any number of tags: Batch.Targets of 0 and 1
	Numbers             // numbers: Batch.Targets
)

// String is the kind in a word.
func (k Kind) String() string { return [...]string{"classes", "tags", "numbers"}[k] }

// Entry is a metric that has a name.
type Entry struct {
	Name, What string
	Kinds      []Kind // that have it
	// Each says that the metric is to be had of one class or tag, too, as in
	// "recall:2" or "recall:cat".
	Each bool

	average Average
	make    map[Kind]func(Average) Metric
}

// entries are the named metrics; top5 stands for top and any number.
var entries = []Entry{
	classes("accuracy", "share of right answers; of tags, rows with no wrong one", Accuracy).tags(SubsetAccuracy),
	classes("top5", "share of rows whose class is among the 5 likeliest; also top2, top10, ...", nil),
	classes("balanced_accuracy", "mean of the recalls of the classes that occur", BalancedAccuracy),
	each("precision", "share of right ones among those predicted; mean over classes", PrecisionOf, TagPrecision),
	averaging("precision_micro", "precision of all decisions together", Micro, PrecisionOf, TagPrecision),
	averaging("precision_weighted", "precision, classes weighted by how often they are true", Weighted, PrecisionOf, TagPrecision),
	each("recall", "share of found ones among those that are there; mean over classes", RecallOf, TagRecall),
	averaging("recall_micro", "recall of all decisions together", Micro, RecallOf, TagRecall),
	averaging("recall_weighted", "recall, classes weighted by how often they are true", Weighted, RecallOf, TagRecall),
	each("f1", "harmonic mean of precision and recall; mean over classes", F1Of, TagF1),
	averaging("f1_micro", "f1 of all decisions together", Micro, F1Of, TagF1),
	averaging("f1_weighted", "f1, classes weighted by how often they are true", Weighted, F1Of, TagF1),
	each("auroc", "area under the ROC curve; of class 1 of two, else mean of each against the rest", AUROCOf, TagAUROC),
	each("average_precision", "area under the precision-recall curve; classes as for auroc", AveragePrecisionOf, TagAveragePrecision),
	classes("mcc", "Matthews's correlation", MCC),
	classes("kappa", "Cohen's kappa", Kappa),
	classes("log_loss", "cross-entropy in nats, without smoothing or weights", LogLoss).tags(TagLogLoss),
	classes("ece", "expected calibration error, 15 bins", ECE),
	only(Tags, "subset_accuracy", "share of rows with all tags right", SubsetAccuracy),
	only(Tags, "tag_accuracy", "share of right decisions, one for each row and tag", TagAccuracy),
	only(Numbers, "rmse", "root of the mean squared error", RMSE),
	only(Numbers, "mae", "mean absolute error", MAE),
	only(Numbers, "r2", "coefficient of determination", R2),
}

func only(k Kind, name, what string, metric func() Metric) Entry {
	return Entry{Name: name, What: what, Kinds: []Kind{k}, average: Macro, make: map[Kind]func(Average) Metric{
		k: func(Average) Metric { return metric() },
	}}
}

func classes(name, what string, metric func() Metric) Entry { return only(Classes, name, what, metric) }

// tags is e with a metric for tags.
func (e Entry) tags(metric func() Metric) Entry {
	e.Kinds = append(e.Kinds, Tags)
	e.make[Tags] = func(Average) Metric { return metric() }
	return e
}

func averaging(name, what string, a Average, classes, tags func(Average) Metric) Entry {
	return Entry{Name: name, What: what, Kinds: []Kind{Classes, Tags}, average: a, make: map[Kind]func(Average) Metric{
		Classes: classes, Tags: tags,
	}}
}

func each(name, what string, classes, tags func(Average) Metric) Entry {
	e := averaging(name, what, Macro, classes, tags)
	e.Each = true
	return e
}

// Named lists the metrics that [New] knows.
func Named() []Entry { return slices.Clone(entries) }

// Names are those of the metrics of one kind.
func Names(k Kind) []string {
	var names []string
	for _, e := range entries {
		if slices.Contains(e.Kinds, k) {
			names = append(names, e.Name)
		}
	}
	return names
}

// New returns the metric of a name for networks of a kind. The name is one of those
// of [Named], top and a number, or for some of them a colon and a class or tag:
// its name, one of names, or its number from 0.
func New(name string, k Kind, names ...string) (Metric, error) {
	e, of, err := find(name)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(e.Kinds, k) {
		return nil, fmt.Errorf("metric: %s does not measure %s (there are %s)", name, k, strings.Join(Names(k), ", "))
	}
	if n, ok := topK(e.Name); ok {
		return TopK(n), nil
	}
	a := e.average
	if of != "" {
		if a, err = class(e.Name, of, names); err != nil {
			return nil, err
		}
	}
	return e.make[k](a), nil
}

// Check returns an error if no kind of network has a metric of that name. It cannot
// know whether there is a class behind a colon.
func Check(name string) error {
	_, _, err := find(name)
	return err
}

// find splits name into an entry and what follows its colon.
func find(name string) (e Entry, of string, err error) {
	base, of, colon := strings.Cut(name, ":")
	all := make([]string, len(entries))
	for i, e := range entries {
		all[i] = e.Name
		if e.Name != base {
			continue
		}
		if colon && (!e.Each || of == "") {
			return e, "", fmt.Errorf("metric: %q: %s is not to be had of one class (precision, recall, f1, auroc and average_precision are, as in recall:2)", name, base)
		}
		return e, of, nil
	}
	if _, ok := topK(name); ok {
		return classes(name, "", nil), "", nil
	}
	return e, "", fmt.Errorf("metric: unknown metric %q%s (there are %s)", name, near.Hint(base, all), strings.Join(all, ", "))
}

// topK is the number in a name such as top5.
func topK(name string) (k int, ok bool) {
	digits, ok := strings.CutPrefix(name, "top")
	k, err := strconv.Atoi(digits)
	return k, ok && err == nil && k > 0 && digits[0] != '+'
}

// class is the index of the class called of.
func class(metric, of string, names []string) (Average, error) {
	if i := slices.Index(names, of); i >= 0 {
		return Average(i), nil
	}
	i, err := strconv.Atoi(of)
	switch {
	case err == nil && i >= 0 && (i < len(names) || len(names) == 0):
		return Average(i), nil
	case len(names) == 0:
		return 0, fmt.Errorf("metric: %s:%s: the classes have no names here (give a number from 0)", metric, of)
	}
	return 0, fmt.Errorf("metric: %s:%s: no class %q%s (there are %s)", metric, of, of, near.Hint(of, names), strings.Join(names, ", "))
}
