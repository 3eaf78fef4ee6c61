package repl

import (
	"graft/lib/display"
)

// output takes what the session emits.
func (m *model) output(msg any) {
	switch msg := msg.(type) {
	case streamed:
		m.clearDue()
		m.transcript.Write(msg.text)
	case shown:
		if m.onBoard(msg.bundle) {
			break
		}
		m.clearDue()
		m.transcript.Draw(msg.bundle.ID, m.drawn(msg.bundle), m.kept(msg.bundle, ""))
	case paged:
		m.results = append(m.results, page(msg.bundle))
	case updated:
		if !m.onBoard(msg.bundle) {
			m.update(msg.bundle)
		}
	case acted:
		m.told(msg)
	case resulted:
		m.clearDue()
		if long, ok := m.longResult(msg); ok {
			m.results = append(m.results, long)
			break
		}
		m.transcript.Draw("", func() string { return m.painter.Result(msg.count, msg.bundle) }, m.kept(msg.bundle, m.painter.Out(msg.count)+"\n"))
	case erred:
		m.transcript.Show("", m.painter.Error(msg.text))
	case cleared:
		m.clearing = true
		if !msg.wait {
			m.clearDue()
		}
	case asked:
		m.question, m.phase = msg, input
	default:
		return
	}
	m.settle()
}

// clearDue takes away what a cell wanted to be cleared; what is already in the
// scrollback stays there.
func (m *model) clearDue() {
	if m.clearing {
		m.clearing = false
		m.transcript.Clear()
	}
}

// update redraws a live display. One that has left for the scrollback comes back
// below while its cell runs, and is a line of text afterwards.
func (m *model) update(b display.Bundle) {
	if m.transcript.Redraw(b.ID, m.drawn(b), m.kept(b, "")) {
		return
	}
	if m.phase != idle {
		m.transcript.Draw(b.ID, m.drawn(b), m.kept(b, ""))
		return
	}
	if line, ok := b.Metadata[display.LineKey].(string); ok && line != "" {
		m.print(m.painter.Wrap(line))
	}
}

// settle moves to the scrollback what can no longer change. Between cells, where
// only goroutines of earlier cells speak, that is every whole line.
func (m *model) settle() {
	for _, block := range m.transcript.Settled(m.height - 4) {
		m.print(m.painter.Wrap(block))
	}
}

// window is the part of the output that can still change, its newest lines first
// to be kept when the window is too small, and the boards below it.
func (m *model) window(rows int) []string {
	boards := m.boardLines(rows)
	rows -= len(boards)
	lines := m.transcript.View()
	for i, l := range lines {
		lines[i] = m.painter.Fit(l)
	}
	if len(lines) > rows {
		lines = lines[len(lines)-max(rows, 0):]
	}
	return append(lines, boards...)
}
