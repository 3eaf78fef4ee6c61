package render

import (
	"strings"
	"sync"
)

// Transcript is the output of a running cell in order. What can no longer change
// leaves it for the scrollback; what can (a live display and all that follows
// it, the last line while it has no line end) stays, to be drawn again.
type Transcript struct {
	items   []item
	partial string // text behind the last line end
	pen     Pen
}

// item is a block of lines; one with an id can be updated.
type item struct {
	id   string
	text func() string
	kept func() string // its form in the scrollback; nil or empty for text
}

// line is an item that never changes.
func line(text string) item { return item{text: func() string { return text }} }

// settled is what goes to the scrollback.
func (it item) settled() string {
	if it.kept != nil {
		if s := it.kept(); s != "" {
			return s
		}
	}
	return it.text()
}

// Write appends program output, which need not end with a line.
func (t *Transcript) Write(text string) {
	i := strings.LastIndexByte(text, '\n') // there is none in what came before
	if i < 0 {
		t.partial = overwritten(t.partial + text)
		return
	}
	t.append(line(t.pen.Lines(Sanitize(t.partial + text[:i]))))
	t.partial = text[i+1:]
}

// overwritten drops what a carriage return has written over, so that a progress
// bar does not pile up in memory.
func overwritten(s string) string {
	if !strings.Contains(s, "\r") {
		return s // as most is; to look from the end takes ten times as long
	}
	if i := strings.LastIndexByte(strings.TrimRight(s, "\r"), '\r'); i >= 0 {
		return s[i+1:]
	}
	return s
}

// Show appends a finished picture; one with an id can be updated until it
// leaves the transcript.
func (t *Transcript) Show(id, text string) { t.Draw(id, func() string { return text }, nil) }

// Draw is Show for a picture that looks different in the scrollback, where nothing is
// drawn again: kept, which may be nil, is called when it goes there. text is called
// when it is on the screen before.
func (t *Transcript) Draw(id string, text, kept func() string) {
	t.endLine()
	t.append(item{id: id, text: sync.OnceValue(text), kept: kept})
}

// Redraw replaces every picture of id, as Draw takes it, and reports whether there was
// one.
func (t *Transcript) Redraw(id string, text, kept func() string) bool {
	found := false
	text = sync.OnceValue(text)
	for i := range t.items {
		if id != "" && t.items[i].id == id {
			t.items[i].text, t.items[i].kept, found = text, kept, true
		}
	}
	return found
}

func (t *Transcript) append(it item) { t.items = append(t.items, it) }

func (t *Transcript) endLine() {
	if t.partial != "" {
		t.append(line(t.pen.Lines(Sanitize(t.partial))))
		t.partial = ""
	}
}

// Settled removes and returns what goes to the scrollback now: everything above
// the first live display, and live displays too when what remains is higher than
// rows lines.
func (t *Transcript) Settled(rows int) []string {
	var lines []string
	for len(t.items) > 0 && (t.items[0].id == "" || t.height() > rows) {
		lines = append(lines, t.items[0].settled())
		t.items = t.items[1:]
	}
	return lines
}

// Rest removes and returns everything, at the end of the cell.
func (t *Transcript) Rest() []string {
	t.endLine()
	var lines []string
	for _, it := range t.items {
		lines = append(lines, it.settled())
	}
	t.items, t.pen = nil, Pen{}
	return lines
}

// Clear drops what is still in the transcript.
func (t *Transcript) Clear() { *t = Transcript{} }

// visible is more of a line, in bytes, than any window shows.
const visible = 32 << 10

// View returns what is still in the transcript, as lines, and of a last one that goes
// on and on its start.
func (t *Transcript) View() []string {
	var lines []string
	for _, it := range t.items {
		lines = append(lines, strings.Split(it.text(), "\n")...)
	}
	if t.partial != "" {
		pen := t.pen
		lines = append(lines, pen.Lines(Sanitize(t.partial[:min(len(t.partial), visible)])))
	}
	return lines
}

func (t *Transcript) height() int {
	n := 0
	for _, it := range t.items {
		n += 1 + strings.Count(it.text(), "\n")
	}
	return n
}
