package editor

import "slices"

// Viewport is the part of a text that a window shows. It stays where it is while
// the cursor is in it, and moves no further than the cursor makes it. The zero
// value starts at the cursor.
type Viewport struct {
	top int // offset of the first row
}

// reach is the longest part of a line, in bytes, that is laid out at once: rows
// begin anew after it, so that one line of megabytes can be shown as well.
const reach = 8 << 10

// Rows lays out the rows of text that a window of the given size shows, with the
// cursor in one of them, and nothing of the text but those and their like around
// them.
func (v *Viewport) Rows(text string, cursor, width, height int, measure Measure) []Row {
	height = max(1, height)
	rows := around(text, cursor, width, height, measure)
	at, _ := Place(rows, cursor)
	top, _ := Place(rows, v.top)
	if rows[top].Start > v.top || rows[len(rows)-1].End() < v.top {
		top = at - height/2 // the window was somewhere else
	}
	top = min(max(top, at-height+1), at)
	if end := rows[len(rows)-1].End(); end == len(text) {
		top = min(top, len(rows)-height)
	}
	top = max(0, top)
	v.top = rows[top].Start
	return rows[top:min(len(rows), top+height)]
}

// around lays out the row of the cursor with at least n rows on either side, as
// far as there are so many.
func around(text string, cursor, width, n int, measure Measure) []Row {
	own := partOf(text, cursor)
	rows := own.layout(text, width, measure)
	at, _ := Place(rows, cursor)
	below := len(rows) - at - 1
	for p := own; p.end < len(text) && below < n; {
		p = p.next(text)
		more := p.layout(text, width, measure)
		rows, below = append(rows, more...), below+len(more)
	}
	for p := own; p.start > 0 && at < n; {
		p = p.before(text)
		more := p.layout(text, width, measure)
		rows, at = slices.Concat(more, rows), at+len(more)
	}
	return rows
}

// part is a stretch of one line that is laid out at once.
type part struct {
	from, to   int // its line
	start, end int
}

// partOf returns the part of text that byte offset at belongs to.
func partOf(text string, at int) part {
	return partIn(text, LineStart(text, at), LineEnd(text, at), at)
}

// partIn returns the part of the line from from to to that at belongs to.
func partIn(text string, from, to, at int) part {
	last := max(0, to-from-1) / reach
	bound := func(k int) int {
		switch {
		case k == 0:
			return from
		case k > last:
			return to
		}
		return min(boundary(text, from+k*reach), to)
	}
	k := min((at-from)/reach, last)
	for k > 0 && (bound(k) > at || bound(k) == to) {
		k--
	}
	return part{from, to, bound(k), bound(k + 1)}
}

func (p part) next(text string) part {
	if p.end < p.to {
		return partIn(text, p.from, p.to, p.end)
	}
	return partOf(text, p.to+1)
}

func (p part) before(text string) part {
	if p.start > p.from {
		return partIn(text, p.from, p.to, p.start-1)
	}
	return partOf(text, p.from-1)
}

// layout lays the part out; the last of the text has a row for its cursor.
func (p part) layout(text string, width int, measure Measure) []Row {
	rows := layout(text[p.start:p.end], p.start, p.start == p.from, width, measure)
	if p.end == len(text) {
		rows = closed(rows, p.end, width)
	}
	return rows
}
