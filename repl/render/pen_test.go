package render

import (
	"strings"
	"testing"

	"graft/repl/editor"
)

// Colours of a program go on until it ends them, or its cell ends; every line that
// is drawn stands for itself.
func TestColoursGoOn(t *testing.T) {
	var tr Transcript
	var got []string
	for _, text := range []string{"\x1b[31mred\nalso\n", "more\n", "\x1b[4mand lined\n", "\x1b[mplain\n", "\x1b[1;32m", "half"} {
		tr.Write(text)
		got = append(got, tr.Settled(10)...)
	}
	if view := tr.View(); len(view) != 1 || view[0] != "\x1b[1;32mhalf\x1b[m" {
		t.Errorf("view %q", view)
	}
	got = append(got, tr.Rest()...)
	tr.Write("the next cell\n")
	got = append(got, tr.Rest()...)
	want := "\x1b[31mred\x1b[m|\x1b[31malso\x1b[m|\x1b[31mmore\x1b[m|\x1b[31m\x1b[4mand lined\x1b[m|\x1b[4;31m\x1b[mplain|\x1b[1;32mhalf\x1b[m|the next cell"
	if s := strings.ReplaceAll(strings.Join(got, "|"), "\n", "|"); s != want {
		t.Errorf("%q\nwant %q", s, want)
	}
}

// Output is folded and cut by the widths that the terminal has.
func TestWidthsOfJoinedCharacters(t *testing.T) {
	const scientists = "👩‍🔬👩‍🔬👩‍🔬"
	for _, c := range []struct {
		measure editor.Measure
		width   int
		wrapped string
		cut     string
	}{
		{editor.ByCluster, 4, "👩‍🔬👩‍🔬\n👩‍🔬", "👩‍🔬…\x1b[m"},
		{editor.ByRune, 8, "👩‍🔬👩‍🔬\n👩‍🔬", "👩‍🔬…\x1b[m"},
		{editor.ByCluster, 6, scientists, scientists},
	} {
		p := Painter{Width: c.width, Measure: c.measure}
		if got := p.Wrap(scientists); got != c.wrapped {
			t.Errorf("%d: %q, want %q", c.width, got, c.wrapped)
		}
		if got := p.Fit(scientists); got != c.cut {
			t.Errorf("%d: %q, want %q", c.width, got, c.cut)
		}
	}
}
