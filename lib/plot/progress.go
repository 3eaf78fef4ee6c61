package plot

import (
	"fmt"
	"strings"
	"time"

	"graft/lib/display"
)

// Progress is one bar for work that is not a fit: images decoded, features
// computed.
type Progress struct {
	Title string
	// Done of Total things are behind; a Total of 0 means nobody knows how many.
	Done, Total int
	Unit        string // what is counted, in the plural, such as "images"
	Elapsed     time.Duration
	Remaining   time.Duration // 0 while unknown
	State       State
	Note        string
}

// Display draws the bar. Dumb outputs get a line when the work ends.
func (p Progress) Display() display.Bundle {
	b := bundle(p.text(plainInk), p.text(colourInk), p.html())
	line := ""
	if p.State != Running {
		line = trimLines(p.text(plainInk))
	}
	b.Metadata = map[string]any{display.LineKey: line}
	return b
}

func (p Progress) fraction() float64 {
	if p.Total <= 0 {
		return 0
	}
	return min(1, max(0, float64(p.Done)/float64(p.Total)))
}

// words say how far the work has come.
func (p Progress) words() string {
	n := count(p.Done)
	if p.Total > 0 {
		n += "/" + count(p.Total)
	}
	out := []string{strings.TrimSpace(n + " " + p.Unit)}
	switch {
	case p.State != Running && p.Elapsed > 0:
		out = append(out, fmt.Sprintf("%s in %s", p.State, span(p.Elapsed)))
	case p.State != Running:
		out = append(out, p.State.String())
	case p.Remaining > 0:
		out = append(out, clock(p.Remaining)+" left")
	}
	if p.Note != "" {
		out = append(out, p.Note)
	}
	return strings.Join(out, "  ")
}

func (p Progress) text(k ink) string {
	start := ""
	if p.Title != "" {
		start = k.paint(strong, oneLine(p.Title)) + "  "
	}
	if p.State != Running {
		return k.paint(stateTone[p.State], stateMark[p.State]) + " " + start + p.words()
	}
	if p.Total <= 0 {
		return start + p.words()
	}
	return start + k.bar(p.fraction(), 20, series(0)) + " " + p.words()
}

func (p Progress) html() string {
	if p.State != Running {
		return box("", verdictHTML(p.State, strings.TrimPrefix(p.Title+": ", ": ")+p.words()), "")
	}
	return box(p.Title, barHTML(p.fraction(), p.words()), "")
}

// barHTML is a progress bar with its words below.
func barHTML(fraction float64, words string) string {
	return fmt.Sprintf(`<div role="progressbar" aria-valuemin="0" aria-valuemax="100" aria-valuenow="%.0f" style="height:4px;border-radius:2px;background:rgba(127,127,127,.25);max-width:40em;overflow:hidden"><div style="height:4px;width:%.1f%%;background:%s"></div></div>`, 100*fraction, 100*fraction, seriesColour(0)) +
		fmt.Sprintf(`<div style="opacity:.75;margin:.2em 0 .5em;font-variant-numeric:tabular-nums">%s</div>`, esc(dotted(words)))
}

// dotted parts words with dots, where a page would fold double blanks.
func dotted(words string) string { return strings.ReplaceAll(words, "  ", " · ") }

// verdictHTML is the coloured mark of how something ended, and words.
func verdictHTML(s State, words string) string {
	return fmt.Sprintf(`<div style="margin:0 0 .5em"><span style="color:%s;font-weight:600">%s</span> %s</div>`, stateColour[s], stateMark[s], esc(dotted(words)))
}
