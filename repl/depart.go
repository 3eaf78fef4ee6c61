package repl

import (
	tea "charm.land/bubbletea/v2"
)

// farewell is what leaving does.
func (m *model) farewell() string {
	switch n := len(m.boards.list); n {
	case 0:
		return "leave"
	case 1:
		return "leave; the fit stops, and Resume goes on with it"
	default:
		return "leave; " + plural(n, "fit") + " stop, and Resume goes on with them"
	}
}

// end leaves once everything is printed, also what waits behind the pager.
func (m *model) end() {
	m.closePager()
	m.leave()
}

// depart leaves when everything that is at work has come to a good end, or at once
// when it is asked for again.
func (m *model) depart(k string) tea.Cmd {
	if len(m.boards.list) == 0 || m.boards.leaving {
		m.end()
		return nil
	}
	m.boards.leaving = true
	m.hint = "waiting for the running step; " + k + " again leaves at once"
	var stops []tea.Cmd
	for _, b := range m.boards.list {
		for _, a := range ends(b.bundle) {
			stops = append(stops, act(b, a, ""))
		}
	}
	return tea.Batch(stops...)
}
