package render

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"

	"graft/internal/goldentest"
	"graft/lib/display"
	"graft/lib/plot"
	"graft/repl/editor/syntax"
	"graft/repl/style"
)

func painter(p colorprofile.Profile) Painter {
	return Painter{Width: 40, Theme: style.For(true), Profile: p}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	goldentest.Equal(t, "testdata/"+name, strings.ReplaceAll(got, "\x1b", "␛")+"\n")
}

const source = "// sum adds\nfunc sum[T int | float64](xs ...T) (s T) {\n\tfor _, x := range xs {\n\t\ts += x + 0x1f\n\t}\n\treturn min(s, nil, \"写\\n\", 'x') // 1 `\n}"

func TestCell(t *testing.T) {
	golden(t, "cell.ansi", painter(colorprofile.ANSI256).Cell(source, In(12)))
	golden(t, "cell-narrow.txt", Painter{Width: 12}.Cell(source, In(12)))
	golden(t, "error.ansi", painter(colorprofile.ANSI256).Error("cell[2]:1:6: undefined: nope\ny := nope()\n     ^^^^\n\tf at cell[1]:2:3"))
}

func TestLongCommentsAreFoldedBetweenWords(t *testing.T) {
	got := Painter{Width: 40}.Cell("// the quick brown fox jumps over the lazy dog\nx // the quick brown fox jumps over\n//", In(1))
	want := "In [1]: // the quick brown fox jumps\n   ...: // over the lazy dog\n   ...: x // the quick brown fox jumps o\n        ver\n   ...: //"
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// Source that is half typed has colours too, and never fails.
func TestUnfinishedSource(t *testing.T) {
	for _, src := range []string{"\"abc", "`abc\n", "/* x", "'", "x := 0x", "\x00", "func (", "a \\ b", "\ufeffx"} {
		end := 0
		for _, s := range Source(src, syntax.Code, style.For(false)) {
			if s.Start < end || s.End > len(src) || s.Start >= s.End {
				t.Errorf("%q: span %v after %d", src, s, end)
			}
			end = s.End
		}
	}
	if spans := Source("`abc\ndef", syntax.Code, style.For(true)); len(spans) != 1 || spans[0].End != 8 {
		t.Errorf("raw string: %v", spans)
	}
}

// A part of a text that begins inside a string or a comment is coloured as such.
func TestSourceFromTheMiddle(t *testing.T) {
	theme := style.For(true)
	for src, want := range map[string]string{"a` + 1": "[{0 2 T false} {5 6 N false}]", "*/ var": "[{0 2 R false} {3 6 K false}]", "x y": "[{0 3 R false}]", "`": "[{0 1 T false}]"} {
		kind := syntax.Raw
		if !strings.Contains(src, "`") {
			kind = syntax.Block
		}
		got := fmt.Sprint(Source(src, kind, theme))
		got = strings.NewReplacer(string(theme.Text)+" ", "T ", string(theme.Number)+" ", "N ", string(theme.Remark)+" ", "R ", string(theme.Keyword)+" ", "K ").Replace(got)
		if got != want {
			t.Errorf("%q: %s, want %s", src, got, want)
		}
	}
}

func TestLongCellsAreCut(t *testing.T) {
	got := strings.Split(Painter{Width: 40}.Cell(strings.Repeat("x\n", 1000), In(1)), "\n")
	if len(got) != cellLines+1 || got[cellLines] != "… and 600 more lines (1199 bytes)" {
		t.Errorf("%d lines, the last %q", len(got), got[len(got)-1])
	}
	if got := (Painter{Width: 40}).Cell(strings.Repeat("写", cellBytes), In(1)); len(got) > 3*cellBytes || !strings.HasSuffix(got, "bytes)") {
		t.Errorf("%d bytes that end in %q", len(got), got[len(got)-40:])
	}
}

func TestBundle(t *testing.T) {
	rich := plot.Bars{Labels: []string{"a"}, Values: []float64{2}}.Display()
	if s := painter(colorprofile.ANSI256).Bundle(rich); !strings.Contains(s, "█") {
		t.Errorf("no terminal form: %q", s)
	}
	if s := painter(colorprofile.ASCII).Bundle(rich); strings.Contains(s, "\x1b") || !strings.Contains(s, "█") {
		t.Errorf("NO_COLOR: %q", s)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 4, 4))); err != nil {
		t.Fatal(err)
	}
	picture := display.Bundle{Data: map[string]any{display.PNG: b.Bytes(), display.Text: "<image>"}}
	if s := painter(colorprofile.TrueColor).Bundle(picture); strings.Count(s, "▀")%4 != 0 || !strings.Contains(s, "48;2;0;0;0") {
		t.Errorf("picture: %q", s)
	}
	if s := painter(colorprofile.NoTTY).Bundle(picture); s != "<image>" {
		t.Errorf("picture without colours: %q", s)
	}
	page := display.Bundle{Data: map[string]any{display.HTML: "<style>p{}</style><p>a &lt; b</p><table><tr><td>1</td><td>2</td></tr></table>"}}
	if s := painter(colorprofile.ASCII).Bundle(page); s != "a < b\n1  2" {
		t.Errorf("page: %q", s)
	}
	if s := (Painter{}).Bundle(display.Bundle{Data: map[string]any{display.SVG: "<svg/>"}}); s != "(image/svg+xml: nothing a terminal can show)" {
		t.Errorf("no form: %q", s)
	}
}

func TestResult(t *testing.T) {
	p := Painter{Width: 20}
	for value, want := range map[string]string{"42": "Out[3]: 42", "a\nb": "Out[3]:\na\nb", "a value too long for it": "Out[3]:\na value too long for\n it"} {
		if got := p.Result(3, display.Plain(value)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestFitCutsWideLines(t *testing.T) {
	p := Painter{Width: 6}
	if got := p.Fit("写真写真\nabcdef"); got != "写真…\x1b[m\nabcdef" {
		t.Errorf("%q", got)
	}
}

func TestSanitize(t *testing.T) {
	for in, want := range map[string]string{
		"plain 写": "plain 写", "\x1b[31mred\x1b[0m": "\x1b[31mred\x1b[0m", "a\x1b[2J\x1b]0;t\x07b": "ab",
		"10%\r50%\r100%": "100%", "line\r\nnext": "line\nnext", "a\tb": "a       b", "bad\xff": "bad\ufffd", "e\u0301\x07": "e\u0301", "\x1b[?25l\x1b[>1m": "",
	} {
		if got := Sanitize(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestTranscript(t *testing.T) {
	var tr Transcript
	check := func(what string, got []string, want ...string) {
		t.Helper()
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
	tr.Write("a\nb")
	check("whole lines settle", tr.Settled(9), "a")
	tr.Write("ar\r100%\rdone")
	check("a bar overwrites itself", tr.View(), "done")
	tr.Show("x", "live 1")
	tr.Write("after\n")
	check("what a live display is under settles", tr.Settled(9), "done")
	tr.Redraw("x", func() string { return "live 2\nrow" }, nil)
	check("view", tr.View(), "live 2", "row", "after")
	check("too high", tr.Settled(2), "live 2\nrow", "after")
	if tr.Redraw("x", func() string { return "live 3" }, nil) {
		t.Error("updated what has left")
	}
	tr.Show("y", "end")
	tr.Write("tail")
	check("rest", tr.Rest(), "end", "tail")
	check("empty", tr.Rest())
	long := strings.Repeat("写", 1<<20)
	tr.Write(long)
	if view := tr.View(); len(view) != 1 || len(view[0]) > 1<<20 || !strings.HasPrefix(long, view[0][:1<<10]) {
		t.Errorf("%d bytes of a line that no window holds are drawn again and again", len(view[0]))
	}
	check("all of it is kept", tr.Rest(), long)
}
