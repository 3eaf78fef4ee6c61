package repl

import (
	"fmt"
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// found begins a match in the pager.
const found = "\x1b[7m"

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
	list := p.matches(line)
	if len(list) == 0 {
		return line
	}
	var out strings.Builder
	colours, inside := "", false
	for at := 0; line != ""; {
		if line[0] == ansi.ESC {
			seq, _, n, _ := ansi.DecodeSequence(line, 0, nil)
			line = line[n:]
			if colours += seq; seq == ansi.ResetStyle {
				colours = ""
			}
			if !inside {
				out.WriteString(seq)
			}
			continue
		}
		if len(list) > 0 && at == list[0][0] {
			out.WriteString(ansi.ResetStyle + found)
			inside = true
		}
		_, n := utf8.DecodeRuneInString(line)
		out.WriteString(line[:n])
		line = line[n:]
		if at++; inside && at == list[0][1] {
			out.WriteString(ansi.ResetStyle + colours)
			list, inside = list[1:], false
		}
	}
	return out.String()
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
