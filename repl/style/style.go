// Package style holds every colour of the terminal front end, one set for dark
// and one for light grounds, as opposed to package render, which says what is
// drawn in them. Colours are of the 256-colour palette; terminals with fewer get
// the nearest, those with none bold and underline only.
//
//	theme := style.For(dark)
//	theme.Keyword.Render("func")
package style

import "strings"

// Style is the parameters of one SGR sequence, such as "1;38;5;36"; empty for
// text as it is.
type Style string

// Render sets s in the style. Line breaks are kept out of the sequences.
func (s Style) Render(text string) string {
	if s == "" || text == "" {
		return text
	}
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if l != "" {
			lines[i] = "\x1b[" + string(s) + "m" + l + "\x1b[m"
		}
	}
	return strings.Join(lines, "\n")
}

// And joins two styles; later parameters win.
func (s Style) And(other Style) Style {
	if s == "" || other == "" {
		return s + other
	}
	return s + ";" + other
}

// Theme gives each role on the screen its style.
type Theme struct {
	In, Out, More, Busy  Style // prompts: of cells, of results, of further lines, while running
	Muted, Error, Title  Style
	Selected             Style // row of a menu
	Selection            Style // selected text
	Match                Style // bracket that belongs to the one at the cursor, text that was searched for
	Keyword, Type, Func  Style
	Text, Number, Remark Style // literals and comments
	Constant             Style
}

var dark = Theme{
	In: "1;38;5;75", Out: "38;5;208", More: "38;5;240", Busy: "38;5;75",
	Muted: "38;5;245", Error: "1;38;5;203", Title: "1",
	Selected: "48;5;238", Selection: "48;5;24", Match: "1;4",
	Keyword: "38;5;176", Type: "38;5;79", Func: "38;5;111",
	Text: "38;5;150", Number: "38;5;215", Remark: "3;38;5;245", Constant: "38;5;215",
}

var light = Theme{
	In: "1;38;5;25", Out: "38;5;130", More: "38;5;250", Busy: "38;5;25",
	Muted: "38;5;242", Error: "1;38;5;124", Title: "1",
	Selected: "48;5;253", Selection: "48;5;153", Match: "1;4",
	Keyword: "38;5;91", Type: "38;5;29", Func: "38;5;26",
	Text: "38;5;64", Number: "38;5;130", Remark: "3;38;5;242", Constant: "38;5;130",
}

// For returns the theme for a dark or a light ground.
func For(isDark bool) Theme {
	if isDark {
		return dark
	}
	return light
}
