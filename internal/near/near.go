// Package near finds the name a user probably meant, for error messages. It
// knows nothing of what is named, as opposed to the packages that own the names.
//
//	near.Hint("resnt18", names) // ` (did you mean "resnet18"?)`
package near

import (
	"fmt"
	"strings"
)

// Name returns the name nearest to want by edit distance, capitals ignored, and
// whether it is near enough to suggest: at most a third of want's letters
// differ, or one name starts with the other. Of equally near ones the first wins.
func Name(want string, names []string) (string, bool) {
	folded := strings.ToLower(want)
	best, least := "", len([]rune(want))/3+1
	for _, name := range names {
		lower := strings.ToLower(name)
		d := distance([]rune(folded), []rune(lower))
		if len(folded) >= 3 && strings.HasPrefix(lower, folded) {
			d = min(d, 1)
		}
		if d < least || d == least && best == "" {
			best, least = name, d
		}
	}
	return best, best != ""
}

// Hint is Name as the end of an error message; empty if nothing is near.
func Hint(want string, names []string) string {
	if name, ok := Name(want, names); ok {
		return fmt.Sprintf(" (did you mean %q?)", name)
	}
	return ""
}

// distance is the number of insertions, deletions, changes and swaps of
// neighbours that turn a into b (optimal string alignment).
func distance(a, b []rune) int {
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range a {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
