package style

import (
	"testing"

	"github.com/charmbracelet/colorprofile"
)

func TestRender(t *testing.T) {
	for _, c := range []struct {
		style    Style
		in, want string
	}{
		{"", "a", "a"}, {"1", "", ""}, {"1", "a", "\x1b[1ma\x1b[m"}, {"1", "a\n\nb", "\x1b[1ma\x1b[m\n\n\x1b[1mb\x1b[m"},
	} {
		if got := c.style.Render(c.in); got != c.want {
			t.Errorf("%q in %q: %q", c.in, c.style, got)
		}
	}
	if got := Style("1").And("4"); got != "1;4" {
		t.Errorf("joined %q", got)
	}
	if got := Style("").And("4"); got != "4" {
		t.Errorf("joined with nothing %q", got)
	}
}

func TestThemesOnTerminals(t *testing.T) {
	full := For(true)
	for p, want := range map[colorprofile.Profile][3]Style{
		colorprofile.TrueColor: {full.In, full.Selected, full.Match}, colorprofile.ANSI256: {full.In, full.Selected, full.Match},
		colorprofile.ANSI: {"1;94", "100", "1;4"}, colorprofile.ASCII: {"1", "7", "1;4"},
	} {
		if got := full.On(p); got.In != want[0] || got.Selected != want[1] || got.Match != want[2] {
			t.Errorf("%v: %q %q %q, want %q", p, got.In, got.Selected, got.Match, want)
		}
	}
	if s := For(true).On(colorprofile.ASCII).Muted.Render("x"); s != "x" {
		t.Errorf("%q", s)
	}
}

// A theme without one of its colours would make text vanish into its ground.
func TestThemesAreWhole(t *testing.T) {
	for _, theme := range []Theme{For(true), For(false)} {
		for _, s := range []Style{theme.In, theme.Out, theme.More, theme.Busy, theme.Muted, theme.Error, theme.Title, theme.Selected, theme.Selection,
			theme.Match, theme.Keyword, theme.Type, theme.Func, theme.Text, theme.Number, theme.Remark, theme.Constant} {
			if s == "" {
				t.Errorf("a colour is missing in %+v", theme)
			}
		}
	}
	if For(true) == For(false) {
		t.Error("dark is light")
	}
}
