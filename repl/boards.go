package repl

import (
	"slices"
	"strings"

	"graft/lib/display"
	"graft/repl/editor"
)

// board is a live display that offers actions: a fit that runs. It stays on the
// screen below all output, and above the prompt when its cell has ended, until its
// last update, which goes to the scrollback.
type board struct {
	bundle  display.Bundle
	cell    int // number of the cell that showed it
	updates int
}

// boards are what is at work, the oldest first, and what the keys do with it.
type boards struct {
	list    []*board
	focus   string   // ID of the one that has the keys at the prompt
	asking  *pending // waits for an answer
	answer  editor.Editor
	said    string // what came of the last key
	failed  bool   // said is an error
	help    bool   // the keys are explained
	leaving bool   // the front end ends when the last board is over
}

// pending is an action that waits for an answer.
type pending struct {
	display.Action
	board *board
}

// summaryRows is the height up to which a static summary of a board may grow.
const summaryRows = 60

// onBoard takes the bundle of a board, and reports false for any other.
func (m *model) onBoard(b display.Bundle) bool {
	i := slices.IndexFunc(m.boards.list, func(o *board) bool { return b.ID != "" && o.bundle.ID == b.ID })
	switch {
	case len(b.Actions) > 0 && b.ID != "" && i >= 0:
		m.boards.list[i].bundle = b
		m.boards.list[i].updates++
		if !m.boards.failed {
			m.boards.said = "" // the board shows what came of it
		}
	case len(b.Actions) > 0 && b.ID != "":
		m.boards.list = append(m.boards.list, &board{bundle: b, cell: m.count})
	case i >= 0:
		m.boards.list = slices.Delete(m.boards.list, i, i+1)
		m.transcript.Draw("", func() string { return m.painter.Board(b, summaryRows) }, m.kept(b, ""))
		m.release(b.ID)
	default:
		return false
	}
	return true
}

// release takes the keys from a board that is over.
func (m *model) release(id string) {
	b := &m.boards
	if b.focus == id {
		b.focus = ""
	}
	if b.asking != nil && b.asking.board.bundle.ID == id {
		b.asking = nil
	}
	if m.steered() == nil {
		b.help, b.said = false, ""
	}
	if b.leaving && len(b.list) == 0 {
		m.flush()
		m.end()
	}
}

// steered is the board that the keys act on: the one with the focus, or the newest of
// the running cell.
func (m *model) steered() *board {
	for _, b := range slices.Backward(m.boards.list) {
		if b.bundle.ID == m.boards.focus || m.boards.focus == "" && m.foreground(b) {
			return b
		}
	}
	return nil
}

// foreground reports whether b belongs to the running cell.
func (m *model) foreground(b *board) bool { return m.phase == running && b.cell == m.count }

// boardLines draws the boards in at most so many rows: the steered one with its keys,
// the others in three lines each.
func (m *model) boardLines(rows int) []string {
	if len(m.boards.list) == 0 || rows < 1 {
		return nil
	}
	below := m.steerLines(rows)
	rows -= len(below)
	main := m.steered()
	var out []string
	for i, b := range m.boards.list {
		left := len(m.boards.list) - i - 1 // each of those gets a line at least
		most := min(compactRows, rows-len(out)-left)
		if b == main {
			most = rows - len(out) - left
		}
		if most >= 1 {
			out = append(out, m.boardText(b, most, b == main)...)
		}
	}
	return append(out, below...)
}

// compactRows is the height of a board that is not steered.
const compactRows = 3

// boardText is a board with a stripe to its left, unless it is the running cell's own.
func (m *model) boardText(b *board, rows int, main bool) []string {
	if m.foreground(b) {
		return strings.Split(m.painter.Board(b.bundle, rows), "\n")
	}
	stripe := m.painter.Theme.Muted.Render("▌") + " "
	if main {
		stripe = m.painter.Theme.Busy.Render("▌") + " "
	}
	p := m.painter
	p.Width -= 2
	lines := strings.Split(p.Board(b.bundle, rows), "\n")
	for i, l := range lines {
		lines[i] = stripe + l
	}
	return lines
}
