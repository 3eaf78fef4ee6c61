package render

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

// The carets of an error stay below what they mean in windows that the line does
// not fit into, wide characters and tabs included.
func TestCaretsOfLongLines(t *testing.T) {
	for _, c := range []struct{ before, fault, after string }{
		{"x := ", "nope", " + " + strings.Repeat("y", 60)},
		{strings.Repeat("a + ", 20), "nope", ""},
		{strings.Repeat("写", 31) + " + ", "nope", strings.Repeat("真", 30)},
		{strings.Repeat("é🚀", 23), "写真", " + 1"},
		{"\t\tif ", "nope", strings.Repeat(" && true", 9)},
		{"\t" + strings.Repeat("写", 25), "nope", ""},
		{strings.Repeat("b", 70), strings.Repeat("c", 70), "d"},
	} {
		pad := strings.Repeat(" ", ansi.StringWidthWc(strings.ReplaceAll(c.before, "\t", "")))
		tabs := strings.Repeat("\t", strings.Count(c.before, "\t"))
		text := "cell[1]:1:1: bad\n" + c.before + c.fault + c.after + "\n" + tabs + pad + strings.Repeat("^", ansi.StringWidthWc(c.fault))
		for _, width := range []int{20, 40, 41, 80} {
			lines := strings.Split(ansi.Strip(Painter{Width: width}.Error(text)), "\n")
			if len(lines) != 3 {
				t.Errorf("%q in %d: %q", c.before, width, lines)
				continue
			}
			at := strings.IndexByte(lines[2], '^')
			n := strings.Count(lines[2], "^")
			above := ansi.TruncateLeftWc(ansi.TruncateWc(lines[1], at+n, ""), at, "")
			if want := ansi.TruncateWc(c.fault, n, ""); above != want && strings.TrimSuffix(above, "…") != strings.TrimSuffix(want, "c") {
				t.Errorf("%q in %d: carets below %q\n%s\n%s", c.before, width, above, lines[1], lines[2])
			}
		}
	}
}

func TestLongMessagesAreFoldedBetweenWords(t *testing.T) {
	got := ansi.Strip(Painter{Width: 20}.Error("cell[1]:1:1: undefined: nope in a long message"))
	if want := "cell[1]:1:1:\nundefined: nope in a\nlong message"; got != want {
		t.Errorf("%q", got)
	}
}

const doc = `Fit trains for some epochs. It says what is frozen and goes on until a long line has to be folded somewhere.

# What it does

First the frozen part, see [Plan] and [go doc].

  - one that is long enough to be folded in a narrow window, behind its mark
  - two

Then

 1. first
 2. second

For example:

	m.Fit(5) // five epochs
	if err != nil {

The end: https://go.dev and "写真".

[go doc]: https://go.dev/doc`

func TestHelp(t *testing.T) {
	h := Help{Signature: "func (m *Image) Fit(epochs int, opts ...Option) error", Doc: doc, Source: "func (m *Image) Fit(epochs int) error {\n\treturn nil\n}"}
	golden(t, "help.ansi", painter(colorprofile.ANSI256).Help(h))
	var b strings.Builder
	for _, width := range []int{20, 40, 120} {
		p := Painter{Width: width, Profile: colorprofile.NoTTY}
		text := p.Help(h)
		fmt.Fprintf(&b, "== %d\n%s\n", width, text)
		for line := range strings.SplitSeq(text, "\n") {
			if ansi.StringWidthWc(line) > width {
				t.Errorf("%d cells in %d: %q", ansi.StringWidthWc(line), width, line)
			}
		}
	}
	golden(t, "help.txt", b.String())
	if s := Summary("Those of [train.Trainer.Fit] and [Fit], a[0] is none."); s != "Those of train.Trainer.Fit and Fit, a[0] is none." {
		t.Errorf("%q", s)
	}
	if s := Summary("#not\n\nhead words\nand more\n\nnext"); s != "#not" {
		t.Errorf("%q", s)
	}
	if s := Summary("\tcode\n\n# Title\n\nwords \x1b[2J[Fit] go"); s != "words Fit go" {
		t.Errorf("%q", s)
	}
}

func TestHang(t *testing.T) {
	p := Painter{Width: 30}
	for in, want := range map[string]string{
		"short  line": "short  line",
		":load FILE   run the cells of a file now":         ":load FILE   run the cells of\n             a file now",
		":checkpoints [resume]  the fits that did not end": ":checkpoints [resume]\n    the fits that did not end",
		"    indented words that are too long for it":      "    indented words that are\n    too long for it",
		"  ↑      line above, then older ones":             "  ↑      line above, then\n         older ones",
		"words alone that are too long for the line":       "words alone that are too long\nfor the line",
	} {
		if got := p.Hang(in); got != want {
			t.Errorf("%q:\n%s\nwant\n%s", in, got, want)
		}
	}
}
