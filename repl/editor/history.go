package editor

import (
	"strings"
	"unicode/utf8"
)

// History walks through the cells that were run before, oldest first. Walking
// starts from a draft, whose text up to the cursor selects: only entries that
// begin with it are met. The draft comes back when the walk returns below the
// newest entry.
type History struct {
	entries []string
	at      int // len(entries) while on the draft
	draft   string
	prefix  string
	walking bool
}

// NewHistory returns a history of entries, oldest first.
func NewHistory(entries []string) *History {
	h := &History{}
	for _, e := range entries {
		h.Add(e)
	}
	return h
}

// Add appends an entry, unless it is blank or repeats the one before, and ends
// a walk.
func (h *History) Add(entry string) {
	h.Stop()
	entry = strings.TrimRight(entry, " \t\n")
	if entry == "" || len(h.entries) > 0 && h.entries[len(h.entries)-1] == entry {
		return
	}
	h.entries = append(h.entries, entry)
}

// Recall puts older entries, oldest first, before those that there are. A walk goes on.
func (h *History) Recall(older []string) {
	past := NewHistory(older)
	h.at += len(past.entries)
	h.entries = append(past.entries, h.entries...)
}

// Stop ends a walk: the next one starts from what is in the editor then.
func (h *History) Stop() { h.walking = false }

// Walking reports whether the editor shows an entry instead of the draft.
func (h *History) Walking() bool { return h.walking && h.at < len(h.entries) }

// Older steps to the next older entry that fits e's prefix and puts it into e;
// it reports false if there is none.
func (h *History) Older(e *Editor) bool {
	if !h.walking {
		h.walking, h.at, h.draft, h.prefix = true, len(h.entries), e.Text(), prefixOf(e)
	}
	for i := h.at - 1; i >= 0; i-- {
		if h.fits(i, e.Text()) {
			h.at = i
			e.Set(h.entries[i])
			return true
		}
	}
	return false
}

// Newer steps back towards the draft.
func (h *History) Newer(e *Editor) bool {
	if !h.Walking() {
		return false
	}
	for i := h.at + 1; i < len(h.entries); i++ {
		if h.fits(i, e.Text()) {
			h.at = i
			e.Set(h.entries[i])
			return true
		}
	}
	return h.Draft(e)
}

// Draft puts the unsent draft back, ends the walk, and reports whether there was one.
func (h *History) Draft(e *Editor) bool {
	if !h.Walking() {
		return false
	}
	e.Set(h.draft)
	h.Stop()
	return true
}

func (h *History) fits(i int, shown string) bool {
	return strings.HasPrefix(h.entries[i], h.prefix) && h.entries[i] != shown
}

// prefixOf is what was typed: text behind the cursor says nothing about what is
// looked for, and neither does white space.
func prefixOf(e *Editor) string { return strings.TrimLeft(e.Before(), " \t\n") }

// Found is an entry that contains what was searched for.
type Found struct {
	Entry      string
	At         int // its index
	Start, End int // bytes of the first match in Entry
}

// Search returns the nearest entry that contains part, without regard to case,
// from index from on: towards older ones if step is -1, towards newer ones if it is
// 1. ok is false if there is none, and for an empty part.
func (h *History) Search(part string, from, step int) (f Found, ok bool) {
	if part == "" {
		return Found{}, false
	}
	if step < 0 {
		from = min(from, len(h.entries)-1)
	}
	for i := from; i >= 0 && i < len(h.entries); i += step {
		if at := indexFold(h.entries[i], part); at >= 0 {
			return Found{h.entries[i], i, at, at + len(part)}, true
		}
	}
	return Found{}, false
}

// indexFold is strings.Index without regard to case. Letters whose two cases differ
// in length are found in the case that was typed only.
func indexFold(s, part string) int {
	first := lower(part[0])
	for i := 0; i+len(part) <= len(s); i++ {
		if lower(s[i]) == first && strings.EqualFold(s[i:i+len(part)], part) {
			return i
		}
	}
	return -1
}

func lower(c byte) byte {
	switch {
	case 'A' <= c && c <= 'Z':
		return c + 'a' - 'A'
	case c >= utf8.RuneSelf:
		return utf8.RuneSelf // cases differ in any byte
	}
	return c
}

// Suggest returns the rest of the newest entry that begins with text, or nothing.
func (h *History) Suggest(text string) string {
	for i := len(h.entries) - 1; i >= 0 && strings.TrimSpace(text) != ""; i-- {
		if e := h.entries[i]; len(e) > len(text) && strings.HasPrefix(e, text) {
			return e[len(text):]
		}
	}
	return ""
}

// Limits of SuggestLine: shorter beginnings say too little, and longer entries are
// not read for each key.
const (
	lineLeast  = 3
	entryBytes = 64 << 10
)

// SuggestLine returns the rest of the newest line in any entry that begins with
// text, indentation aside, or nothing.
func (h *History) SuggestLine(text string) string {
	text = strings.TrimLeft(text, " \t")
	for i := len(h.entries) - 1; i >= 0 && len(text) >= lineLeast; i-- {
		if len(h.entries[i]) > entryBytes {
			continue
		}
		for line := range strings.SplitSeq(h.entries[i], "\n") {
			if rest, ok := strings.CutPrefix(strings.TrimLeft(line, " \t"), text); ok && rest != "" {
				return rest
			}
		}
	}
	return ""
}

// Len is the number of entries.
func (h *History) Len() int { return len(h.entries) }
