package weights

import (
	"fmt"
	"sort"
	"strings"
)

// resolved maps the names a model wants to the names a file has.
type resolved struct {
	file  map[string]string // wanted name -> name in the file
	rest  []string          // names of the file nobody wants
	notes []string
}

// wrappers are prefixes that training tools put in front of every name and that
// mean nothing: DataParallel's and torch.compile's. They are removed name by name.
var wrappers = []string{"module.", "_orig_mod."}

// resolve matches names with and without prefixes. Wrappers go first; then, if
// that leaves wanted names unmatched, the one dotted prefix under which most
// wanted names are found.
func resolve(names []string, want []Want) resolved {
	wanted := make(map[string]bool, len(want))
	for _, w := range want {
		wanted[w.Name] = true
	}
	prefix := bestPrefix(names, wanted)
	out := resolved{file: make(map[string]string, len(want))}
	removed := map[string]int{}
	for _, name := range names {
		short, cut := strip(name, prefix, wanted)
		if _, taken := out.file[short]; !wanted[short] || taken {
			out.rest = append(out.rest, name)
			continue
		}
		out.file[short] = name
		if cut != "" {
			removed[cut]++
		}
	}
	for cut, n := range removed {
		out.notes = append(out.notes, fmt.Sprintf("prefix %q removed from %d names", cut, n))
	}
	sort.Strings(out.notes)
	return out
}

// strip returns the wanted form of a file's name and what was cut off in front.
func strip(name, prefix string, wanted map[string]bool) (short, cut string) {
	short = name
	for !wanted[short] {
		next := short
		for _, w := range wrappers {
			next = strings.TrimPrefix(next, w)
		}
		if next == short {
			break
		}
		short = next
	}
	if !wanted[short] {
		short = strings.TrimPrefix(short, prefix)
	}
	if !wanted[short] {
		return name, ""
	}
	return short, strings.TrimSuffix(name, short)
}

// bestPrefix returns the dotted prefix, possibly empty, that turns most names
// into wanted ones; of several the shortest, then the first in the file.
func bestPrefix(names []string, wanted map[string]bool) string {
	votes := map[string]int{}
	var order []string
	for _, name := range names {
		rest, _ := strip(name, "", wanted)
		rest = trimWrappers(rest)
		for i := 0; i < len(rest); i++ {
			if i > 0 && rest[i-1] != '.' || !wanted[rest[i:]] {
				continue
			}
			if votes[rest[:i]] == 0 {
				order = append(order, rest[:i])
			}
			votes[rest[:i]]++
		}
	}
	best := ""
	for _, p := range order {
		if votes[p] > votes[best] || votes[p] == votes[best] && len(p) < len(best) {
			best = p
		}
	}
	return best
}

func trimWrappers(name string) string {
	for _, w := range wrappers {
		name = strings.TrimPrefix(name, w)
	}
	return name
}
