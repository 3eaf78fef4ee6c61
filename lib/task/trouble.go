package task

import (
	"fmt"
	"strings"

	"graft/lib/data"
	"graft/lib/train"
)

// uneven is how many times as many photographs the commonest class may have as the
// rarest before a run says so.
const uneven = 10

// troubles are what makes a run's numbers say less than they seem to: shown with the
// run, but no reason not to train.
func troubles(learn, valid *data.Set, s train.Settings) []string {
	var list []string
	say := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	if n := shared(learn, valid); n > 0 {
		say("%d of %d validation photographs are in the training set, too: what is measured there is flattering", n, valid.Len())
	}
	if learn.Regression() {
		return list
	}
	counts := learn.Counts()
	names, single, least, most := learn.Classes(), []string{}, -1, 0
	for k, n := range counts {
		if n == 1 {
			single = append(single, names[k])
		}
		if n > 0 && (least < 0 || n < counts[least]) {
			least = k
		}
		if n > counts[most] {
			most = k
		}
	}
	if len(single) > 0 {
		say("only one training photograph of %s", strings.Join(single, ", "))
	}
	if least >= 0 && counts[most] > uneven*counts[least] && !s.Balanced && s.SampleWeights == nil {
		say("%d training photographs of %s, but %d of %s (SampleBalanced draws all classes equally often)", counts[most], names[most], counts[least], names[least])
	}
	if missing := unmeasured(learn, valid); len(missing) > 0 {
		say("no validation photograph of %s: nothing that is measured speaks for it", strings.Join(missing, ", "))
	}
	return list
}

// shared counts the photographs of valid that are in learn, too.
func shared(learn, valid *data.Set) int {
	if valid == nil {
		return 0
	}
	known := map[string]bool{}
	for i := range learn.Len() {
		known[learn.Key(i)] = true
	}
	n := 0
	for i := range valid.Len() {
		if known[valid.Key(i)] {
			n++
		}
	}
	return n
}

// unmeasured are the classes of learn without photographs in valid.
func unmeasured(learn, valid *data.Set) []string {
	if valid == nil || valid.Regression() {
		return nil
	}
	measured := map[string]int{}
	for k, n := range valid.Counts() {
		measured[valid.Classes()[k]] = n
	}
	var missing []string
	for k, n := range learn.Counts() {
		if name := learn.Classes()[k]; n > 0 && measured[name] == 0 {
			missing = append(missing, name)
		}
	}
	return missing
}
