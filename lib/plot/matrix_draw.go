package plot

import (
	"fmt"
	"strconv"
	"strings"
)

// at returns Counts[i][j], zero where there is none.
func (m Matrix) at(i, j int) int {
	if i < len(m.Counts) && j < len(m.Counts[i]) {
		return m.Counts[i][j]
	}
	return 0
}

func (m Matrix) size() int { return max(len(m.Labels), len(m.Counts)) }

func (m Matrix) label(i int) string {
	if i < len(m.Labels) {
		return oneLine(m.Labels[i])
	}
	return strconv.Itoa(i)
}

// share is the part of true class i that was predicted as j, 0 to 1 whatever the counts.
func (m Matrix) share(i, j int) float64 {
	sum := 0.0
	for c := range m.size() {
		sum += max(0, float64(m.at(i, c)))
	}
	if sum == 0 {
		return 0
	}
	return max(0, float64(m.at(i, j))) / sum
}

// recall writes the share of class i that was found.
func (m Matrix) recall(i int) string {
	for c := range m.size() {
		if m.at(i, c) != 0 {
			return fmt.Sprintf("%.0f%%", 100*m.share(i, i))
		}
	}
	return ""
}

// accuracy writes the share on the diagonal.
func (m Matrix) accuracy() string {
	hit, all := 0, 0
	for i := range m.size() {
		hit += m.at(i, i)
		for j := range m.size() {
			all += m.at(i, j)
		}
	}
	if all == 0 {
		return "no examples"
	}
	return fmt.Sprintf("%d of %d right (%.1f%%)", hit, all, 100*float64(hit)/float64(all))
}

// wideMatrix is the number of classes above which text shows the worst pairs
// instead of a matrix that no window holds.
const wideMatrix = 12

// framed is the matrix as text, or its worst pairs.
func (m Matrix) framed() frameText {
	if m.size() > wideMatrix {
		return m.pairs().framed()
	}
	f := framed(m.Title, m.body, m.Note)
	f.fits = func(width int) bool { side, cell := m.columns(width); return m.width(side, cell) <= width }
	f.narrow = m.pairs().framed().body
	return f
}

// columns are the widths of the labels and of a cell where width cells are free.
func (m Matrix) columns(width int) (side, cell int) {
	side = cells("true")
	digits := 1
	for i := range m.size() {
		side = max(side, min(16, cells(m.label(i))))
		for j := range m.size() {
			digits = max(digits, len(strconv.Itoa(m.at(i, j))))
		}
	}
	least := 6
	if width < page {
		least = max(4, digits+1)
	}
	return side, max(least, min(10, (width-side-len("recall")-6)/max(1, m.size())-1))
}

// width is that of the whole matrix, in cells.
func (m Matrix) width(side, cell int) int {
	return side + 1 + m.size()*(cell+1) + 2 + len("recall")
}

func (m Matrix) body(k ink, width int) string {
	n, w := m.size(), len("recall")
	side, cell := m.columns(width)
	var b strings.Builder
	b.WriteString(k.paint(muted, strings.Repeat(" ", side+2)+"predicted") + "\n")
	b.WriteString(k.paint(muted, pad("true", side, false)) + " ")
	for j := range n {
		b.WriteString(" " + k.paint(muted, pad(clip(m.label(j), cell-1), cell, true)))
	}
	b.WriteString(k.paint(muted, "  recall") + "\n")
	for i := range n {
		b.WriteString(pad(clip(m.label(i), side), side, false) + " ")
		for j := range n {
			b.WriteString(" " + m.shade(k, i, j, cell))
		}
		b.WriteString("  " + k.paint(muted, pad(m.recall(i), w, true)) + "\n")
	}
	b.WriteString(k.paint(muted, m.accuracy()) + "\n")
	return b.String()
}

// Grounds of the 256-colour cube from faint to full, for hits and for misses;
// each comes with a digit colour that reads on it.
var (
	hitShades  = [...]tone{"38;5;245", "38;5;255;48;5;23", "38;5;255;48;5;29", "38;5;255;48;5;29"}
	missShades = [...]tone{"38;5;245", "38;5;255;48;5;95", "38;5;255;48;5;131", "38;5;255;48;5;124"}
)

func (m Matrix) shade(k ink, i, j, w int) string {
	s := pad(strconv.Itoa(m.at(i, j))+" ", w, true)
	level := 0
	if m.at(i, j) > 0 {
		level = 1 + min(2, int(m.share(i, j)*3))
	}
	if i == j {
		return k.paint(hitShades[level], s)
	}
	return k.paint(missShades[level], s)
}

func (m Matrix) html() string {
	if m.size() > 3*wideMatrix {
		t := m.pairs()
		return t.html(t.grid())
	}
	n := m.size()
	var b strings.Builder
	fmt.Fprintf(&b, `<div style="overflow-x:auto"><table aria-label="%s" style="%s">`, esc(firstOf(m.Title, "confusion matrix")), styleTable)
	fmt.Fprintf(&b, `<thead><tr style="background:transparent"><th style="%s%stext-align:left">true \ predicted</th>`, styleCell, styleHead)
	for j := range n {
		fmt.Fprintf(&b, `<th style="%s%spadding:2px 8px;text-align:center">%s</th>`, styleCell, styleHead, esc(m.label(j)))
	}
	fmt.Fprintf(&b, `<th style="%s%spadding:2px 8px;text-align:right">recall</th></tr></thead><tbody>`, styleCell, styleHead)
	for i := range n {
		fmt.Fprintf(&b, `<tr style="background:transparent"><th style="%sfont-weight:400;text-align:left;vertical-align:middle">%s</th>`, styleCell, esc(m.label(i)))
		for j := range n {
			b.WriteString(m.htmlCell(i, j))
		}
		fmt.Fprintf(&b, `<td style="%spadding:2px 8px;text-align:right;vertical-align:middle;opacity:.75">%s</td></tr>`, styleCell, m.recall(i))
	}
	b.WriteString("</tbody></table></div>")
	fmt.Fprintf(&b, `<div style="%s">%s</div>`, styleNote, esc(m.accuracy()))
	return box(m.Title, b.String(), m.Note)
}

// htmlCell shades by alpha, so that the page's own text colour stays readable.
func (m Matrix) htmlCell(i, j int) string {
	rgb := "209,80,95"
	if i == j {
		rgb = "31,158,131"
	}
	weight, opacity := 400, "1"
	if i == j {
		weight = 600
	}
	if m.at(i, j) == 0 {
		opacity = ".45"
	}
	return fmt.Sprintf(`<td title="%s" style="%sborder:2px solid transparent;background-clip:padding-box;background-color:rgba(%s,%.2f);padding:4px 12px;min-width:3em;text-align:center;font-weight:%d"><span style="opacity:%s">%d</span></td>`,
		esc(fmt.Sprintf("true %s, predicted %s: %.1f%% of the row", m.label(i), m.label(j), 100*m.share(i, j))),
		styleCell, rgb, 0.04+0.5*m.share(i, j), weight, opacity, m.at(i, j))
}
