package repl

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"graft/repl/style"
)

// found is how the pager shows a match.
const found style.Style = "7"

// pagerView draws the pager on the terminal's other screen.
func (m *model) pagerView() tea.View {
	p, rows := m.pager, m.pagerRows()
	if p.width != m.painter.Width {
		m.layPager()
	}
	lines := make([]string, rows)
	for i := range lines {
		if p.top+i < len(p.lines) {
			lines[i] = m.painter.Fit(p.marked(p.lines[p.top+i]))
		}
	}
	state, cursor := m.pagerState(rows)
	v := tea.NewView(m.painter.Colour(strings.Join(append(lines, state), "\n")))
	v.AltScreen, v.Cursor = true, cursor
	return v
}

// layPager lays the text out for the window, and keeps the place in it.
func (m *model) layPager() {
	p := m.pager
	before := len(p.lines)
	p.lines, p.width = strings.Split(p.draw(m.painter), "\n"), m.painter.Width
	if before > 0 {
		p.top = p.top * len(p.lines) / before
	}
	p.at = -1
	p.clamp(m.pagerRows())
}

// marked is a line with its matches marked; its colours go on behind them.
func (p *pager) marked(line string) string {
	text := ansi.Strip(line)
	list := p.matches(line)
	for i := len(list) - 1; i >= 0; i-- {
		from, to := list[i][0], min(list[i][1], len(text))
		if from >= to {
			continue // lower case may be shorter
		}
		before, within := ansi.StringWidthWc(text[:from]), ansi.StringWidthWc(text[from:to])
		line = ansi.TruncateWc(line, before, "") + "\x1b[m" + found.Render(text[from:to]) + ansi.TruncateLeftWc(line, before+within, "")
	}
	return line
}

// pagerState is the last line of the window: the pattern being typed, or where one
// is and what the keys do.
func (m *model) pagerState(rows int) (string, *tea.Cursor) {
	p := m.pager
	if p.asking != "" {
		text := p.asking + p.query.Text()
		return m.painter.Fit(text), tea.NewCursor(min(ansi.StringWidthWc(p.asking+p.query.Before()), m.painter.Width), m.pagerRows())
	}
	last := min(p.top+rows, len(p.lines))
	where := fmt.Sprintf(" %s · %d–%d of %d", p.title, p.top+1, last, len(p.lines))
	hint := "q back · / search · n next · h keys "
	if p.said != "" {
		hint = p.said + " "
	}
	gap := m.painter.Width - ansi.StringWidthWc(where) - ansi.StringWidthWc(hint)
	if gap < 2 {
		hint, gap = "q back ", m.painter.Width-ansi.StringWidthWc(where)-len("q back ")
	}
	if p.said != "" && gap < 2 {
		where, hint, gap = " "+p.said, "", m.painter.Width-ansi.StringWidthWc(p.said)-1
	}
	line := ansi.TruncateWc(where+strings.Repeat(" ", max(1, gap))+hint, m.painter.Width, "")
	return m.painter.Theme.Selected.Render(line), nil
}
