package plot

import (
	"fmt"
	"strings"
)

// The rows of an HTML board. A front end draws the running one ten times a second,
// and the last one is kept in the notebook.
const (
	keepRunning = 12 // what 24em hold, so that the newest is in sight
	keepStatic  = 200
)

// stateMark, stateTone and stateColour make the end of a run visible at a glance.
var (
	stateMark = map[State]string{Running: "•", Done: "✓", Interrupted: "■", Failed: "✗", Paused: "‖", Stopped: "■"}
	stateTone = map[State]tone{Running: series(0), Done: good, Interrupted: series(1), Failed: bad, Paused: series(1), Stopped: series(1)}

	stateColour = map[State]string{Running: seriesColour(0), Done: goodColour, Interrupted: seriesColour(1), Failed: badColour,
		Paused: seriesColour(1), Stopped: seriesColour(1)}
)

// bar is a progress bar w cells wide.
func (k ink) bar(fraction float64, w int, t tone) string {
	n := min(w, max(0, int(fraction*float64(w)+1e-9)))
	if k == plainInk {
		return "[" + strings.Repeat("=", n) + strings.Repeat(" ", w-n) + "]"
	}
	return k.paint(t, strings.Repeat("━", n)) + k.paint(muted, strings.Repeat("─", w-n))
}

func (f Fit) html() string {
	var b strings.Builder
	fmt.Fprintf(&b, `<div style="%s">`, styleBox)
	if f.Title != "" {
		fmt.Fprintf(&b, `<div style="%s">%s</div>`, styleTitle, esc(f.Title))
	}
	b.WriteString(f.htmlStatus())
	b.WriteString(`<div style="display:flex;flex-wrap:wrap;gap:.6em 2em;align-items:flex-start">`)
	fmt.Fprintf(&b, `<div style="flex:0 1 auto;min-width:0;max-width:100%%;max-height:24em;overflow:auto">%s</div>`, f.htmlTable())
	if f.drawable() {
		fmt.Fprintf(&b, `<div style="flex:1 1 20em;min-width:0;max-width:34em">%s</div>`, f.curves().svg())
	}
	b.WriteString("</div>")
	for _, r := range f.Remarks {
		fmt.Fprintf(&b, `<div style="%s">%s</div>`, styleNote, esc(r.Text))
	}
	if f.Note != "" {
		fmt.Fprintf(&b, `<div style="%s">%s</div>`, styleNote, esc(f.Note))
	}
	b.WriteString("</div>")
	return b.String()
}

// htmlTable is the table with a note on the rows left out.
func (f Fit) htmlTable() string {
	keep := keepStatic
	if !f.State.over() {
		keep = keepRunning
	}
	t := f.table(keep)
	note := t.Title
	t.Title = ""
	if note != "" {
		note = fmt.Sprintf(`<div style="%s">%s</div>`, styleNote, esc(note))
	}
	return note + t.grid().html()
}

// htmlStatus is the progress bar with its words, or the verdict.
func (f Fit) htmlStatus() string {
	if f.State.over() {
		return verdictHTML(f.State, f.verdict())
	}
	return barHTML(f.fraction(), firstOf(f.progress(), f.State.String()))
}
