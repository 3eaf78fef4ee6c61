package editor

import (
	"fmt"
	"strings"
	"testing"

	"graft/internal/goldentest"
)

// with returns an editor of s, whose cursor is where s has a bar.
func with(s string) *Editor {
	var e Editor
	before, after, _ := strings.Cut(s, "|")
	e.Insert(before + after)
	e.move(len(before))
	return &e
}

func marked(e *Editor) string { return e.Before() + "|" + e.After() }

func TestKeys(t *testing.T) {
	for _, c := range []struct {
		name, from string
		do         func(*Editor)
		want       string
	}{
		{"left over a wide character", "写真|x", (*Editor).Left, "写|真x"},
		{"left over an accent of its own", "e\u0301|x", (*Editor).Left, "|e\u0301x"},
		{"left over a joined emoji", "a👩‍🔬|", (*Editor).Left, "a|👩‍🔬"},
		{"left over a line end", "a\n|b", (*Editor).Left, "a|\nb"},
		{"left at the start", "|a", (*Editor).Left, "|a"},
		{"right over a flag", "|🇩🇪🇫🇷", (*Editor).Right, "🇩🇪|🇫🇷"},
		{"right at the end", "a|", (*Editor).Right, "a|"},
		{"backspace takes a whole character", "写👩‍🔬|x", (*Editor).Backspace, "写|x"},
		{"backspace joins lines", "a\n|b", (*Editor).Backspace, "a|b"},
		{"backspace at the start", "|a", (*Editor).Backspace, "|a"},
		{"delete", "a|é\u0301b", (*Editor).Delete, "a|b"},
		{"delete at the end", "a|", (*Editor).Delete, "a|"},
		{"home", "a\nbc|d", (*Editor).Home, "a\n|bcd"},
		{"home goes to the first character", "\tab|c", (*Editor).Home, "\t|abc"},
		{"home from there goes to the start", "\t|abc", (*Editor).Home, "|\tabc"},
		{"home from blanks", "|\tabc", (*Editor).Home, "\t|abc"},
		{"end", "a|b\nc", (*Editor).End, "ab|\nc"},
		{"top", "a\nb|", (*Editor).Top, "|a\nb"},
		{"bottom", "|a\nb", (*Editor).Bottom, "a\nb|"},
		{"word left", "foo.barBaz(|", (*Editor).WordLeft, "foo.|barBaz("},
		{"word right", "|  写真.x", (*Editor).WordRight, "  写真|.x"},
		{"kill to the end", "a|bc\nd", (*Editor).KillEnd, "a|\nd"},
		{"kill a line end", "a|\nd", (*Editor).KillEnd, "a|d"},
		{"kill to the start", "x\nab|c", (*Editor).KillStart, "x\n|c"},
		{"kill a word", "foo bar|", (*Editor).KillWordLeft, "foo |"},
		{"kill back to a blank", "a foo.bar( |", (*Editor).KillBlankLeft, "a |"},
		{"kill the next word", "foo| bar baz", (*Editor).KillWordRight, "foo| baz"},
		{"yank", "ab|c", func(e *Editor) { e.KillStart(); e.End(); e.Yank() }, "cab|"},
		{"undo typing as a whole", "", func(e *Editor) { e.Type("a"); e.Type("b"); e.Left(); e.Type("c"); e.Undo() }, "a|b"},
		{"undo does not take a paste and what was typed before", "", func(e *Editor) { e.Type("a"); e.Insert("b"); e.Undo() }, "a|"},
		{"undo takes a word at a time", "", func(e *Editor) { typeAll(e, "ab cd"); e.Undo() }, "ab|"},
		{"redo", "", func(e *Editor) { typeAll(e, "ab cd"); e.Undo(); e.Undo(); e.Redo(); e.Redo() }, "ab cd|"},
		{"a change ends redo", "", func(e *Editor) { e.Type("a"); e.Undo(); e.Type("b"); e.Redo() }, "b|"},
		{"a group is one undo", "a|", func(e *Editor) {
			e.Group()
			e.Insert("b")
			e.Backspace()
			e.Insert("c")
			e.Ungroup()
			e.Insert("d")
			e.Undo()
			e.Undo()
		}, "a|"},
		{"redo of a group", "a|", func(e *Editor) {
			e.Group()
			e.Insert("b")
			e.Insert("c")
			e.Ungroup()
			e.Undo()
			e.Redo()
		}, "abc|"},
		{"undo a deletion", "abc|", func(e *Editor) { e.KillStart(); e.Undo() }, "abc|"},
		{"undo with nothing to undo", "", func(e *Editor) { e.Undo() }, "|"},
		{"closing bracket moves out", "if x {\n\t\t|", func(e *Editor) { e.Type("}") }, "if x {\n\t}|"},
		{"closing bracket behind text stays", "\tf(|", func(e *Editor) { e.Type(")") }, "\tf()|"},
		{"replace", "fmt.Pr|x", func(e *Editor) { e.Replace(4, 6, "Println") }, "fmt.Println|x"},
		{"replace out of range", "ab|", func(e *Editor) { e.Replace(-3, 99, "x") }, "x|"},
		{"insert cleans", "|", func(e *Editor) { e.Insert("a\r\nb\rc\x1b[1m\x00\xff") }, "a\nb\nc[1m|"},
		{"an accent joins what is before", "e|x", func(e *Editor) { e.Insert("\u0301") }, "e\u0301|x"},
		{"up keeps the column in cells", "写真x\nab|c", func(e *Editor) { e.Up() }, "写|真x\nabc"},
		{"up and down keep the goal", "abcdef\nx\nabcd|ef", func(e *Editor) { e.Up(); e.Up() }, "abcd|ef\nx\nabcdef"},
		{"down", "ab|c\n\tx", func(e *Editor) { e.Down() }, "abc\n|\tx"},
		{"transpose", "a|bc", (*Editor).Transpose, "ba|c"},
		{"transpose at the end of a line", "ab写|\nc", (*Editor).Transpose, "a写b|\nc"},
		{"transpose at the start", "|ab", (*Editor).Transpose, "|ab"},
		{"transpose whole characters", "e\u0301|👩‍🔬", (*Editor).Transpose, "👩‍🔬e\u0301|"},
		{"capitals", "a |éCole x", (*Editor).UpperWord, "a ÉCOLE| x"},
		{"small letters", "|FOO.Bar", (*Editor).LowerWord, "foo|.Bar"},
		{"title", "| éCOLE x", (*Editor).TitleWord, " École| x"},
		{"case of a word that has it", "|foo bar", (*Editor).LowerWord, "foo| bar"},
		{"indent", "a\nb|c", (*Editor).IndentLines, "a\n\tb|c"},
		{"dedent", "\t\ta|b", (*Editor).DedentLines, "\ta|b"},
		{"dedent blanks", "      a|", (*Editor).DedentLines, "  a|"},
		{"dedent in the indentation", "|\ta", (*Editor).DedentLines, "|a"},
		{"dedent nothing", "a|b", (*Editor).DedentLines, "a|b"},
		{"comment", "\ta|b", (*Editor).Comment, "\t// a|b"},
		{"comment taken away", "\t// a|b", (*Editor).Comment, "\ta|b"},
		{"join", "a|b\n\t\tc", (*Editor).Join, "ab| c"},
		{"join in front of a bracket", "f(a|\n)", (*Editor).Join, "f(a|)"},
		{"join at the end", "a|", (*Editor).Join, "a|"},
	} {
		e := with(c.from)
		c.do(e)
		if got := marked(e); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func typeAll(e *Editor, s string) {
	for _, r := range s {
		e.Type(string(r))
	}
}

func TestUpAndDownInLinesOfMegabytes(t *testing.T) {
	long := strings.Repeat("写", 100000)
	e := with(long + "\nx\n" + long + "|")
	for _, want := range []int{len(long) + 2, len(long)} {
		if e.Up(); e.Cursor() != want {
			t.Errorf("up: at %d, want %d", e.Cursor(), want)
		}
	}
}

func TestUpAndDownStopAtTheEdges(t *testing.T) {
	if with("a|\nb").Up() || with("a\n|b").Down() || with("|").Up() {
		t.Error("moved beyond the text")
	}
	if !with("a\n|b").Up() || !with("a|\nb").Down() {
		t.Error("did not move")
	}
}

func TestHistory(t *testing.T) {
	h := NewHistory([]string{"x := 1", "y := 2", "", "y := 2", "x := 3\n"})
	if h.Len() != 3 {
		t.Fatalf("%d entries", h.Len())
	}
	e := with("x|")
	for i, want := range []string{"x := 3", "x := 1", "x := 1"} {
		if h.Older(e); e.Text() != want {
			t.Errorf("older %d: %q", i, e.Text())
		}
	}
	for i, want := range []string{"x := 3", "x", "x"} {
		if h.Newer(e); e.Text() != want {
			t.Errorf("newer %d: %q", i, e.Text())
		}
	}
	if s := h.Suggest("y "); s != ":= 2" {
		t.Errorf("suggestion %q", s)
	}
	h.Add("for {\n\tfmt.Println(1)\n}")
	for text, want := range map[string]string{"\t\tfmt": ".Println(1)", "fm": "", "for {": "", "x :=": " 3"} {
		if s := h.SuggestLine(text); s != want {
			t.Errorf("suggestion for the line %q: %q, want %q", text, s, want)
		}
	}
	h = NewHistory([]string{"x := 1", "y := 2", "x := 3"})
	f, ok := h.Search("X := ", h.Len(), -1)
	if !ok || f != (Found{"x := 3", 2, 0, 5}) {
		t.Errorf("found %+v %v", f, ok)
	}
	if f, ok = h.Search("1", f.At-1, -1); !ok || f != (Found{"x := 1", 0, 5, 6}) {
		t.Errorf("found older %+v %v", f, ok)
	}
	if f, ok = h.Search(":=", f.At+1, 1); !ok || f.Entry != "y := 2" {
		t.Errorf("found newer %+v %v", f, ok)
	}
	for part, want := range map[string]int{"ÉCOLE": 5, "写": 0, "X É": 3, "xé": -1, "z": -1, "x écoles": -1} {
		if got := indexFold("写x école", part); got != want {
			t.Errorf("%q is at %d, want %d", part, got, want)
		}
	}
	if f, ok = h.Search("", 2, -1); ok {
		t.Errorf("nothing is searched for, found %+v", f)
	}
}

func TestRecallGoesBeforeWhatWasRun(t *testing.T) {
	h := NewHistory([]string{"x := 9"})
	e := with("x|")
	h.Older(e)
	h.Recall([]string{"x := 1", "", "x := 2"})
	for i, want := range []string{"x := 2", "x := 1", "x := 1"} {
		if h.Older(e); e.Text() != want {
			t.Errorf("older %d: %q", i, e.Text())
		}
	}
	for range 3 {
		h.Newer(e)
	}
	if e.Text() != "x" {
		t.Errorf("draft %q", e.Text())
	}
}

// TestLayout draws cells in narrow windows, with a bar where the cursor stands.
func TestLayout(t *testing.T) {
	var b strings.Builder
	for _, c := range []struct {
		text  string
		width int
	}{
		{`s := "写真é🚀x|"`, 12}, {"12345678|", 8}, {"1234567写|", 8}, {"\tif x {\n\t\ty|\n\t}", 20}, {"写|真", 3}, {"a|", 1}, {"👩‍🔬|x", 6}, {"|", 5},
	} {
		e := with(c.text)
		rows := Layout(e.Text(), c.width, ByRune)
		row, column := Place(rows, e.Cursor())
		fmt.Fprintf(&b, "%q in %d\n", c.text, c.width)
		for i, r := range rows {
			line := ""
			for _, g := range r.Glyphs {
				line += g.Text
			}
			fmt.Fprintf(&b, "  %-5v [%s] %d\n", r.First, line, r.Width)
			if i == row {
				fmt.Fprintf(&b, "         %s^\n", strings.Repeat(" ", column))
			}
		}
	}
	goldentest.Equal(t, "testdata/layout.txt", b.String())
}

// Terminals that measure a joined emoji as one character have room for more.
func TestLayoutByCluster(t *testing.T) {
	for text, want := range map[string]string{"👩‍🔬👩‍🔬x": "👩‍🔬👩‍🔬|x", "🇩🇪🇫🇷": "🇩🇪🇫🇷|", "e\u0301写x": "e\u0301写x|", "abc写": "abc|写"} {
		rows := Layout(text, 4, ByCluster)
		if got := drawn(rows); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
		if row, column := Place(rows, len(text)); row != len(rows)-1 || column != rows[row].Width {
			t.Errorf("%q: the end is at %d,%d", text, column, row)
		}
	}
}
