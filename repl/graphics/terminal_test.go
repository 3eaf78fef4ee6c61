package graphics

import (
	"image"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for k, name := range kindNames {
		if got, err := Parse(strings.ToUpper(name) + " "); err != nil || got != Kind(k) {
			t.Errorf("%s: %v %v", name, got, err)
		}
	}
	if got, err := Parse(""); err != nil || got != Auto {
		t.Errorf("nothing: %v %v", got, err)
	}
	_, err := Parse("sixels")
	if want := `graphics: unknown pictures "sixels" (did you mean "sixel"?): kitty, sixel, blocks, braille, text or auto`; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// env is an environment "NAME=value NAME=value".
func env(s string) func(string) string {
	vars := map[string]string{}
	for _, pair := range strings.Fields(s) {
		k, v, _ := strings.Cut(pair, "=")
		vars[k] = v
	}
	return func(name string) string { return vars[name] }
}

func TestBest(t *testing.T) {
	cell := image.Pt(9, 18)
	for name, c := range map[string]struct {
		env          string
		t            Terminal
		want         Kind
		placeholders bool
	}{
		"kitty":                {"TERM=xterm-kitty LANG=en_US.UTF-8", Terminal{Kitty: true, Attributes: []int{62}, Version: "kitty(0.36.4)", CellReply: cell}, Kitty, true},
		"kitty of old":         {"TERM=xterm-kitty", Terminal{Kitty: true, Attributes: []int{62}, Version: "kitty(0.26.5)", CellReply: cell}, Kitty, false},
		"ghostty":              {"TERM=xterm-ghostty", Terminal{Kitty: true, Attributes: []int{62, 22}, Version: "ghostty 1.2.0", CellReply: cell}, Kitty, true},
		"WezTerm":              {"TERM=xterm-256color", Terminal{Kitty: true, Attributes: []int{65, 4, 6}, Version: "WezTerm 20240203", CellReply: cell}, Kitty, false},
		"Konsole":              {"TERM=xterm-256color", Terminal{Kitty: true, Attributes: []int{62, 1, 4}, Version: "Konsole 24.12", CellReply: cell}, Sixel, false},
		"foot":                 {"TERM=foot", Terminal{Attributes: []int{62, 4, 22}, Version: "foot(1.16.2)", CellReply: cell}, Sixel, false},
		"xterm by the system":  {"TERM=xterm", Terminal{Attributes: []int{63, 1, 2, 4, 6}, CellKnown: cell}, Sixel, false},
		"no size of cells":     {"TERM=xterm", Terminal{Attributes: []int{63, 4}}, Blocks, false},
		"absurd size of cells": {"TERM=xterm", Terminal{Attributes: []int{63, 4}, CellReply: image.Pt(1, 0)}, Blocks, false},
		"alacritty":            {"TERM=alacritty", Terminal{Attributes: []int{6}, CellReply: cell}, Blocks, false},
		"no reply yet":         {"TERM=xterm-kitty", Terminal{CellKnown: cell}, Blocks, false},
		"tmux that may":        {"TERM=tmux-256color TMUX=/tmp/tmux", Terminal{Attributes: []int{1, 2, 4}, CellReply: cell, Outer: []string{"256", "sixel"}}, Sixel, true},
		"tmux that lies":       {"TERM=tmux-256color TMUX=/tmp/tmux", Terminal{Attributes: []int{1, 2, 4}, CellReply: cell, Outer: []string{"256", "RGB"}}, Blocks, true},
		"tmux unasked":         {"TERM=tmux-256color TMUX=/tmp/tmux", Terminal{Attributes: []int{1, 2, 4}, CellReply: cell}, Blocks, true},
		"ASCII":                {"TERM=xterm-kitty LC_ALL=C LANG=en_US.UTF-8", Terminal{Kitty: true, Attributes: []int{62}, CellReply: cell}, Text, false},
		"Latin 1":              {"TERM=xterm LANG=de_DE.ISO-8859-1", Terminal{Attributes: []int{62}}, Text, false},
		"C.utf8":               {"TERM=xterm LC_CTYPE=C.utf8", Terminal{Attributes: []int{62}}, Blocks, false},
	} {
		c.t.Getenv, c.t.Colours = env(c.env), 256
		if got := c.t.Best(); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		if got := c.t.Placeholders(); got != c.placeholders {
			t.Errorf("%s: placeholders %v", name, got)
		}
	}
}

func TestBestWithFewColours(t *testing.T) {
	for colours, want := range map[int]Kind{0: Braille, 16: Braille, 256: Blocks, 1 << 24: Blocks} {
		if got := (Terminal{Getenv: env(""), Colours: colours}).Best(); got != want {
			t.Errorf("%d colours: %v, want %v", colours, got, want)
		}
	}
	sixel := Terminal{Getenv: env(""), Attributes: []int{62, 4}, CellReply: image.Pt(9, 18)}
	if got := sixel.Best(); got != Braille {
		t.Errorf("NO_COLOR: %v, want braille", got)
	}
}

// tmux takes a command of kitty's for the title of its window.
func TestQuery(t *testing.T) {
	for e, want := range map[string]bool{
		"TERM=xterm-256color": true, "TERM=tmux-256color TMUX=x": true, "TERM=screen-256color TMUX=x": true,
		"TERM=screen STY=1": false, "TERM=screen.xterm": false, "TERM=xterm-256color TERM_PROGRAM=Apple_Terminal": false,
		"TERM=dumb": false, "TERM=linux": false, "TERM=eterm-color": false, "TERM=xterm INSIDE_EMACS=29,vterm": false,
	} {
		q := Terminal{Getenv: env(e)}.Query()
		if got := strings.HasSuffix(q, "\x1b[c"); got != want || (q != "") != want {
			t.Errorf("%s: %q", e, q)
		}
		if got := strings.Contains(q, "\x1b_G"); got != (want && !strings.Contains(e, "TMUX")) {
			t.Errorf("%s: %q", e, q)
		}
	}
}
