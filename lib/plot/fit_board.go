package plot

import (
	"slices"
	"strings"

	"graft/lib/display"
)

// share is how much of a board is drawn: parts that are there or not, and the sizes
// of those that can grow.
type share struct {
	figures, pace, title, groups bool
	remarks, notes               int
	rows                         int // of the table, in epochs
	chart                        int // in lines without its axes; 0 for none
}

// wishes lists what a board would draw, the most important first. A wish that does
// not fit is left out, and a smaller one after it may still be granted.
var wishes = []func(*share){
	func(s *share) { s.figures = true },
	func(s *share) { s.notes = 1 },
	func(s *share) { s.remarks = 1 },
	func(s *share) { s.pace = true },
	func(s *share) { s.rows = 1 },
	func(s *share) { s.notes = 9 },
	func(s *share) { s.title = true },
	func(s *share) { s.rows = max(s.rows, 2) },
	func(s *share) { s.chart = 4 },
	func(s *share) { s.groups = true },
	func(s *share) { s.rows = max(s.rows, 4) },
	func(s *share) { s.chart = max(s.chart, 6) },
	func(s *share) { s.remarks = 3 },
	func(s *share) { s.rows = max(s.rows, 10) },
	func(s *share) { s.chart = max(s.chart, 8) },
	func(s *share) { s.remarks = 6 },
}

// tall are the wishes of running boards in windows that have room to spare.
var tall = []func(*share){
	func(s *share) { s.chart = 12 },
	func(s *share) { s.rows = 20 },
	func(s *share) { s.chart = 16 },
	func(s *share) { s.rows = 40 },
	func(s *share) { s.chart = 20 },
}

// Wide boards have the chart beside the table.
const (
	wideBoard  = 100 // the least width of such a board
	widestLine = 160 // of a board in the widest window
)

// board is a Fit on its way into a window.
type board struct {
	Fit
	k         ink
	width     int
	paged     bool                // for a page, whose lines may be as long as they are
	chartless bool                // its chart is a picture of its own
	measuring bool                // of lines, only the number counts
	tables    map[[2]int][]string // that were made, by rows and width
	share
}

// draw lays the board out for a screen.
func (f Fit) draw(s display.Screen) string {
	return strings.Join(f.laid(s, false).lines(), "\n")
}

// laid is the board as it fits a screen, with or without its chart.
func (f Fit) laid(s display.Screen, chartless bool) board {
	b := board{Fit: f, k: inkOf(s), width: min(max(s.Columns, 1), widestLine), chartless: chartless}
	b.grant(wishes, s.Rows)
	if !f.State.over() {
		b.grant(tall, s.Rows)
	}
	return b
}

// page is the board for files, logs and notebooks, which have its curves as pictures.
func (f Fit) page() string {
	b := board{Fit: f, k: plainInk, width: page, paged: true}
	for _, wish := range wishes {
		wish(&b.share)
	}
	b.chart = 0
	return strings.Join(b.lines(), "\n")
}

// grant makes the wishes come true that fit into so many rows.
func (b *board) grant(asked []func(*share), rows int) {
	b.measuring = true
	if b.tables == nil {
		b.tables = map[[2]int][]string{}
	}
	defer func() { b.measuring = false }()
	for _, wish := range asked {
		before := b.share
		wish(&b.share)
		b.chart *= one(b.drawable() && !b.chartless)
		if len(b.lines()) > rows {
			b.share = before
		}
	}
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// lines are the lines of the board, from the title to what was done to the run.
func (b board) lines() []string { return append(b.upper(), b.lower()...) }

// upper is the title, the table and the chart.
func (b board) upper() []string {
	var out []string
	if b.title && b.Title != "" {
		out = append(out, b.titled()...)
	}
	return append(out, b.body()...)
}

// lower is where the run is, and what was done to it.
func (b board) lower() []string {
	var out []string
	if b.groups && len(b.Groups) > 1 {
		out = append(out, b.counted(board.trained))
	}
	if b.State.over() {
		out = append(out, b.marked(b.verdict(), 1+one(b.figures))...)
	} else {
		out = append(out, b.counted(board.progressLine))
		if b.figures {
			out = append(out, b.counted(board.figuresLine))
		}
		if b.pace {
			out = append(out, b.counted(board.paceLine))
		}
	}
	out = append(out, b.remarked()...)
	return append(out, b.noted()...)
}

// counted is one line of the board, which need not be drawn to be counted.
func (b board) counted(draw func(board) string) string {
	if b.measuring {
		return ""
	}
	return draw(b)
}

// titled is the title: whole when the run is over, in one line before.
func (b board) titled() []string {
	title := oneLine(b.Title)
	switch {
	case b.paged:
		return []string{b.k.paint(strong, title)}
	case !b.State.over():
		return []string{b.k.paint(strong, clip(title, b.width))}
	}
	lines := wrap(title, b.width, 3)
	for i, l := range lines {
		lines[i] = b.k.paint(strong, l)
	}
	return lines
}

// body is the table and the chart, side by side where the window is wide.
func (b board) body() []string {
	if b.rows == 0 {
		return b.curve(b.width, b.chart)
	}
	if b.width < wideBoard || b.chart == 0 {
		return append(b.tabled(b.width), b.curve(b.width, b.chart)...)
	}
	left := b.tabled(b.width * 6 / 10)
	room := 0
	for _, l := range left {
		room = max(room, cellsOf(l))
	}
	right := b.curve(b.width-room-4, max(min(b.chart, 10), len(left)-axes))
	out := make([]string, max(len(left), len(right)))
	for i := range out {
		var l, r string
		if i < len(left) {
			l = left[i]
		}
		if i < len(right) {
			r = right[i]
		}
		out[i] = l + strings.Repeat(" ", room+4-cellsOf(l)) + r
	}
	return out
}

// axes is how many lines of a chart are not its canvas, if it is leastChart wide: its
// legend is one line then, whatever it is drawn with.
const axes, leastChart = 3, 28

// curve is the chart with a canvas of so many lines.
func (b board) curve(width, rows int) []string {
	switch {
	case rows <= 0 || width < leastChart:
		return nil
	case b.measuring:
		return make([]string, rows+axes)
	}
	return strings.Split(strings.TrimRight(b.curves().text(b.k, min(width, 100), rows), "\n"), "\n")
}

// tabled is the table of the last epochs and the best one, without the columns that
// the width has no room for; nothing if it has too little for the others.
func (b board) tabled(width int) []string {
	if !b.measuring {
		return b.makeTable(width)
	}
	key := [2]int{b.rows, width}
	made, ok := b.tables[key]
	if !ok {
		made = b.makeTable(width)
		b.tables[key] = made
	}
	return slices.Clip(made)
}

func (b board) makeTable(width int) []string {
	if len(b.Epochs) == 0 {
		return nil
	}
	t := b.table(b.rows)
	for _, i := range t.Strong {
		t.Columns, t.Rows[i] = append(t.Columns, ""), append(t.Rows[i], "best")
	}
	g := t.without(width).grid()
	w := g.shrink(width)
	if total(w) > width {
		return nil
	}
	out := []string{b.k.paint(muted, g.line(w, g.Columns))}
	if b.paged {
		out = append(out, g.rule(w))
	}
	for i := range g.Rows {
		out = append(out, g.row(b.k, w, i))
	}
	if t.Title != "" && b.State.over() {
		out = append(out, b.k.paint(muted, t.Title))
	}
	return out
}
