package repl

import (
	"fmt"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"graft/repl/style"
)

// settings are what commands may change in this front end: each takes a value that
// the command has checked, or none, and returns what it is then.
var settings = map[string]func(m *model, value string) (now string, cmd tea.Cmd, err error){
	"theme":    (*model).setTheme,
	"pager":    (*model).setPager,
	"keys":     (*model).setKeys,
	"pictures": (*model).setPictures,
}

// set answers a command.
func (m *model) set(s setting) tea.Cmd {
	change, known := settings[s.name]
	if !known {
		s.reply("", fmt.Errorf("repl: this terminal has no %s", s.name))
		return nil
	}
	now, cmd, err := change(m, s.value)
	s.reply(now, err)
	return cmd
}

// tint is what colours the terminal has and what the user wants of them.
type tint struct {
	want    string // auto, dark, light or none; empty is auto
	dark    bool   // the ground of the terminal
	profile colorprofile.Profile
}

func (m *model) setTheme(value string) (string, tea.Cmd, error) {
	if value != "" {
		m.tint.want = value
		m.colour()
	}
	if m.tint.want == "" {
		return "auto", nil, nil
	}
	return m.tint.want, nil, nil
}

// colour chooses theme and profile.
func (m *model) colour() {
	c := m.tint
	dark := c.dark
	if c.want == "dark" || c.want == "light" {
		dark = c.want == "dark"
	}
	m.painter.Profile = c.profile
	if c.want == "none" {
		m.painter.Profile = min(c.profile, colorprofile.ASCII)
	}
	m.painter.Theme = style.For(dark).On(m.painter.Profile)
	m.choosePictures()
}
