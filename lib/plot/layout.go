package plot

import (
	"slices"
	"strings"
	"unicode"
)

// sheet is a table ready to be drawn: cleaned cells, widths and alignment.
type sheet struct {
	Table
	width []int
	right []bool
}

// gap parts columns of a text table.
const gap = "  "

func (t Table) grid() sheet {
	g := sheet{Table: t}
	n := len(t.Columns)
	for _, r := range append(slices.Clone(t.Rows), t.Footer) {
		n = max(n, len(r))
	}
	g.width, g.right = make([]int, n), make([]bool, n)
	g.Columns = clean(t.Columns, n)
	g.Rows = make([][]string, len(t.Rows))
	for i, r := range t.Rows {
		g.Rows[i] = clean(r, n)
	}
	if t.Footer != nil {
		g.Footer = clean(t.Footer, n)
	}
	for c := range n {
		g.right[c] = g.numeric(c)
		for _, r := range g.all() {
			g.width[c] = max(g.width[c], cells(r[c]))
		}
	}
	return g
}

func clean(row []string, n int) []string {
	out := make([]string, n)
	for i := range min(n, len(row)) {
		out[i] = oneLine(row[i])
	}
	return out
}

func (g sheet) all() [][]string {
	rows := append([][]string{g.Columns}, g.Rows...)
	if g.Footer != nil {
		rows = append(rows, g.Footer)
	}
	return rows
}

// numeric says whether column c holds numbers and nothing else.
func (g sheet) numeric(c int) bool {
	found := false
	for _, r := range g.Rows {
		switch cell := r[c]; {
		case cell == "" || cell == "-" || cell == "–":
		case !numeral(cell):
			return false
		default:
			found = true
		}
	}
	return found
}

// numeral accepts 12, -0.5, 1e-3, 35%, 2.2 M, 12.1s, 40/100: a figure first, and
// at most a short unit after it.
func numeral(s string) bool {
	s = strings.TrimLeft(s, "+-−<>≈~ ")
	if s == "" || !unicode.IsDigit(rune(s[0])) {
		return false
	}
	unit := strings.TrimLeft(s, "0123456789.,:/eE-+ ")
	return len([]rune(unit)) <= 3
}

// shrink narrows the widest columns until the table fits width cells, or until
// nothing is left to give: figures that were cut would be wrong ones.
func (g sheet) shrink(width int) []int {
	w, least := slices.Clone(g.width), g.least()
	for total(w) > width {
		widest := -1
		for i := range w {
			if w[i] > least[i] && (widest < 0 || w[i] > w[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			break
		}
		w[widest]--
	}
	return w
}

// least are the widths below which columns say nothing.
func (g sheet) least() []int {
	w := slices.Repeat([]int{4}, len(g.width))
	for _, r := range g.Rows {
		for c := range w {
			if g.right[c] {
				w[c] = max(w[c], cells(r[c]))
			}
		}
	}
	return w
}

func total(w []int) int {
	n := len(gap) * max(0, len(w)-1)
	for _, x := range w {
		n += x
	}
	return n
}

// text is the whole table for a page.
func (g sheet) text(k ink) string {
	return k.heading(g.Title) + g.body(k, page) + k.footnote(g.Note)
}

// body is the table without title and note, width cells wide.
func (g sheet) body(k ink, width int) string {
	w := g.shrink(width)
	var b strings.Builder
	if strings.Join(g.Columns, "") != "" {
		b.WriteString(k.paint(muted, g.line(w, g.Columns)) + "\n")
		b.WriteString(k.paint(muted, g.rule(w)) + "\n")
	}
	for i := range g.Rows {
		b.WriteString(g.row(k, w, i) + "\n")
	}
	if g.Footer != nil {
		b.WriteString(k.paint(muted, g.rule(w)) + "\n" + g.line(w, g.Footer) + "\n")
	}
	return b.String()
}

// row is row i in columns of widths w.
func (g sheet) row(k ink, w []int, i int) string {
	line := g.line(w, g.Rows[i])
	if slices.Contains(g.Strong, i) {
		return k.paint(strong, line)
	}
	return line
}

func (g sheet) line(w []int, row []string) string {
	out := make([]string, len(w))
	for c := range w {
		out[c] = pad(clip(row[c], w[c]), w[c], g.right[c])
	}
	return strings.TrimRight(strings.Join(out, gap), " ")
}

// rule underlines each column, as the figures under it are set.
func (g sheet) rule(w []int) string {
	out := make([]string, len(w))
	for c := range w {
		out[c] = strings.Repeat("─", w[c])
	}
	return strings.Join(out, gap)
}
