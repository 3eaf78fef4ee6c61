package repl

import (
	"fmt"

	"github.com/charmbracelet/colorprofile"

	"graft/repl/style"
)

// settings are what commands may change in this front end: each takes a value that
// the command has checked, or none, and returns what it is then.
var settings = map[string]func(m *model, value string) (now string, err error){
	"theme": (*model).setTheme,
}

// set answers a command.
func (m *model) set(s setting) {
	change, known := settings[s.name]
	if !known {
		s.reply("", fmt.Errorf("repl: this terminal has no %s", s.name))
		return
	}
	s.reply(change(m, s.value))
}

// colours are what the terminal has and what the user wants of it.
type colours struct {
	want    string // auto, dark, light or none; empty is auto
	dark    bool   // the ground of the terminal
	profile colorprofile.Profile
}

func (m *model) setTheme(value string) (string, error) {
	if value != "" {
		m.colours.want = value
		m.colour()
	}
	if m.colours.want == "" {
		return "auto", nil
	}
	return m.colours.want, nil
}

// colour chooses theme and profile.
func (m *model) colour() {
	c := m.colours
	dark := c.dark
	if c.want == "dark" || c.want == "light" {
		dark = c.want == "dark"
	}
	m.painter.Theme, m.painter.Profile = style.For(dark), c.profile
	if c.want == "none" {
		m.painter.Profile = min(c.profile, colorprofile.ASCII)
	}
}
