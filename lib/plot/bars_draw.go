package plot

import (
	"fmt"
	"strings"
)

// value writes figure i.
func (b Bars) value(i int) string { return fmt.Sprintf(firstOf(b.Format, "%g"), b.Values[i]) }

func (b Bars) label(i int) string {
	if i < len(b.Labels) {
		return oneLine(b.Labels[i])
	}
	return ""
}

// fraction is the length of bar i relative to the longest.
func (b Bars) fraction(i int) float64 {
	longest := 0.0
	for _, v := range b.Values {
		if finite(v) {
			longest = max(longest, v)
		}
	}
	if longest == 0 || !finite(b.Values[i]) {
		return 0
	}
	return max(0, b.Values[i]/longest)
}

func (b Bars) body(k ink, width int) string {
	side, figures := 0, 0
	for i := range b.Values {
		side, figures = max(side, min(24, cells(b.label(i)))), max(figures, cells(b.value(i)))
	}
	room := max(8, min(48*width/page, width-4-side-figures))
	var out strings.Builder
	for i := range b.Values {
		out.WriteString(pad(clip(b.label(i), side), side, false) + "  " + pad(b.value(i), figures, true) + "  ")
		out.WriteString(k.paint(series(0), solid(k, b.fraction(i)*float64(room))) + "\n")
	}
	return out.String()
}

// solid is a bar of length cells, to an eighth of a cell where blocks are drawn.
func solid(k ink, length float64) string {
	if k == plainInk {
		return strings.Repeat("#", int(length+0.5))
	}
	eighths := int(length*8 + 0.5)
	s := strings.Repeat("█", eighths/8)
	if rest := eighths % 8; rest > 0 {
		s += string(rune(0x2588 + 8 - rest))
	}
	return s
}

func (b Bars) html() string {
	var out strings.Builder
	fmt.Fprintf(&out, `<table aria-label="%s" style="%s;width:100%%;max-width:40em">`, esc(firstOf(b.Title, "bars")), styleTable)
	for i := range b.Values {
		fmt.Fprintf(&out, `<tr style="background:transparent"><th style="%sfont-weight:400;text-align:left">%s</th><td style="%stext-align:right">%s</td>`, styleCell, esc(b.label(i)), styleCell, esc(b.value(i)))
		fmt.Fprintf(&out, `<td style="%swidth:70%%;padding-right:0;vertical-align:middle"><div style="height:.75em;width:%.1f%%;min-width:1px;border-radius:2px;background:%s"></div></td></tr>`, styleCell, 100*b.fraction(i), seriesColour(0))
	}
	out.WriteString("</table>")
	return box(b.Title, out.String(), b.Note)
}
