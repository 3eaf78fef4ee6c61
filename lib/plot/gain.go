package plot

import (
	"fmt"
	"math"
	"strings"

	"graft/lib/display"
)

// Gains is a chart of labelled bars to the left and to the right of zero: what each
// class gained or lost.
type Gains struct {
	Title  string
	Labels []string
	Values []float64 // NaN for not measured
	// Notes are words beside each bar, such as the number of examples; nil for none.
	Notes []string
	// Format is the fmt verb of the figures, "%+g" when empty.
	Format string
	Note   string
}

// Display draws the bars.
func (g Gains) Display() display.Bundle {
	return framed(g.Title, g.body, g.Note).bundle(g.html())
}

// longest is the length of the longest bar; 0 if there is none.
func (g Gains) longest() float64 {
	longest := 0.0
	for _, v := range g.Values {
		if finite(v) {
			longest = max(longest, math.Abs(v))
		}
	}
	return longest
}

// fraction is the length of bar i relative to the longest, 0 to 1.
func (g Gains) fraction(i int) float64 {
	longest := g.longest()
	if longest == 0 || !finite(g.Values[i]) {
		return 0
	}
	return math.Abs(g.Values[i]) / longest
}

func (g Gains) value(i int) string {
	if !finite(g.Values[i]) {
		return "–"
	}
	return fmt.Sprintf(firstOf(g.Format, "%+g"), g.Values[i])
}

func (g Gains) at(list []string, i int) string {
	if i < len(list) {
		return oneLine(list[i])
	}
	return ""
}

func (g Gains) body(k ink, width int) string {
	side, figures := 0, 0
	for i := range g.Values {
		side, figures = max(side, min(24, cells(g.at(g.Labels, i)))), max(figures, cells(g.value(i)))
	}
	half := max(4, min(20*width/page, (width-8-side-figures-16)/2))
	var out strings.Builder
	for i := range g.Values {
		out.WriteString(pad(clip(g.at(g.Labels, i), side), side, false) + "  " + pad(g.value(i), figures, true) + "  " + g.bar(k, i, half))
		out.WriteString("  " + k.paint(muted, g.at(g.Notes, i)) + "\n")
	}
	return out.String()
}

// bar is bar i and the zero line, half cells wide on either side.
func (g Gains) bar(k ink, i, half int) string {
	n := int(g.fraction(i)*float64(half) + 0.5)
	block, blank := strings.Repeat("#", n), strings.Repeat(" ", half-n)
	if k != plainInk {
		block = strings.Repeat("█", n)
	}
	if g.Values[i] < 0 {
		return blank + k.paint(bad, block) + k.paint(muted, "|") + strings.Repeat(" ", half)
	}
	return strings.Repeat(" ", half) + k.paint(muted, "|") + k.paint(good, block) + blank
}

func (g Gains) html() string {
	var out strings.Builder
	fmt.Fprintf(&out, `<table aria-label="%s" style="%s;width:100%%;max-width:44em">`, esc(firstOf(g.Title, "gains")), styleTable)
	for i, v := range g.Values {
		fmt.Fprintf(&out, `<tr style="background:transparent"><th style="%sfont-weight:400;text-align:left">%s</th><td style="%stext-align:right">%s</td>`, styleCell, esc(g.at(g.Labels, i)), styleCell, esc(g.value(i)))
		share, side, colour := 50*g.fraction(i), "left", goodColour
		if v < 0 {
			side, colour = "right", badColour
		}
		fmt.Fprintf(&out, `<td style="%swidth:55%%;padding-right:12px;vertical-align:middle"><div style="position:relative;height:.75em;background:linear-gradient(currentColor,currentColor) center/1px 100%% no-repeat">`, styleCell)
		fmt.Fprintf(&out, `<div style="position:absolute;top:0;%s:50%%;height:100%%;width:%.1f%%;background:%s"></div></div></td>`, side, share, colour)
		fmt.Fprintf(&out, `<td style="%sopacity:.7">%s</td></tr>`, styleCell, esc(g.at(g.Notes, i)))
	}
	out.WriteString("</table>")
	return box(g.Title, out.String(), g.Note)
}
