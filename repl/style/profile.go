package style

import (
	"reflect"
	"strings"

	"github.com/charmbracelet/colorprofile"
)

// reverse stands for a ground of its own where there are no colours.
const reverse Style = "7"

// On returns the theme in the colours that a terminal has: the nearest ones, or none
// at all, where bold, underlined and reversed text still tell.
func (t Theme) On(p colorprofile.Profile) Theme {
	roles := reflect.ValueOf(&t).Elem()
	for i := range roles.NumField() {
		role := roles.Field(i)
		role.SetString(string(Style(role.String()).on(p)))
	}
	for _, ground := range []*Style{&t.Selected, &t.Selection} {
		if *ground == "" {
			*ground = reverse
		}
	}
	return t
}

func (s Style) on(p colorprofile.Profile) Style {
	if s == "" || p == colorprofile.TrueColor {
		return s
	}
	var b strings.Builder
	w := colorprofile.Writer{Forward: &b, Profile: p}
	if _, err := w.WriteString("\x1b[" + string(s) + "m"); err != nil {
		return "" // a builder does not fail
	}
	return Style(strings.TrimSuffix(strings.TrimPrefix(b.String(), "\x1b["), "m"))
}
