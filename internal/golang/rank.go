package golang

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// matching returns the proposals that begin with prefix, then those that do when
// capitals are ignored; if there are none, those that hold its letters in this
// order, the closest first.
func matching(list []Completion, prefix string) []Completion {
	found := starting(list, prefix)
	if len(found) == 0 {
		found = loosely(list, prefix)
	}
	return found
}

// starting returns the proposals that begin with prefix, those with its capitals
// first.
func starting(list []Completion, prefix string) []Completion {
	var exact, folded []Completion
	for _, c := range list {
		switch {
		case strings.HasPrefix(c.Text, prefix):
			exact = append(exact, c)
		case len(c.Text) >= len(prefix) && strings.EqualFold(c.Text[:len(prefix)], prefix):
			folded = append(folded, c)
		}
	}
	exact = append(exact, folded...)
	return exact[:min(len(exact), maxCompletions)]
}

// fewLoose bounds the proposals that only hold the letters: the rest is noise.
const fewLoose = 20

// loosely returns the proposals that hold the letters of pattern in this order.
func loosely(list []Completion, pattern string) []Completion {
	if utf8.RuneCountInString(pattern) < 2 {
		return nil // one letter is in nearly everything
	}
	type ranked struct {
		Completion
		score int
	}
	var found []ranked
	for _, c := range list {
		if score, ok := closeness(pattern, c.Text); ok {
			found = append(found, ranked{c, score})
		}
	}
	slices.SortStableFunc(found, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(len(a.Text), len(b.Text)))
	})
	var out []Completion
	for _, r := range found[:min(len(found), fewLoose)] {
		out = append(out, r.Completion)
	}
	return out
}

// The worth of a letter that matches: at the beginning of a word, directly behind
// the one before it, and anywhere else.
const wordStart, inRow, anywhere = 8, 5, 1

// closeness rates how well text holds the letters of pattern in this order, whatever
// their capitals; the first must begin a word of text. Words begin at capitals and
// behind everything that is no letter.
func closeness(pattern, text string) (score int, ok bool) {
	rest := []rune(pattern)
	last, at := rune(0), 0
	row := false // the rune before matched
	for _, r := range text {
		starts := at == 0 || unicode.IsUpper(r) && !unicode.IsUpper(last) || !wordy(last) && wordy(r)
		hit := len(rest) > 0 && unicode.ToLower(r) == unicode.ToLower(rest[0]) && (starts || len(rest) < utf8.RuneCountInString(pattern))
		if hit {
			rest = rest[1:]
			switch {
			case starts:
				score += wordStart
			case row:
				score += inRow
			default:
				score += anywhere
			}
		}
		row, last = hit, r
		at++
	}
	return score, len(rest) == 0
}

func wordy(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
