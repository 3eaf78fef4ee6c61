package graphics

import (
	"image"
	"os"
	"slices"
	"strings"
)

// Terminal is what is known of a terminal: its environment, and its replies so far.
type Terminal struct {
	// Getenv returns a variable of the environment; nil means os.Getenv.
	Getenv func(string) string
	// Colours is the number of colours of text, 0 for none.
	Colours int

	Kitty      bool   // it replied to a query in kitty's protocol
	Attributes []int  // its primary device attributes (DA1)
	Version    string // its name and version (XTVERSION), such as "kitty(0.36.4)"
	// Outer holds the features of the terminal that tmux runs in, where this one is
	// tmux; nil as long as nobody has asked.
	Outer []string

	CellReply image.Point // size of a cell in pixels, as the terminal has replied
	CellKnown image.Point // the same as the operating system tells it
}

// sixelAttribute is the device attribute of sixel graphics.
const sixelAttribute = 4

// CellQuery asks for the size of a cell, and for that of all cells together, in pixels.
const CellQuery = "\x1b[16t\x1b[14t"

// Query is what asks the terminal for its name, the size of a cell, and its graphics;
// empty for one that should not be asked. The last question is one that every
// terminal answers: it is the fence behind which no more replies come.
func (t Terminal) Query() string {
	const name, kitty, attributes = "\x1b[>q", "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\", "\x1b[c"
	switch {
	case !t.polite():
		return ""
	case t.Tmux(): // it would take kitty's question for the title of the window
		return name + CellQuery + attributes
	}
	return name + CellQuery + kitty + attributes
}

// polite reports whether the terminal may be asked. Some print questions that they do
// not understand: Terminal.app and the consoles of Linux and Emacs do it with
// kitty's. GNU screen answers for itself and shows no pixels.
func (t Terminal) polite() bool {
	term := t.env("TERM")
	switch {
	case t.env("TERM_PROGRAM") == "Apple_Terminal", t.env("INSIDE_EMACS") != "", t.env("STY") != "":
		return false
	case term == "dumb", term == "linux", strings.HasPrefix(term, "eterm"), strings.HasPrefix(term, "cons"):
		return false
	}
	return !strings.HasPrefix(term, "screen") || t.Tmux()
}

func (t Terminal) env(name string) string {
	if t.Getenv == nil {
		return os.Getenv(name)
	}
	return t.Getenv(name)
}

// Tmux reports whether the terminal is tmux.
func (t Terminal) Tmux() bool { return t.env("TMUX") != "" }

// Cell is the size of a cell in pixels, zero if nobody knows.
func (t Terminal) Cell() image.Point {
	for _, p := range []image.Point{t.CellReply, t.CellKnown} {
		if p.X >= 2 && p.Y >= 4 && p.X <= 200 && p.Y <= 400 {
			return p
		}
	}
	return image.Point{}
}

// Best is the best kind that the terminal is known to show.
func (t Terminal) Best() Kind {
	switch {
	case !t.unicode():
		return Text
	case t.Colours == 0:
		return Braille // pixels would have colour
	case t.Cell() == image.Point{}: // a picture of unknown height damages the screen
	case t.Kitty && !t.Tmux() && !t.prefersSixel():
		return Kitty
	case t.sixel():
		return Sixel
	}
	if t.Colours < 256 {
		return Braille
	}
	return Blocks
}

// sixel reports whether the terminal shows sixels. A tmux that was built with them says
// so wherever it runs, and writes "SIXEL IMAGE" on terminals that have none.
func (t Terminal) sixel() bool {
	if !slices.Contains(t.Attributes, sixelAttribute) {
		return false
	}
	return !t.Tmux() || slices.Contains(t.Outer, "sixel")
}

// prefersSixel is true of terminals that reply to kitty's query and then lose
// pictures when lines are inserted or the window scrolls.
func (t Terminal) prefersSixel() bool {
	return strings.HasPrefix(t.Version, "Konsole") && t.sixel()
}

// Placeholders reports whether kitty's pictures can be part of the text, so that they
// move with it.
func (t Terminal) Placeholders() bool {
	v := strings.ToLower(t.Version)
	return strings.HasPrefix(v, "kitty") && !kittyBefore28(v) || strings.HasPrefix(v, "ghostty") || t.Tmux()
}

// kittyBefore28 is true of "kitty(0.27.1)" and older: placeholders came with 0.28.
func kittyBefore28(version string) bool {
	_, number, _ := strings.Cut(version, "(0.")
	minor, _, _ := strings.Cut(number, ".")
	return len(minor) == 1 || len(minor) == 2 && minor < "28"
}

// unicode reports whether the locale has more than ASCII. Where none is set, as in
// many containers, the terminal has; a locale that says otherwise is believed.
func (t Terminal) unicode() bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := strings.ToLower(t.env(name)); v != "" {
			return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8")
		}
	}
	return true
}
